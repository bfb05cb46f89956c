"""A region says and asks something of its own; the nearest one up the tree wins, text by text."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from core.services import versions
from criteria.fields import RuleKind
from partners.models import CategoryOverride, Partner, Region
from partners.queries import overrides as reads
from partners.services import categories, definitions, overrides, regions, tiers
from partners.signals import rules_changed
from tests.factories.partners import CategoryOverrideFactory, PartnerFactory, RegionFactory

pytestmark = pytest.mark.django_db
GERMAN = {"combinator": "and", "not": False, "rules": [{"field": "country", "operator": "equals", "value": "DE"}]}
BIG = {"combinator": "and", "not": False, "rules": [{"field": "employees", "operator": ">", "value": 100}]}


@pytest.fixture
def tree(db) -> dict[str, Region]:
    """EMEA over Germany over Bavaria, and APAC beside them."""
    emea = RegionFactory(key="emea", name="EMEA")
    germany = RegionFactory(key="germany", name="Germany", parent=emea)
    bavaria = RegionFactory(key="bavaria", name="Bavaria", parent=germany)
    return {"emea": emea, "germany": germany, "bavaria": bavaria, "apac": RegionFactory(key="apac", name="APAC")}


@pytest.fixture
def msp(now, victor):
    """A published category."""
    return categories.define(
        key="msp", name="MSP", by=victor, at=now, meaning="Runs IT for others.", benefits="Margin.", criteria=BIG
    )


@pytest.fixture
def publish_in(tree, msp, now, victor):
    """Return a function that publishes what is special in a region."""

    def publish_in(region: str, **texts: Any) -> CategoryOverride:
        made = overrides.create(subject=msp, region=tree[region], by=victor, at=now, **texts)
        overrides.publish(version=versions.existing_draft_of(made), by=victor, at=now)
        return made

    return publish_in


@pytest.fixture
def announced():
    """The kinds of rule announced as changed."""
    kinds: list[str] = []

    def note(kind, **_):
        kinds.append(kind)

    rules_changed.connect(note)
    yield kinds
    rules_changed.disconnect(note)


def partner_in(region: Region | None) -> Partner:
    return PartnerFactory(region=region)


# --- what applies


def test_without_overrides_the_definition_speaks(msp, tree):
    said = reads.applying(msp, partner_in(tree["bavaria"]))

    assert (said.version.meaning, said.region, said.sources) == ("Runs IT for others.", None, {})


def test_an_override_reaches_all_below_its_region_and_nobody_else(msp, tree, publish_in):
    publish_in("germany", benefits="Marge.")

    said = {name: reads.applying(msp, partner_in(region)).version.benefits for name, region in tree.items()}

    assert said == {"emea": "Margin.", "germany": "Marge.", "bavaria": "Marge.", "apac": "Margin."}
    assert reads.applying(msp, partner_in(None)).version.benefits == "Margin."


def test_a_nearer_override_beats_a_farther_one_text_by_text(msp, tree, publish_in):
    publish_in("emea", meaning="Runs IT in Europe.", benefits="Euros.")
    publish_in("bavaria", benefits="Beer.")

    said = reads.applying(msp, partner_in(tree["bavaria"]))

    assert (said.version.meaning, said.version.benefits) == ("Runs IT in Europe.", "Beer.")
    assert {name: region.key for name, region in said.sources.items()} == {"meaning": "emea", "benefits": "bavaria"}
    assert [region.key for region in said.regions] == ["bavaria", "emea"]


def test_criteria_come_from_the_nearest_override_that_has_own_ones(msp, tree, publish_in):
    publish_in("germany", overrides_criteria=True, criteria=GERMAN)
    publish_in("bavaria", benefits="Beer.")

    said = reads.applying(msp, partner_in(tree["bavaria"]))

    assert (said.version.criteria, said.criteria_region.key) == (GERMAN, "germany")


def test_nobody_is_not_the_same_as_inherited(msp, tree, publish_in):
    publish_in("germany", overrides_criteria=True, criteria=None)

    assert reads.applying(msp, partner_in(tree["germany"])).version.criteria is None
    assert reads.applying(msp, partner_in(tree["emea"])).version.criteria == BIG


def test_drafts_and_retired_overrides_do_not_apply(msp, tree, publish_in, now, victor):
    overrides.create(subject=msp, region=tree["bavaria"], by=victor, at=now, benefits="Draft.")
    overrides.retire(override=publish_in("germany", benefits="Marge."), by=victor, at=now)

    assert reads.applying(msp, partner_in(tree["bavaria"])).version.benefits == "Margin."


def test_several_definitions_are_read_at_once(msp, tree, publish_in, now, victor, django_assert_num_queries):
    other = categories.define(key="var", name="VAR", by=victor, at=now, benefits="Discount.")
    publish_in("germany", benefits="Marge.")
    asked = [versions.published_of(one) for one in (msp, other)]
    partner = partner_in(tree["bavaria"])
    for one in asked:
        assert one.definition

    with django_assert_num_queries(1):
        said = reads.applied(asked, partner)

    assert [said[one.pk].version.benefits for one in (msp, other)] == ["Marge.", "Discount."]


def test_what_is_laid_over_leaves_the_published_version_alone(msp, tree, publish_in):
    publish_in("germany", benefits="Marge.")
    version = versions.published_of(msp)

    reads.applied([version], partner_in(tree["germany"]))

    assert version.benefits == "Margin."


# --- what the engine reads


def test_the_engine_gets_own_criteria_only_the_deepest_first(msp, tree, publish_in):
    publish_in("emea", overrides_criteria=True, criteria=GERMAN)
    publish_in("bavaria", overrides_criteria=True, criteria=None)
    publish_in("apac", benefits="Yen.")

    rows = reads.published()

    assert [(row.kind, row.definition_id, row.region_id, row.depth, row.criteria, row.number) for row in rows] == [
        (RuleKind.CATEGORY, msp.pk, tree["bavaria"].pk, 3, None, 1),
        (RuleKind.CATEGORY, msp.pk, tree["emea"].pk, 1, GERMAN, 1),
    ]


def test_the_engine_gets_nothing_of_retired_definitions(msp, publish_in, now, victor):
    publish_in("emea", overrides_criteria=True, criteria=GERMAN)

    categories.retire(category=msp, by=victor, at=now)

    assert reads.published() == []


def test_tiers_are_overridden_likewise(tree, now, victor):
    track = tiers.define_track(
        key="solution", name="Solution", by=victor, at=now, tiers=[{"key": "gold", "name": "Gold", "benefits": "10 %"}]
    )
    gold = track.tiers.get()
    made = overrides.create(
        subject=gold, region=tree["germany"], by=victor, at=now, benefits="12 %", overrides_criteria=True, criteria=BIG
    )
    overrides.publish(version=versions.existing_draft_of(made), by=victor, at=now)

    said = reads.applying(gold, partner_in(tree["bavaria"]))

    assert (said.version.benefits, said.version.criteria, said.region.key) == ("12 %", BIG, "germany")
    assert [(row.kind, row.definition_id) for row in reads.published()] == [(RuleKind.TIER, gold.pk)]


# --- making, writing, publishing, retiring


def test_a_region_has_one_override_of_a_definition(msp, tree, publish_in, now, victor):
    publish_in("germany", benefits="Marge.")

    with pytest.raises(ValidationError) as refused:
        overrides.create(subject=msp, region=tree["germany"], by=victor, at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        CategoryOverrideFactory(category=msp, region=tree["germany"])

    assert refused.value.error_dict["region"][0].code == "already_exists"


def test_a_region_may_have_another_one_after_the_first_was_retired(msp, tree, publish_in, now, victor):
    overrides.retire(override=publish_in("germany", benefits="Marge."), by=victor, at=now)

    assert overrides.create(subject=msp, region=tree["germany"], by=victor, at=now)


def test_own_criteria_begin_as_a_copy_of_the_definitions(msp, tree, now, victor):
    made = overrides.create(subject=msp, region=tree["germany"], by=victor, at=now, overrides_criteria=True)

    assert versions.existing_draft_of(made).criteria == BIG


def test_own_criteria_given_up_are_inherited_again(msp, publish_in, now, victor):
    made = publish_in("germany", overrides_criteria=True, criteria=GERMAN)

    overrides.edit(override=made, by=victor, at=now, texts={"overrides_criteria": False}, expected=None)

    draft = versions.existing_draft_of(made)
    assert (draft.overrides_criteria, draft.criteria) == (False, None)


def test_saying_again_that_criteria_are_own_keeps_them(publish_in, now, victor):
    made = publish_in("germany", overrides_criteria=True, criteria=GERMAN)
    texts = {"overrides_criteria": True, "benefits": "Marge."}

    overrides.edit(override=made, by=victor, at=now, texts=texts, expected=None)

    assert versions.existing_draft_of(made).criteria == GERMAN


def test_whoever_writes_criteria_means_them_to_hold(msp, tree, now, victor):
    made = overrides.create(subject=msp, region=tree["germany"], by=victor, at=now)

    versions.save_draft(version=versions.existing_draft_of(made), by=victor, at=now, changes={"criteria": GERMAN})

    assert versions.existing_draft_of(made).overrides_criteria


def test_publishing_own_criteria_changes_the_rule_book(publish_in, announced):
    publish_in("germany", overrides_criteria=True, criteria=GERMAN)

    assert "category" in announced


def test_publishing_other_words_only_changes_no_rule(msp, publish_in, now, victor, announced):
    made = publish_in("germany", benefits="Marge.")
    announced.clear()
    overrides.edit(override=made, by=victor, at=now, texts={"benefits": "Mehr."}, expected=None)

    overrides.publish(version=versions.existing_draft_of(made), by=victor, at=now)

    assert announced == []


def test_from_inherited_to_nobody_is_a_change_of_rules(publish_in, now, victor, announced):
    made = publish_in("germany", benefits="Marge.")
    announced.clear()
    changes = {"overrides_criteria": True, "criteria": None}
    overrides.edit(override=made, by=victor, at=now, texts=changes, expected=None)

    overrides.publish(version=versions.existing_draft_of(made), by=victor, at=now)

    assert announced == ["category"]


def test_retiring_twice_is_once(publish_in, now, victor, announced):
    made = publish_in("germany", overrides_criteria=True, criteria=GERMAN)
    announced.clear()

    assert overrides.retire(override=made, by=victor, at=now)
    assert not overrides.retire(override=made, by=victor, at=now)
    assert announced == ["category"]


def test_a_retired_definition_gets_no_overrides(msp, tree, now, victor):
    categories.retire(category=msp, by=victor, at=now)

    with pytest.raises(versions.Retired):
        overrides.create(subject=msp, region=tree["germany"], by=victor, at=now)


def test_criteria_that_cannot_be_run_are_not_published(publish_in):
    wrong = {"combinator": "and", "not": False, "rules": [{"field": "colour", "operator": "=", "value": 1}]}

    with pytest.raises(ValidationError):
        publish_in("germany", overrides_criteria=True, criteria=wrong)


def test_a_region_with_an_override_is_not_removed(tree, publish_in, now, victor):
    publish_in("apac", benefits="Yen.")

    with pytest.raises(regions.RegionInUseError):
        regions.remove(region=tree["apac"], by=victor, at=now)


def test_a_category_that_an_override_asks_for_is_not_retired(publish_in, now, victor):
    categories.define(key="var", name="VAR", by=victor, at=now)
    asks = {
        "combinator": "and",
        "not": False,
        "rules": [{"field": "categories", "operator": "any_of", "value": ["var"]}],
    }
    publish_in("germany", overrides_criteria=True, criteria=asks)

    with pytest.raises(definitions.InUse, match="MSP · Germany"):
        categories.retire(category=categories.Category.objects.get(key="var"), by=victor, at=now)


def test_of_definition_lists_down_the_tree_retired_ones_last(msp, publish_in, now, victor):
    gone = publish_in("apac", benefits="Yen.")
    overrides.retire(override=gone, by=victor, at=now)
    for region in ("bavaria", "emea"):
        publish_in(region, benefits=region)

    assert [one.region.key for one in reads.of_definition(msp)] == ["emea", "bavaria", "apac"]
