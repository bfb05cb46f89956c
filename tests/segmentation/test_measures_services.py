"""Measures are written as drafts, published when sound, asked for like fields, and retired when nobody needs them."""

from datetime import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from core.services import versions
from criteria.fields import Kind, registry
from partners.services import definitions
from segmentation import engine
from segmentation.models import Classification, FullRun, Measure, MeasureKind, RunState
from segmentation.services import measures, recompute, segments
from tests.factories.partners import PartnerFactory
from tests.factories.scorecards import MetricFactory

pytestmark = pytest.mark.django_db

HEADS: dict[str, Any] = {"field": "employees"}
TWICE: dict[str, Any] = {"function": "product", "of": [HEADS, {"number": 2}]}


def define(key: str, formula: Any, by: User, at: datetime, **fields: Any) -> Measure:
    """Return a published measure."""
    return measures.define(key=key, name=key.title(), formula=formula, by=by, at=at, **fields)


def asking(measure: Measure, value: int) -> dict[str, Any]:
    """Return criteria that ask for at least so much of a measure."""
    clause = {"field": measure.field_key, "operator": ">=", "value": value}
    return {"combinator": "and", "not": False, "rules": [clause]}


def test_a_measure_begins_as_a_draft_that_need_not_make_sense(victor: User, now: datetime) -> None:
    measure = measures.create(key="size", name="Size", by=victor, at=now)
    draft = measures.draft_of(measure=measure, by=victor, at=now)

    measures.save_draft(version=draft, by=victor, at=now, changes={"criteria": {"function": "ratio", "of": []}})

    assert versions.published_of(measure) is None
    assert measure.field_key not in registry.catalog().fields


def test_a_published_measure_is_a_field_with_a_value(victor: User, now: datetime) -> None:
    small, large = PartnerFactory(employees=10), PartnerFactory(employees=50)

    measure = define("double", TWICE, victor, now, description="Twice the people", unit="heads")

    field = registry.catalog().fields["measure_double"]
    assert (field.kind, field.unit, str(field.description)) == (Kind.NUMBER, "heads", "Twice the people")
    found = engine.values({"d": {"field": measure.field_key}}, partner_ids=None, at=now)
    assert {pk: row["d"] for pk, row in found.items()} == {small.pk: 20, large.pk: 100}


def test_money_is_in_the_currency_of_the_program_and_percent_has_its_sign(victor: User, now: datetime) -> None:
    define("worth", HEADS, victor, now, kind=MeasureKind.MONEY)
    define("share", HEADS, victor, now, kind=MeasureKind.PERCENT)

    fields = registry.catalog().fields

    assert (fields["measure_worth"].kind, str(fields["measure_worth"].unit)) == (Kind.MONEY, "EUR")
    assert (fields["measure_share"].kind, fields["measure_share"].unit) == (Kind.NUMBER, "%")


def test_publishing_recomputes_those_who_ask_for_it(victor: User, now: datetime) -> None:
    small, large = PartnerFactory(employees=10), PartnerFactory(employees=50)
    measure = define("double", TWICE, victor, now)
    segment = segments.define(key="big", name="Big", criteria=asking(measure, 60), by=victor, at=now)
    recompute.everything(at=now)
    assert _members(segment) == {large.pk}

    draft = measures.draft_of(measure=measure, by=victor, at=now)
    tenfold = {"function": "product", "of": [HEADS, {"number": 10}]}
    measures.save_draft(version=draft, by=victor, at=now, changes={"criteria": tenfold})
    measures.publish(version=draft, by=victor, at=now, note="Tenfold")

    assert FullRun.objects.filter(state=RunState.PENDING).exists()
    recompute.everything(at=now)
    assert _members(segment) == {small.pk, large.pk}


def test_publishing_twice_changes_nothing_the_second_time(victor: User, now: datetime) -> None:
    measure = measures.create(key="size", name="Size", formula=HEADS, by=victor, at=now)
    draft = measures.draft_of(measure=measure, by=victor, at=now)

    assert measures.publish(version=draft, by=victor, at=now) is True
    assert measures.publish(version=draft, by=victor, at=now) is False


@pytest.mark.parametrize(
    ("formula", "path"),
    [
        (None, ""),
        ({"field": "nonsense"}, "/field"),
        ({"function": "ratio", "of": [HEADS]}, "/of"),
        ({"function": "sum", "of": [HEADS, {"field": "name"}]}, "/of/1/field"),
        ({"function": "credit", "of": [HEADS], "target": 0}, "/target"),
        ({"function": "sum", "of": [{"function": "rank", "of": [HEADS]}]}, "/of/0"),
    ],
)
def test_an_unsound_formula_is_refused_at_the_node_at_fault(
    formula: Any, path: str, victor: User, now: datetime
) -> None:
    measure = measures.create(key="odd", name="Odd", formula=formula, by=victor, at=now)
    draft = measures.draft_of(measure=measure, by=victor, at=now)

    with pytest.raises(ValidationError) as refused:
        measures.publish(version=draft, by=victor, at=now)

    assert any(message.startswith(f"{path}: ") for message in refused.value.messages)
    assert versions.published_of(measure) is None


def test_measures_that_would_depend_on_each_other_in_a_circle_are_refused(victor: User, now: datetime) -> None:
    first = define("first", HEADS, victor, now)
    second = define("second", {"field": first.field_key}, victor, now)
    draft = measures.draft_of(measure=first, by=victor, at=now)
    measures.save_draft(version=draft, by=victor, at=now, changes={"criteria": {"field": second.field_key}})

    with pytest.raises(ValidationError, match="circle"):
        measures.publish(version=draft, by=victor, at=now)

    draft.refresh_from_db()
    assert draft.state == "draft"


def test_comparing_peers_by_a_measure_made_of_that_very_comparison_is_a_circle_too(victor: User, now: datetime) -> None:
    points = define("points", HEADS, victor, now)
    place = define("place", {"function": "rank", "of": [{"field": points.field_key}]}, victor, now)
    draft = measures.draft_of(measure=points, by=victor, at=now)
    measures.save_draft(version=draft, by=victor, at=now, changes={"criteria": {"field": place.field_key}})

    with pytest.raises(ValidationError, match="circle"):
        measures.publish(version=draft, by=victor, at=now)


def test_a_diamond_is_no_circle(victor: User, now: datetime) -> None:
    base = define("base", HEADS, victor, now)
    sides = [define(key, {"field": base.field_key}, victor, now) for key in ("left", "right")]

    top = define("top", {"function": "sum", "of": [{"field": one.field_key} for one in sides]}, victor, now)

    partner = PartnerFactory(employees=7)
    assert engine.values({"": {"field": top.field_key}}, partner_ids=[partner.pk], at=now)[partner.pk][""] == 14


def test_a_measure_in_use_is_not_retired_and_says_by_whom(victor: User, now: datetime) -> None:
    measure = define("double", TWICE, victor, now)
    define(
        "quadruple",
        {"function": "sum", "of": [{"field": measure.field_key}, {"field": measure.field_key}]},
        victor,
        now,
    )
    segments.define(key="big", name="Big ones", criteria=asking(measure, 60), by=victor, at=now)
    MetricFactory(name="Heads twice", expression={"field": measure.field_key})

    with pytest.raises(definitions.InUse) as refused:
        measures.retire(measure=measure, by=victor, at=now)

    for user in ("Quadruple", "Big ones", "Heads twice"):
        assert user in str(refused.value)
    measure.refresh_from_db()
    assert measure.retired_at is None


def test_a_retired_measure_is_no_field_any_more_and_retiring_twice_is_once(victor: User, now: datetime) -> None:
    measure = define("double", TWICE, victor, now)

    assert measures.retire(measure=measure, by=victor, at=now) is True
    assert measures.retire(measure=measure, by=victor, at=now) is False

    assert measure.field_key not in registry.catalog().fields


def test_a_retired_measure_is_taken_back_into_use_once(victor: User, now: datetime) -> None:
    measure = define("double", TWICE, victor, now)
    measures.retire(measure=measure, by=victor, at=now)

    assert measures.restore(measure=measure, by=victor, at=now) is True
    assert measures.restore(measure=measure, by=victor, at=now) is False

    assert measure.field_key in registry.catalog().fields


def test_a_measure_whose_formula_asks_for_what_is_gone_stays_retired(victor: User, now: datetime) -> None:
    below = define("double", TWICE, victor, now)
    above = define("quadruple", {"field": below.field_key}, victor, now)
    for one in (above, below):
        measures.retire(measure=one, by=victor, at=now)

    with pytest.raises(ValidationError):
        measures.restore(measure=above, by=victor, at=now)

    above.refresh_from_db()
    assert above.retired_at is not None


def test_a_draft_of_its_own_does_not_keep_a_measure_from_being_retired(victor: User, now: datetime) -> None:
    measure = define("double", TWICE, victor, now)
    draft = measures.draft_of(measure=measure, by=victor, at=now)
    measures.save_draft(version=draft, by=victor, at=now, changes={"criteria": {"field": measure.field_key}})

    assert measures.retire(measure=measure, by=victor, at=now) is True


def test_a_segment_whose_partners_are_compared_is_not_retired(victor: User, now: datetime) -> None:
    segment = segments.define(key="all", name="All", by=victor, at=now)
    define("place", {"function": "rank", "of": [HEADS], "peers": "segment:all"}, victor, now)

    with pytest.raises(definitions.InUse, match="Place"):
        segments.retire(segment=segment, by=victor, at=now)


def test_two_who_write_at_once_do_not_overwrite_each_other(victor: User, now: datetime) -> None:
    measure = measures.create(key="size", name="Size", formula=HEADS, by=victor, at=now)
    draft = measures.draft_of(measure=measure, by=victor, at=now)
    read = draft.version
    measures.edit(measure=measure, by=victor, at=now, formula=TWICE, expected=read)

    with pytest.raises(versions.Conflict):
        measures.edit(measure=measure, by=victor, at=now, formula={"number": 1}, expected=read)

    draft.refresh_from_db()
    assert draft.formula == TWICE


def test_keys_are_safe_as_names_of_fields(victor: User, now: datetime) -> None:
    with pytest.raises(ValidationError):
        measures.create(key="Not-a key", name="Odd", by=victor, at=now)


def _members(segment: Any) -> set[int]:
    found = Classification.objects.filter(segment_ids__contains=[segment.pk])
    return set(found.values_list("partner_id", flat=True))
