"""What the tiers of real programs ask: other tiers, the best of several areas, and requirements under a title."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core.services import outbox
from partners.models import Partner, TierHolding, TierTrack
from partners.services import partners, tiers
from segmentation.models import Classification
from segmentation.services import measures, recompute, segments
from tests.factories.deals import DealFactory, DealLineFactory, DealParticipantFactory, ProductFactory
from tests.partners.tier_ladders import ladder

pytestmark = pytest.mark.django_db


def rule(field: str, operator: str, value: Any) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


def all_of(*rules: Any, **more: Any) -> dict[str, Any]:
    return {"combinator": "and", "rules": list(rules), **more}


def derived(key: str, by: User, at: datetime, criteria: dict[str, Any]) -> TierTrack:
    """Make a track of one tier, Elite, that asks for something."""
    rungs = [{"key": "elite", "name": "Elite", "criteria": criteria}]
    return tiers.define_track(key=key, name=key.title(), tiers=rungs, by=by, at=at)


def reckon(at: datetime) -> None:
    recompute.everything(at=at)
    outbox.deliver_due(at=at + timedelta(minutes=1))


def qualified(partner: Partner) -> set[str]:
    ids = Classification.objects.get(partner=partner).tier_ids
    return set(TierTrack.objects.filter(tiers__in=ids).values_list("key", flat=True))


@pytest.mark.parametrize(
    ("field", "expected"), [("tiers", {"solution"}), ("qualified_tiers", {"solution", "club"})], ids=["held", "met"]
)
def test_a_tier_asks_for_a_tier_of_another_track(
    pinewood: Partner, victor: User, now: datetime, field: str, expected: set[str]
) -> None:
    solution = ladder(by=victor, at=now, upward="at_review")
    derived("club", victor, now, all_of(rule(field, "any_of", ["solution.gold"])))
    partners.update(partner=pinewood, by=None, at=now, changes={"employees": 60})

    reckon(now)
    before = qualified(pinewood)
    tiers.hold(partner=pinewood, tier=solution.tiers.get(key="gold"), by=victor, at=now, reason="Agreed")
    reckon(now)

    assert before == expected
    assert qualified(pinewood) == {"solution", "club"}
    assert TierHolding.objects.open().filter(partner=pinewood, tier__key="elite").exists()


def test_tiers_that_depend_on_each_other_in_a_circle_are_refused(victor: User, now: datetime) -> None:
    solution = ladder(by=victor, at=now)
    derived("club", victor, now, all_of(rule("qualified_tiers", "any_of", ["solution.gold"])))
    gold = solution.tiers.get(key="gold")
    draft = tiers.draft_of(tier=gold, by=victor, at=now)
    tiers.save_draft(
        version=draft,
        by=victor,
        at=now,
        changes={"criteria": all_of(rule("qualified_tiers", "any_of", ["club.elite"]))},
    )

    with pytest.raises(ValidationError) as caught:
        tiers.publish(version=draft, by=victor, at=now)

    assert caught.value.error_dict["criteria"][0].code == "cycle"
    assert gold.versions.get(state="published").number == 1


def test_a_tier_by_the_best_of_several_areas_asks_a_measure_over_areas(
    pinewood: Partner, oakhurst: Partner, victor: User, now: datetime
) -> None:
    won = {"collection": "deals", "where": all_of(rule("stage", "equals", "won")), "by": "product_lines"}
    areas = {**won, "aggregate": "count", "operator": ">=", "value": 1}
    need = {**won, "aggregate": "sum", "of": "amount", "operator": ">=", "value": 1000}
    formula = {"per_area": {"areas": areas, "need": need, "figure": "met"}}
    measures.define(key="strong_lines", name="Strong product lines", formula=formula, by=victor, at=now)
    derived("lines", victor, now, all_of(rule("measure_strong_lines", ">=", 1)))
    for partner, amounts in ((pinewood, {"Cloud": 1200, "Network": 10}), (oakhurst, {"Cloud": 900, "Network": 900})):
        for line, amount in amounts.items():
            sale = DealFactory(stage="won", closed_on=now.date(), amount=amount, program_amount=amount)
            DealLineFactory(deal=sale, product=ProductFactory(line=line))
            DealParticipantFactory(deal=sale, partner=partner)

    reckon(now)

    assert (qualified(pinewood), qualified(oakhurst)) == ({"lines"}, set())


def test_the_note_of_a_group_is_its_title_on_both_sides(
    client_of: Callable[[User], Client], pinewood: Partner, victor: User, vera: User, paula: User, now: datetime
) -> None:
    segments.define(key="vip", name="VIP", by=victor, at=now, criteria=all_of(rule("city", "equals", "Rome")))
    people = all_of(rule("employees", ">=", 50), note="People & skills")
    ours = all_of(rule("segments", "any_of", ["vip"]), note="What we decide")
    tier = derived("titled", victor, now, all_of(people, ours)).tiers.get()

    vendors = client_of(vera).get(reverse("vendor:why-panel", args=["tier", tier.public_id, pinewood.public_id])).text
    own = client_of(paula).get(reverse("partner:why-panel", args=["tier", tier.public_id])).text
    way = client_of(paula).get(reverse("partner:tier-progress")).text

    assert "People &amp; skills" in vendors
    assert "What we decide" in vendors
    for page in (own, way):
        assert "People &amp; skills" in page
        assert "What we decide" not in page
