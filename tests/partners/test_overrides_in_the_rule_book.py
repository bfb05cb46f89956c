"""What a region asks decides who qualifies: the recompute, the explanation and the pages say the same."""

from typing import Any

import pytest

from core.services import versions
from criteria.fields import RuleKind
from partners.models import Category, Partner, Region
from partners.queries import overrides as reads
from partners.services import categories, overrides, partners, regions, tiers
from segmentation import queries
from segmentation.models import Classification
from segmentation.services import recompute
from tests.factories.partners import PartnerFactory, RegionFactory

pytestmark = pytest.mark.django_db


def asks_for(employees: int) -> dict[str, Any]:
    rule = {"field": "employees", "operator": ">=", "value": employees}
    return {"combinator": "and", "not": False, "rules": [rule]}


@pytest.fixture
def tree(db) -> dict[str, Region]:
    """EMEA over Germany over Bavaria over Munich, and APAC beside them."""
    found: dict[str, Region] = {"apac": RegionFactory(key="apac")}
    parent = None
    for key in ("emea", "germany", "bavaria", "munich"):
        parent = found[key] = RegionFactory(key=key, name=key.title(), parent=parent)
    return found


@pytest.fixture
def crowd(tree) -> list[Partner]:
    """A small and a large partner in each region, and in none."""
    return [
        PartnerFactory(name=f"{key} {size}", region=tree.get(key), employees=size)
        for key in (*tree, "nowhere")
        for size in (10, 100)
    ]


@pytest.fixture
def msp(victor, now) -> Category:
    return categories.define(key="msp", name="MSP", criteria=asks_for(50), by=victor, at=now)


def override(subject: Any, region: Region, by: Any, at: Any, criteria: Any) -> Any:
    made = overrides.create(subject=subject, region=region, by=by, at=at, overrides_criteria=True, criteria=criteria)
    overrides.publish(version=versions.existing_draft_of(made), by=by, at=at)
    return made


def eligible(category: Category) -> set[str]:
    return set(
        Classification.objects.filter(category_ids__contains=[category.pk]).values_list("partner__name", flat=True)
    )


def test_the_nearest_override_decides_at_every_depth(msp, tree, crowd, victor, now):
    override(msp, tree["emea"], victor, now, asks_for(1000))
    override(msp, tree["bavaria"], victor, now, asks_for(5))

    recompute.everything(at=now)

    both_in_bavaria = {f"{region} {size}" for region in ("bavaria", "munich") for size in (10, 100)}
    assert eligible(msp) == both_in_bavaria | {"apac 100", "nowhere 100"}


def test_a_region_for_nobody_lets_nobody_in_but_those_below_who_ask_again(msp, tree, crowd, victor, now):
    override(msp, tree["germany"], victor, now, None)
    override(msp, tree["munich"], victor, now, asks_for(50))

    recompute.everything(at=now)

    assert eligible(msp) == {"apac 100", "emea 100", "munich 100", "nowhere 100"}


def test_retired_the_region_asks_what_is_asked_above(msp, tree, crowd, victor, now):
    override(msp, tree["emea"], victor, now, asks_for(1000))
    below = override(msp, tree["germany"], victor, now, asks_for(5))

    overrides.retire(override=below, by=victor, at=now)
    recompute.everything(at=now)

    assert eligible(msp) == {"apac 100", "nowhere 100"}


def test_who_moves_to_another_region_is_asked_what_is_asked_there(msp, tree, crowd, victor, now):
    override(msp, tree["bavaria"], victor, now, asks_for(5))
    recompute.everything(at=now)
    small = next(one for one in crowd if one.name == "apac 10")

    partners.update(partner=small, by=victor, at=now, changes={"region": "munich"})
    recompute.stale(at=now)

    assert "apac 10" in eligible(msp)


def test_a_region_that_moves_takes_its_partners_along(msp, tree, crowd, victor, now):
    override(msp, tree["apac"], victor, now, asks_for(5))
    recompute.everything(at=now)

    regions.move(region=tree["munich"], parent=tree["apac"], by=victor, at=now)
    recompute.stale(at=now)

    assert "munich 10" in eligible(msp)


def test_recompute_explanation_and_pages_agree_for_everybody(msp, tree, crowd, victor, now):
    override(msp, tree["emea"], victor, now, asks_for(1000))
    override(msp, tree["germany"], victor, now, None)
    override(msp, tree["munich"], victor, now, asks_for(5))
    recompute.everything(at=now)
    held = eligible(msp)

    for partner in Partner.objects.select_related("region"):
        why = queries.why(partner=partner, kind=RuleKind.CATEGORY, definition=msp, at=now)
        said = reads.applying(msp, partner).version.criteria
        by_hand = said is not None and partner.employees >= said["rules"][0]["value"]
        assert (partner.name, why.met, by_hand) == (partner.name, partner.name in held, partner.name in held)


def test_tiers_follow_their_region_too(tree, crowd, victor, now):
    rungs = [{"key": "gold", "name": "Gold", "criteria": asks_for(50)}]
    gold = tiers.define_track(key="solution", name="Solution", tiers=rungs, by=victor, at=now).tiers.get()
    override(gold, tree["germany"], victor, now, asks_for(5))

    recompute.everything(at=now)

    qualified = Classification.objects.filter(tier_ids__contains=[gold.pk]).values_list("partner__name", flat=True)
    assert {"germany 10", "bavaria 10", "munich 10"} <= set(qualified)
    assert "emea 10" not in set(qualified)
