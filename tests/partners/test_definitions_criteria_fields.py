"""What criteria may ask about categories and tiers gives the right answer on real rows."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from criteria.checks import check
from criteria.clock import Clock
from criteria.fields import registry
from criteria.sql import Book
from criteria.tree import parse
from partners.services import categories, memberships, suggestions, tiers
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


def matching(*clauses) -> set[str]:
    """Return the names of the partners that fulfil all the clauses."""
    document = {"combinator": "and", "not": False, "rules": list(clauses)}
    catalog = registry.catalog()
    assert check(document, catalog) == []
    book = Book(catalog, Clock(at=NOW, zone=ZoneInfo("UTC")), lambda kind, key: "FALSE")
    predicate = book.predicate(parse(document))
    source = book.source(lambda column: f"{column} > 0")
    inner = f"SELECT p.name, {', '.join(book.selected())} FROM {source}"  # noqa: S608 - compiled
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT name FROM ({inner}) facts WHERE ({predicate}) IS TRUE", book.parameters)  # noqa: S608
        return {name for (name,) in cursor.fetchall()}


@pytest.fixture(autouse=True)
def program_of_two(pinewood, oakhurst, victor, now):
    """Pinewood: MSP (primary) and VAR, Gold. Oakhurst: once a VAR, suggested as an MSP, Silver."""
    long_ago = now - timedelta(days=400)
    msp = categories.define(key="msp", name="MSP", by=victor, at=long_ago)
    var = categories.define(key="var", name="VAR", by=victor, at=long_ago)
    rungs = [{"key": name.lower(), "name": name} for name in ("Silver", "Gold", "Platinum")]
    track = tiers.define_track(key="solution", name="Solution", tiers=rungs, by=victor, at=long_ago)
    memberships.assign(partner=pinewood, category=msp, by=victor, at=now - timedelta(days=10))
    memberships.assign(partner=pinewood, category=var, by=victor, at=now - timedelta(days=10))
    past = memberships.assign(partner=oakhurst, category=var, by=victor, at=long_ago)
    memberships.end(membership=past, by=victor, at=now - timedelta(days=200), reason="Stopped")
    suggestions.suggest(partner_id=oakhurst.pk, category_ids=[msp.pk], at=now)
    tiers.hold(partner=pinewood, tier=track.tiers.get(key="gold"), by=victor, at=now - timedelta(days=5))
    tiers.hold(partner=oakhurst, tier=track.tiers.get(key="silver"), by=victor, at=long_ago)


@pytest.mark.parametrize(
    ("clause", "names"),
    [
        ({"field": "categories", "operator": "any_of", "value": ["msp"]}, {"Pinewood"}),
        ({"field": "categories", "operator": "all_of", "value": ["msp", "var"]}, {"Pinewood"}),
        ({"field": "categories", "operator": "none_of", "value": ["var"]}, {"Oakhurst"}),
        ({"field": "categories", "operator": "is_empty"}, {"Oakhurst"}),
        ({"field": "primary_category", "operator": "equals", "value": "msp"}, {"Pinewood"}),
        ({"field": "primary_category", "operator": "is_empty"}, {"Oakhurst"}),
        ({"field": "tiers", "operator": "any_of", "value": ["solution.silver"]}, {"Pinewood", "Oakhurst"}),
        ({"field": "tiers", "operator": "any_of", "value": ["solution.gold"]}, {"Pinewood"}),
        ({"field": "tiers", "operator": "any_of", "value": ["solution.platinum"]}, set()),
    ],
)
def test_what_is_held_now(clause, names):
    assert matching(clause) == names


def count(collection, where, operator, value, **window):
    return {
        "collection": collection,
        "aggregate": "count",
        "where": {"combinator": "and", "rules": where},
        "operator": operator,
        "value": value,
        **window,
    }


@pytest.mark.parametrize(
    ("clause", "names"),
    [
        (count("memberships", [{"field": "state", "operator": "equals", "value": "suggested"}], ">=", 1), {"Oakhurst"}),
        (
            count("memberships", [{"field": "category", "operator": "equals", "value": "var"}], "=", 1),
            {"Pinewood", "Oakhurst"},
        ),
        (count("memberships", [{"field": "ended", "operator": "is_set"}], ">=", 1), {"Oakhurst"}),
        (count("memberships", [], ">=", 2, window={"last": 30, "unit": "days"}), {"Pinewood"}),
        (count("memberships", [{"field": "primary", "operator": "is_true"}], "=", 1), {"Pinewood"}),
        (count("memberships", [{"field": "source", "operator": "equals", "value": "rule"}], "=", 1), {"Oakhurst"}),
        (
            count("tiers_held", [{"field": "tier", "operator": "equals", "value": "solution.silver"}], "=", 1),
            {"Oakhurst"},
        ),
        (
            count(
                "tiers_held",
                [{"field": "began", "operator": "within_last", "value": {"n": 30, "unit": "days"}}],
                "=",
                1,
            ),
            {"Pinewood"},
        ),
        (count("tiers_held", [{"field": "ended", "operator": "is_empty"}], "=", 1), {"Pinewood", "Oakhurst"}),
    ],
)
def test_what_was_held_before(clause, names):
    assert matching(clause) == names


def test_a_tier_is_named_with_its_track():
    labels = {
        choice.value: choice.label for choice in registry.catalog().choices(registry.catalog().fields["tiers"]).values()
    }

    assert labels["solution.gold"] == "Solution: Gold"
