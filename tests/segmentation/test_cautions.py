"""What is odd about criteria, told before they are published, at the rule it is about."""

from datetime import datetime
from typing import Any

import pytest

from criteria.tree import parse
from partners.models import Partner
from segmentation import engine
from segmentation.services import recompute, segments
from tests.factories.partners import PartnerFactory

pytestmark = pytest.mark.django_db


def rule(field: str, operator: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


def group(*rules: Any, join: str = "and") -> dict[str, Any]:
    return {"combinator": join, "not": False, "rules": list(rules)}


def told(document: Any, now: datetime, segment_id: int | None = None) -> list[tuple[str, str]]:
    tree, everybody = parse(document), Partner.objects.all()
    found = engine.weigh(
        tree, after=tree, before=None, at=now, visible=everybody, movable=everybody, segment_id=segment_id
    )
    return [(one.code, one.path) for one in found.cautions]


@pytest.fixture(autouse=True)
def three() -> None:
    PartnerFactory(name="Ash", country="DE", employees=10, city="Kiel")
    PartnerFactory(name="Beech", country="FR", employees=200, city="Lyon")
    PartnerFactory(name="Cedar", country="DE", employees=500, city="Bonn")


def test_a_sound_rule_has_none(now: datetime) -> None:
    assert told(group(rule("country", "equals", "DE")), now) == []


def test_rules_that_pick_everybody(now: datetime) -> None:
    assert told(group(rule("employees", ">=", 1)), now) == [("everybody", "")]


def test_a_rule_that_nobody_fulfils_is_named(now: datetime) -> None:
    document = group(rule("country", "equals", "DE"), rule("employees", ">", 9_000))

    assert told(document, now) == [("nobody", ""), ("nobody_alone", "/rules/1")]


def test_rules_that_pick_nobody_together_are_named_by_their_group(now: datetime) -> None:
    inner = group(rule("country", "equals", "FR"), rule("employees", "<", 50))

    assert told(group(rule("city", "is_set"), inner), now) == [("nobody", ""), ("nobody_together", "/rules/1")]


def test_a_contradiction_is_proved_and_named(now: datetime) -> None:
    document = group(rule("country", "equals", "DE"), rule("country", "not_equals", "DE"))

    assert told(document, now) == [("contradiction", "/rules/1"), ("nobody", "")]
    assert engine.proved(parse(document))[0].message == "No partner can fulfil this and rule 1 at once."


def test_another_segment_with_the_same_partners_is_named(now: datetime) -> None:
    german = group(rule("country", "equals", "DE"))
    same = segments.define(key="german", name="German", by=None, at=now, criteria=german)
    segments.define(key="all", name="All", by=None, at=now)
    recompute.everything(at=now)
    draft = group(rule("country", "in", ["DE", "AT"]))

    assert told(draft, now) == [("same_as_segment", "")]
    assert told(draft, now, segment_id=same.pk) == []
    assert told(group(rule("name", "equals", "Ash")), now) == []


def test_a_field_that_is_empty_for_many_is_named_once(now: datetime) -> None:
    Partner.objects.exclude(name="Ash").update(employees=None)
    document = group(rule("country", "is_set"), rule("employees", ">=", 5), rule("employees", "<=", 5_000))

    assert ("empty_for_many", "/rules/1") in told(document, now)
    assert told(document, now).count(("empty_for_many", "/rules/1")) == 1


def test_asking_whether_a_field_is_empty_is_no_reason_to_worry(now: datetime) -> None:
    Partner.objects.exclude(name="Ash").update(employees=None)

    assert told(group(rule("employees", "is_set")), now) == []


def test_an_empty_program_gives_no_cautions(now: datetime) -> None:
    Partner.objects.all().delete()

    assert told(group(rule("employees", ">=", 5)), now) == []
