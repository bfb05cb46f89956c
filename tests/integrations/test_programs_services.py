"""Programs as documents: planned with every fault named, applied whole, the same when exported again."""

import copy
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from accounts.models import User
from core.models import CurrencyRate, Program, VersionState
from integrations.services import programs
from integrations.services.programs import Action, Plan
from partners.models import AttributeDefinition, Category, Partner, Region, Tier, TierTrack
from partners.services import categories
from scorecards.models import Metric
from segmentation.models import Classification, FullRun, Segment
from segmentation.services import recompute, segments
from tests.factories.deals import DealFactory

pytestmark = pytest.mark.django_db
Document = dict[str, Any]


STAFF: Document = {"field": "measure_staff"}


def all_of(*rules: Document) -> Document:
    return {"combinator": "and", "not": False, "rules": list(rules)}


def germany() -> Document:
    return all_of({"field": "country", "operator": "equals", "value": "DE"})


def at_least(measure: str, value: int) -> Document:
    return {"field": f"measure_{measure}", "operator": ">=", "value": value}


def in_segment(key: str) -> Document:
    return all_of({"field": "segments", "operator": "any_of", "value": [key]})


@pytest.fixture
def document() -> Document:
    """A program with something in every section."""
    return {
        "format": "partner-program/1",
        "program": {"name": "Lumen", "time_zone": "Europe/Berlin", "fiscal_year_start_month": 4, "currency": "USD"},
        "rates": [{"currency": "EUR", "starts_on": "2026-01-01", "rate": 1.08}],
        "regions": [{"key": "dach", "name": "DACH", "parent": "emea"}, {"key": "emea", "name": "EMEA"}],
        "attributes": [
            {"key": "segment_size", "label": "Size", "kind": "choice", "choices": ["Small", "Large"]},
        ],
        "products": [{"key": "cloud", "name": "Cloud", "line": "Cloud"}],
        "certifications": [{"key": "pro", "name": "Pro", "level": "professional", "valid_months": 24}],
        "measures": [
            {"key": "twice", "name": "Twice", "formula": {"function": "sum", "of": [STAFF, STAFF]}, "places": 1},
            {"key": "staff", "name": "Staff", "formula": {"field": "employees"}, "kind": "number"},
        ],
        "categories": [
            {"key": "msp", "name": "Managed services", "criteria": germany(), "meaning": "They **run** it."}
        ],
        "life_stages": [{"key": "here", "name": "Here", "precedence": 1, "criteria": all_of()}],
        "segments": [
            {"key": "german-msp", "name": "German MSP", "criteria": in_segment("german")},
            {"key": "german", "name": "German", "criteria": germany()},
            {"key": "picked", "name": "Picked", "kind": "static"},
        ],
        "tracks": [
            {
                "key": "main",
                "name": "Main",
                "category": "msp",
                "promotes": "at_review",
                "tiers": [
                    {"key": "silver", "name": "Silver", "criteria": germany(), "benefits": "More."},
                    {
                        "key": "gold",
                        "name": "Gold",
                        "criteria": all_of(in_segment("german-msp"), at_least("twice", 10)),
                    },
                ],
            }
        ],
        "overrides": [
            {"kind": "category", "key": "msp", "region": "dach", "criteria": in_segment("german"), "benefits": "Brot."},
            {"kind": "tier", "key": "main.gold", "region": "emea", "benefits": "Less."},
        ],
        "scorecards": [
            {
                "key": "health",
                "name": "Health",
                "is_main": True,
                "sections": [
                    {
                        "key": "basics",
                        "name": "Basics",
                        "metrics": [
                            {
                                "key": "staff",
                                "name": "Staff",
                                "expression": {"field": "measure_twice"},
                                "target": 100,
                                "floor": 0.25,
                            }
                        ],
                    }
                ],
            }
        ],
    }


def import_it(document: Document, by: User, at: datetime, **options: Any) -> Plan:
    """Plan and apply, as somebody does who looks at the plan and confirms."""
    found = programs.plan(document, by=by, at=at, **options)
    assert found.faults == []
    return programs.apply(found, by=by, at=at)


def faults_of(document: Document, by: User, at: datetime) -> dict[str, str]:
    """Return the codes of what is wrong by place."""
    return {fault.pointer: fault.code for fault in programs.plan(document, by=by, at=at).faults}


def test_a_plan_says_what_would_be_made_and_keeps_nothing(document: Document, victor: User, now: datetime) -> None:
    found = programs.plan(document, by=victor, at=now)

    assert found.faults == []
    assert found.counts == {"created": 21, "changed": 1, "unchanged": 0}
    assert not Segment.objects.exists()
    assert not Category.objects.exists()
    assert not FullRun.objects.exists()
    assert Program.current().currency == "EUR"


def test_an_import_publishes_everything_the_document_names(document: Document, victor: User, now: datetime) -> None:
    import_it(document, victor, now)

    assert Region.objects.get(key="dach").parent == Region.objects.get(key="emea")
    assert CurrencyRate.objects.get().currency == "EUR"
    assert AttributeDefinition.objects.get().choices == ["Small", "Large"]
    assert [tier.key for tier in TierTrack.objects.get().tiers.order_by("rank")] == ["silver", "gold"]
    assert Tier.objects.get(key="gold").versions.get().state == VersionState.PUBLISHED
    assert Metric.objects.get().expression == {"field": "measure_twice"}
    assert Program.current().timezone == "Europe/Berlin"


def test_partners_are_judged_by_an_imported_program(
    document: Document, pinewood: Partner, oakhurst: Partner, victor: User, now: datetime
) -> None:
    import_it(document, victor, now)
    recompute.everything(at=now)

    german = Segment.objects.get(key="german-msp")
    assert german.pk in Classification.objects.get(partner=pinewood).segment_ids
    assert german.pk not in Classification.objects.get(partner=oakhurst).segment_ids


def test_the_second_import_finds_everything_as_it_says(document: Document, victor: User, now: datetime) -> None:
    import_it(document, victor, now)
    runs = FullRun.objects.count()

    again = import_it(document, victor, now)

    assert again.changes_nothing
    assert again.counts == {"created": 0, "changed": 0, "unchanged": 22}
    assert FullRun.objects.count() == runs
    assert Segment.objects.get(key="german").versions.count() == 1


def test_exporting_importing_into_an_empty_portal_and_exporting_is_the_same(
    document: Document, victor: User, now: datetime
) -> None:
    with transaction.atomic():
        import_it(document, victor, now)
        exported = programs.printed(programs.document())
        transaction.set_rollback(True)
    Program.forget()
    assert not Category.objects.exists()

    import_it(programs.read(exported.encode()), victor, now)

    assert programs.printed(programs.document()) == exported


def test_a_change_is_told_member_by_member_with_rules_in_words(document: Document, victor: User, now: datetime) -> None:
    import_it(document, victor, now)
    document["categories"][0]["name"] = "MSP"
    document["categories"][0]["criteria"]["rules"][0]["value"] = "AT"

    found = programs.plan(document, by=victor, at=now)

    [step] = [step for step in found.steps if step.action is not Action.UNCHANGED]
    assert (step.section, step.key, step.action) == ("categories", "msp", Action.CHANGED)
    assert {change.member for change in step.changes} == {"name", "criteria"}
    criteria = next(change for change in step.changes if change.member == "criteria")
    assert "AT" in criteria.after_words
    assert "DE" in criteria.before_words


def test_what_the_document_does_not_name_is_left_alone(document: Document, victor: User, now: datetime) -> None:
    import_it(document, victor, now)
    categories.define(key="other", name="Other", criteria=germany(), by=victor, at=now)

    import_it({"format": "partner-program/1", "categories": [{"key": "msp", "name": "MSP"}]}, victor, now)

    assert Category.objects.get(key="other").versions.get().state == VersionState.PUBLISHED
    assert Category.objects.get(key="msp").versions.get(state="published").meaning == "They **run** it."


def test_the_impact_counts_who_would_enter_and_leave(
    document: Document, pinewood: Partner, oakhurst: Partner, victor: User, now: datetime
) -> None:
    import_it(document, victor, now)
    recompute.everything(at=now)
    changed = {"format": "partner-program/1", "segments": [{"key": "german", "name": "German", "criteria": None}]}
    changed["segments"][0]["criteria"] = all_of({"field": "country", "operator": "equals", "value": "US"})  # type: ignore[index]

    found = programs.plan(changed, by=victor, at=now)

    assert found.impact is not None
    moves = {(one.kind, one.key): (one.entered, one.left) for one in found.impact}
    assert moves[("segment", "german")] == (1, 1)
    assert moves[("segment", "german-msp")] == (1, 1)
    assert ("tier", "main.silver") not in moves


def test_every_fault_is_named_by_its_place_all_at_once(document: Document, victor: User, now: datetime) -> None:
    document["rates"][0]["rate"] = -1
    document["regions"].append({"key": "dach", "name": "Again"})
    document["attributes"] = {"key": "size"}
    document["categories"][0]["criteria"]["rules"].append({"field": "shoe", "operator": "=", "value": 1})
    document["segments"].append({"key": "lost", "name": "Lost", "criteria": in_segment("nowhere"), "colour": "red"})
    document["tracks"][0]["category"] = "ghost"
    document["tracks"][0]["tiers"][0].pop("name")
    document["scorecards"][0]["sections"][0]["metrics"][0]["expression"] = {"field": "country"}
    document["journeys"] = []

    assert faults_of(document, victor, now) == {
        "/journeys": "unknown_key",
        "/rates/0/rate": "bad_number",
        "/regions/2/key": "repeated_key",
        "/attributes": "not_a_list",
        "/categories/0/criteria/rules/1/field": "unknown_field",
        "/segments/3/colour": "unknown_key",
        "/segments/3/criteria/rules/0/value/0": "unknown_choice",
        "/tracks/0/category": "unknown_reference",
        "/tracks/0/tiers/0/name": "required",
        "/scorecards/0/sections/0/metrics/0/expression/field": "not_a_number",
    }


def test_nothing_of_a_faulty_document_is_applied(document: Document, victor: User, now: datetime) -> None:
    document["segments"][0]["criteria"] = in_segment("nowhere")
    found = programs.plan(document, by=victor, at=now)

    with pytest.raises(programs.PlanRefusedError):
        programs.apply(found, by=victor, at=now)

    assert not Region.objects.exists()
    assert not Category.objects.exists()


def test_rules_in_a_circle_are_refused_at_each_of_them(document: Document, victor: User, now: datetime) -> None:
    document["segments"][1]["criteria"] = in_segment("german-msp")

    assert faults_of(document, victor, now) == {
        "/segments/0/criteria": "cycle",
        "/segments/1/criteria": "cycle",
        # what leans on a circle is in none itself
    }


def test_measures_in_a_circle_are_refused_and_one_that_is_wrong_makes_no_other_wrong(
    document: Document, victor: User, now: datetime
) -> None:
    document["measures"][1]["formula"] = {"function": "sum", "of": [{"field": "shoe"}]}
    document["measures"] += [
        {"key": "hen", "name": "Hen", "formula": {"field": "measure_egg"}},
        {"key": "egg", "name": "Egg", "formula": {"function": "round", "of": [{"field": "measure_hen"}]}},
    ]

    assert faults_of(document, victor, now) == {
        "/measures/1/formula/of/0/field": "unknown_field",
        "/measures/2/formula": "cycle",
        "/measures/3/formula": "cycle",
    }


def test_the_currency_stays_once_deals_are_kept_in_it(document: Document, victor: User, now: datetime) -> None:
    DealFactory()

    assert "/program/currency" in faults_of(document, victor, now)


def test_rates_are_said_anew_in_another_currency(document: Document, victor: User, now: datetime) -> None:
    import_it(
        {"format": "partner-program/1", "rates": document["rates"]} | {"program": {"currency": "GBP"}}, victor, now
    )

    import_it(document, victor, now)

    assert CurrencyRate.objects.get().rate == Decimal("1.08")


def test_regions_below_themselves_are_refused(document: Document, victor: User, now: datetime) -> None:
    document["regions"][1]["parent"] = "dach"

    assert faults_of(document, victor, now) == {"/regions/0/parent": "cycle", "/regions/1/parent": "cycle"}


def test_a_plan_is_refused_when_the_program_changed_meanwhile(document: Document, victor: User, now: datetime) -> None:
    found = programs.plan(document, by=victor, at=now)
    segments.define(key="german", name="Somebody was quicker", criteria=all_of(), by=victor, at=now)

    with pytest.raises(programs.ProgramChangedError) as refusal:
        programs.apply(found, by=victor, at=now)

    assert refusal.value.plan.counts["changed"] == 2
    assert not Category.objects.exists()


def test_drafts_are_left_on_request_and_published_by_the_next_import(
    document: Document, victor: User, now: datetime
) -> None:
    del document["scorecards"]  # metrics measure what is published
    import_it(document, victor, now, publish=False)
    drafted = Category.objects.get(key="msp").versions.get()
    assert (drafted.state, drafted.criteria) == (VersionState.DRAFT, germany())
    assert programs.plan(document, by=victor, at=now, publish=False).changes_nothing

    again = import_it(document, victor, now)

    assert again.counts["changed"] == 10
    drafted.refresh_from_db()
    assert drafted.state == VersionState.PUBLISHED


def test_somebodys_other_draft_is_thrown_away_and_the_plan_says_so(
    document: Document, victor: User, now: datetime
) -> None:
    import_it(document, victor, now)
    category = Category.objects.get(key="msp")
    draft = categories.draft_of(category=category, by=victor, at=now)
    categories.save_draft(version=draft, by=victor, at=now, changes={"benefits": "Half a thought"})
    document["categories"][0]["objective"] = "Run it well."

    found = programs.plan(document, by=victor, at=now)
    programs.apply(found, by=victor, at=now)

    assert "Victor Voss" in next(step for step in found.steps if step.key == "msp").notes[0]
    published = category.versions.get(state="published")
    assert (published.benefits, published.objective) == ("", "Run it well.")


def test_a_retired_definition_is_refused(document: Document, victor: User, now: datetime) -> None:
    other = categories.define(key="other", name="Other", criteria=germany(), by=victor, at=now)
    categories.retire(category=other, by=victor, at=now)
    document["categories"].append({"key": "other", "name": "Other"})

    assert faults_of(document, victor, now) == {"/categories/1/key": "retired"}


def test_tiers_follow_the_documents_order_and_unnamed_ones_keep_their_place(
    document: Document, victor: User, now: datetime
) -> None:
    import_it(document, victor, now)
    moved = copy.deepcopy(document["tracks"])
    moved[0]["tiers"].reverse()
    moved[0]["tiers"].insert(1, {"key": "plus", "name": "Plus", "criteria": germany()})

    done = import_it({"format": "partner-program/1", "tracks": moved}, victor, now)

    assert [tier.key for tier in TierTrack.objects.get().tiers.order_by("rank")] == ["gold", "plus", "silver"]
    assert next(step for step in done.steps if step.section == "tracks").changes[0].before == ["silver", "gold"]


def test_a_region_has_what_the_document_says_it_has_otherwise(document: Document, victor: User, now: datetime) -> None:
    import_it(document, victor, now)

    [version] = Category.objects.get(key="msp").overrides.get(region__key="dach").versions.all()
    assert (version.state, version.criteria, version.overrides_criteria) == ("published", in_segment("german"), True)
    [version] = Tier.objects.get(key="gold").overrides.get(region__key="emea").versions.all()
    assert (version.benefits, version.overrides_criteria) == ("Less.", False)


def test_a_text_that_a_tier_does_not_have_is_refused_for_its_override(
    document: Document, victor: User, now: datetime
) -> None:
    document["overrides"][1]["objective"] = "Oops"
    document["overrides"][0]["region"] = "moon"

    assert faults_of(document, victor, now) == {
        "/overrides/1/objective": "unknown_key",
        "/overrides/0/region": "unknown_reference",
    }


def test_the_kind_of_an_attribute_stays(document: Document, victor: User, now: datetime) -> None:
    import_it(document, victor, now)
    document["attributes"][0]["kind"] = "text"

    assert faults_of(document, victor, now) == {"/attributes/0/kind": "fixed"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "cannot be read"),
        (b"{", "cannot be read"),
        (b"\xff\xfe{}", "UTF-8"),
        (b'{"a": 1, "a": 2}', "twice"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": 1e999}', "too large"),
        (b'{"a": ' + b"9" * 5000 + b"}", "too many digits"),
        (b"[" * 100_000, "levels"),
        (b'{"a":' * 200 + b"1" + b"}" * 200, "levels"),
        (b'"' + b"x" * 1024 * 1024 + b'"', "at most"),
    ],
)
def test_hostile_files_are_answered_with_a_sentence(content: bytes, says: str) -> None:
    with pytest.raises(programs.UnreadableError) as refusal:
        programs.read(content)

    assert says in str(refusal.value)


@pytest.mark.parametrize("document", [[], "x", None, 1, {"format": []}, {"format": {}, "segments": [[], 1, None]}])
def test_a_document_of_another_shape_is_refused_by_its_faults(document: Any, victor: User, now: datetime) -> None:
    found = programs.plan(document, by=victor, at=now)

    assert found.faults
    assert found.steps == []
