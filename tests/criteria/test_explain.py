"""Asked, has, missing, and how much of it is there."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from criteria.clock import Clock
from criteria.explain import Explanation, explanation, leaf_columns
from criteria.sentence import Speaker
from criteria.sql import Book
from criteria.tree import parse
from tests.criteria.catalog import catalog

CATALOG = catalog()


def clause(field: str, operator: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


def all_of(*rules: Any) -> dict[str, Any]:
    return {"combinator": "and", "not": False, "rules": list(rules)}


def explained(rule: Any, *, met: bool, has: Any) -> Explanation:
    """Explain a document of one clause to a partner that has a value."""
    whole = explanation(
        parse(all_of(rule)), CATALOG, Speaker(CATALOG), {"": met, "/rules/0": met}, {"": None, "/rules/0": has}
    )
    assert whole.met == met
    return whole.leaves[0]


def deals(operator: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"collection": "deals", "aggregate": "count", "operator": operator, "value": value, **more}


@pytest.mark.parametrize(
    ("rule", "value", "has", "missing", "share"),
    [
        (clause("employees", ">=", 10), 4, "4 people", "6 more people", 0.4),
        (clause("employees", ">=", 10), None, "nothing yet", "10 more people", 0.0),
        (clause("employees", ">", 10), 10, "10 people", "more than 0 more people", 1.0),
        (clause("employees", "<=", 10), 12, "12 people", "2 too many people", 0.0),
        (clause("employees", ">=", 0), -5, "-5 people", "5 more people", 0.0),
        (clause("revenue", ">=", "100000"), Decimal("74999.50"), "74,999.5", "25,000.5 more", 0.749995),
        (deals(">=", 3), 1, "1", "2 more", 1 / 3),
        (deals(">=", 3, aggregate="sum", of="amount"), 0, "0 EUR", "3 more EUR", 0.0),
        (clause("name", "equals", "Ash"), "Beech", "Beech", "", None),
        (clause("name", "is_set"), "", "nothing yet", "Fill this in", None),
        (clause("status", "in", ["active"]), "ended", "Ended", "Active", None),
        (clause("region", "all_of", ["emea", "dach"]), [1], "EMEA", "EMEA and DACH", None),
        (clause("region", "none_of", ["apac"]), [1, 3], "EMEA, APAC", "", None),
        (clause("has_cam", "is_true"), False, "no", "", None),
        (clause("has_cam", "is_true"), None, "no", "", None),
        (clause("joined_on", "older_than", {"n": 1, "unit": "years"}), date(2030, 1, 2), "2030-01-02", "", None),
        (clause("segments", "any_of", ["top"]), None, "no", "", None),
    ],
)
def test_what_is_missing_is_told(rule: Any, value: Any, has: str, missing: str, share: float | None) -> None:
    found = explained(rule, met=False, has=value)

    assert (found.has, _loose(found.missing)) == (has, _loose(missing))
    assert found.share == pytest.approx(share) if share is not None else found.share is None


def _loose(text: str) -> list[str]:
    """The words alone: where the unit stands is for the sentence to say."""
    return sorted(text.split())


def test_what_is_met_misses_nothing() -> None:
    found = explained(clause("employees", ">=", 10), met=True, has=12)

    assert (found.has, found.missing, found.share) == ("12 people", "", 1.0)


@pytest.mark.parametrize("value", [Decimal(10) ** 30, Decimal("1e-30"), 10**20])
def test_numbers_of_any_size_are_shown(value: Any) -> None:
    assert explained(clause("employees", ">=", 10), met=True, has=value).has


def test_groups_say_how_their_parts_are_joined() -> None:
    document = {**all_of(clause("name", "equals", "Ash"), all_of(clause("employees", ">=", 1))), "not": True}
    paths = ["", "/rules/0", "/rules/1", "/rules/1/rules/0"]

    whole = explanation(parse(document), CATALOG, Speaker(CATALOG), dict.fromkeys(paths, True), dict.fromkeys(paths))

    assert (whole.joined, whole.negated, [part.joined for part in whole.parts]) == ("and", True, ["", "and"])
    assert [leaf.path for leaf in whole.leaves] == ["/rules/0", "/rules/1/rules/0"]


def test_moments_are_shown_by_their_day_in_the_programs_zone() -> None:
    clock = Clock(datetime(2030, 3, 18, tzinfo=UTC), ZoneInfo("Asia/Tokyo"))
    book = Book(CATALOG, clock, lambda kind, key: "FALSE")

    columns = list(leaf_columns(parse(all_of(clause("last_active_at", "is_set"))), book))

    assert columns[1][2] == "(c0 AT TIME ZONE %(zone)s)::date"
