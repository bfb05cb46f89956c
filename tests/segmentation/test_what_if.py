"""What if: values changed in mind, what the rule book would say, and nothing written."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from partners.models import Partner, Tier
from partners.services import categories, life_stages, tiers
from segmentation import queries
from segmentation.forms.what_if import WhatIfForm
from segmentation.models import Classification, RuleTransition, Segment
from segmentation.services import recompute
from tests.factories.partners import AttributeDefinitionFactory, RegionFactory
from tests.segmentation.test_why import all_of, deal, define, rule, won

pytestmark = pytest.mark.django_db


def people(operator: str, value: int) -> dict[str, Any]:
    return {
        "collection": "certifications",
        "aggregate": "count_distinct",
        "of": "person",
        "operator": operator,
        "value": value,
    }


@pytest.fixture
def gold(pinewood: Partner, now: datetime) -> Tier:
    """A small rule book: who has three certified people and some revenue is gold, large and activated."""
    deal(pinewood, "Harbour", 40_000, date(2030, 2, 1))
    asks = all_of(people(">=", 3), won(">=", 10_000))
    track = tiers.define_track(
        key="solution", name="Solution", by=None, at=now, tiers=[{"key": "gold", "name": "Gold", "criteria": asks}]
    )
    categories.define(key="able", name="Able", by=None, at=now, meaning="Knows.", criteria=all_of(people(">=", 2)))
    life_stages.define(key="active", name="Active", by=None, at=now, criteria=all_of(people(">=", 1)))
    life_stages.define(key="quiet", name="Quiet", by=None, at=now, criteria=all_of())
    define("golden", all_of(rule("qualified_tiers", "any_of", ["solution.gold"])), now)
    define("unskilled", all_of(people("=", 0)), now)
    recompute.everything(at=now)
    found: Tier = track.tiers.get()
    return found


def text_of(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.status_code
    return " ".join(answer.content.decode().split())


def name_of(answer: Any, label: str) -> str:
    form = answer.context["form"]
    return next(field.name for field in form if label in str(field.label))


@pytest.fixture
def vendor(client_of: Callable[..., Client], vera: Any) -> Client:
    return client_of(vera)


def page(partner: Partner, kind: str, definition: Any) -> str:
    return f"/vendor/partners/{partner.public_id}/what-if/?rule={kind}:{definition.public_id}"


def test_the_values_that_decide_a_rule_stand_in_the_form(vendor: Client, pinewood: Partner, gold: Tier) -> None:
    answer = vendor.get(page(pinewood, "tier", gold))

    text = text_of(answer)
    assert "Number of people with certifications" in text
    assert 'value="40000"' in text
    assert "is at least 3" in text


def test_other_values_say_what_would_follow_in_the_whole_rule_book_and_write_nothing(
    vendor: Client, pinewood: Partner, gold: Tier, now: datetime
) -> None:
    where = page(pinewood, "tier", gold)
    opened = vendor.get(where)
    before = (list(Classification.objects.values()), RuleTransition.objects.count())

    values = {field.name: field.value() for field in opened.context["form"]}
    text = text_of(vendor.post(where, values | {name_of(opened, "people"): "3"}))

    for seen in ("Would be fulfilled", "Solution: Gold", "Able", "Quiet", "Active", "Golden", "Unskilled"):
        assert seen in text
    assert (list(Classification.objects.values()), RuleTransition.objects.count()) == before


def test_left_as_it_is_nothing_follows(vendor: Client, pinewood: Partner, gold: Tier) -> None:
    where = page(pinewood, "tier", gold)
    values = {field.name: field.value() for field in vendor.get(where).context["form"]}

    assert "Everything is as it is now." in text_of(vendor.post(where, values))


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("many", "Enter a number."),
        ("9" * 1_000_000, "Ensure this value is less than or equal to"),
        ("1e999999", "Enter a number."),
        ("NaN", "Enter a number."),
    ],
)
def test_what_is_no_value_is_told_at_its_field(
    vendor: Client, pinewood: Partner, gold: Tier, typed: str, told: str
) -> None:
    where = page(pinewood, "tier", gold)
    name = name_of(vendor.get(where), "people")

    text = text_of(vendor.post(where, {name: typed}), 422)

    assert "Some values cannot be read." in text
    assert told in text or "Ensure" in text


def test_without_a_rule_the_page_asks_for_one(vendor: Client, pinewood: Partner) -> None:
    assert "Choose a rule." in text_of(vendor.get(f"/vendor/partners/{pinewood.public_id}/what-if/"))


def test_a_rule_nobody_knows_is_told_at_its_field(vendor: Client, pinewood: Partner) -> None:
    answer = vendor.get(f"/vendor/partners/{pinewood.public_id}/what-if/?rule=moon")

    assert "Select a valid choice." in text_of(answer, 422)


def test_a_rule_without_criteria_has_nothing_to_imagine(vendor: Client, pinewood: Partner, now: datetime) -> None:
    picked = define("picked", None, now, kind="static")

    assert "There is nothing to imagine here" in text_of(vendor.get(page(pinewood, "segment", picked)))


def test_every_kind_of_value_can_be_imagined_otherwise(pinewood: Partner, now: datetime) -> None:
    RegionFactory(key="north", name="North")
    AttributeDefinitionFactory(key="labs", kind="number", label="Labs")
    define("german", all_of(rule("country", "equals", "DE")), now)
    recompute.everything(at=now)
    cases: list[tuple[dict[str, Any], Any]] = [
        (rule("country", "equals", "FR"), "FR"),
        (rule("name", "contains", "oak"), "Oakwood"),
        (rule("employees", ">=", 50), "70"),
        (rule("attributes.labs", ">=", 3), "3.5"),
        (rule("status", "equals", "prospect"), "prospect"),
        (rule("joined_on", "within_last", {"n": 10, "unit": "days"}), "2030-03-15"),
        (rule("region", "any_of", ["north"]), ["north"]),
        (rule("segments", "none_of", ["german"]), "no"),
        (rule("country", "changed_within_last", {"n": 3, "unit": "days"}), "2030-03-17"),
        (rule("location", "within_distance", {"latitude": 48.1, "longitude": 11.6, "km": 50}), "20"),
        (won(">=", 10), "50"),
        ({**won(">=", 10), "growth_over": {"n": 1, "unit": "years"}}, "12"),
    ]
    for clause, typed in cases:
        criteria = all_of(clause)
        found = queries.questions(queries.explain(partner=pinewood, criteria=criteria, at=now))
        assert not queries.explain(partner=pinewood, criteria=criteria, at=now).met, clause
        form = WhatIfForm({found.asked[0].name: typed}, questions=found.asked)
        assert form.is_valid(), (clause, form.errors)

        outcome = queries.outcome(partner=pinewood, criteria=criteria, substitutes=form.substitutes, at=now)

        assert not outcome.error, clause
        assert outcome.explanation is not None
        assert outcome.explanation.met, clause


def test_what_cannot_be_imagined_says_why(pinewood: Partner, now: datetime) -> None:
    define("german", all_of(rule("country", "equals", "DE")), now)
    recompute.everything(at=now)
    long_in = rule("segments", "for_at_least", {"n": 3, "unit": "days", "of": ["german"]})

    found = queries.questions(queries.explain(partner=pinewood, criteria=all_of(long_in), at=now))

    assert not found.asked
    assert "history" in found.fixed[0].reason


def test_a_value_taken_away_in_mind_is_missing(pinewood: Partner, now: datetime) -> None:
    Partner.objects.filter(pk=pinewood.pk).update(region=RegionFactory(key="north"), employees=3)
    for clause in (
        rule("region", "any_of", ["north"]),
        rule("employees", "is_set"),
        rule("status", "equals", "active"),
        rule("country", "is_set"),
    ):
        criteria = all_of(clause)
        found = queries.questions(queries.explain(partner=pinewood, criteria=criteria, at=now))
        form = WhatIfForm({found.asked[0].name: ""}, questions=found.asked)
        assert form.is_valid(), form.errors

        outcome = queries.outcome(partner=pinewood, criteria=criteria, substitutes=form.substitutes, at=now)

        assert outcome.explanation is not None, clause
        assert not outcome.explanation.met, clause


def test_values_too_large_to_reckon_with_are_told_kindly(pinewood: Partner, now: datetime) -> None:
    criteria = all_of(rule("employees", ">=", 1))
    key = queries.questions(queries.explain(partner=pinewood, criteria=criteria, at=now)).asked[0].key

    outcome = queries.outcome(partner=pinewood, criteria=criteria, substitutes={key: "x"}, at=now)

    assert outcome.error == "With these values it cannot be computed. Try smaller ones."
    with connection.cursor() as cursor:  # the transaction around it is still good
        cursor.execute("SELECT 1")


def test_partners_imagine_what_they_may_see_and_hear_nothing_of_segments(
    client_of: Callable[..., Client], pete: Any, pinewood: Partner, gold: Tier, now: datetime
) -> None:
    client, where = client_of(pete), f"/partner/what-if/?rule=tier:{gold.public_id}"
    opened = client.get(where)

    text = text_of(client.post(where, {name_of(opened, "people"): "3", name_of(opened, "amount"): "40000"}))

    for seen in ("Would be fulfilled", "Solution: Gold", "Able", "Active"):
        assert seen in text
    for hidden in ("Golden", "Unskilled"):
        assert hidden not in text
    segment = Segment.objects.get(key="golden")
    text_of(client.get(f"/partner/what-if/?rule=segment:{segment.public_id}"), 422)


def test_the_ways_lead_there(
    vendor: Client, client_of: Callable[..., Client], pete: Any, pinewood: Partner, gold: Tier
) -> None:
    why = vendor.get(f"/vendor/why/tier/{gold.public_id}/{pinewood.public_id}/")
    panel = vendor.get(f"/vendor/partners/{pinewood.public_id}/classification/")
    progress = client_of(pete).get(f"/partner/why/tier/{gold.public_id}/", headers={"HX-Request": "true"})

    assert f'href="{page(pinewood, "tier", gold)}"' in text_of(why)
    assert f"/vendor/partners/{pinewood.public_id}/what-if/" in text_of(panel)
    assert f"/partner/what-if/?rule=tier:{gold.public_id}" in text_of(progress)
