"""Rules that can never hold together: what is proved from the text, and what is left alone as uncertain."""

from typing import Any

import pytest

from criteria.contradictions import contradictions
from criteria.tree import parse


def rule(field: str, operator: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


def group(*rules: Any, join: str = "and", negated: bool = False) -> dict[str, Any]:
    return {"combinator": join, "not": negated, "rules": list(rules)}


def found(*rules: Any, join: str = "and") -> list[tuple[str, str]]:
    return [(one.path, one.other) for one in contradictions(parse(group(*rules, join=join)))]


EITHER = (rule("a", "=", 1), rule("b", "=", 2))
IMPOSSIBLE = [
    (rule("country", "equals", "DE"), rule("country", "not_equals", "de")),
    (rule("country", "equals", "DE"), rule("country", "equals", "FR")),
    (rule("country", "in", ["DE", "AT"]), rule("country", "in", ["FR"])),
    (rule("country", "in", ["DE", "AT"]), rule("country", "not_in", ["AT", "DE", "CH"])),
    (rule("country", "equals", "DE"), rule("country", "is_empty")),
    (rule("country", "is_set"), rule("country", "is_empty")),
    (rule("employees", ">=", 100), rule("employees", "<", 100)),
    (rule("employees", "between", [1, 5]), rule("employees", ">", 5)),
    (rule("employees", "=", 5), rule("employees", "=", 6)),
    (rule("joined_on", "before", "2026-01-01"), rule("joined_on", "on_or_after", "2026-01-01")),
    (rule("languages", "any_of", ["de"]), rule("languages", "none_of", ["de", "fr"])),
    (rule("languages", "all_of", ["de", "fr"]), rule("languages", "none_of", ["fr"])),
    (rule("is_listed", "is_true"), rule("is_listed", "is_false")),
    (
        group(rule("a", "=", 1), rule("b", "=", 2), join="or"),
        group(rule("a", "=", 1), rule("b", "=", 2), join="or", negated=True),
    ),
]


@pytest.mark.parametrize(("one", "other"), IMPOSSIBLE)
def test_two_rules_that_leave_nothing_between_them_are_named(one: Any, other: Any) -> None:
    assert found(one, other) == [("/rules/1", "/rules/0")]
    assert found(other, one) == [("/rules/1", "/rules/0")]


POSSIBLE = [
    (rule("country", "equals", "DE"), rule("city", "not_equals", "DE")),
    (rule("country", "in", ["DE", "AT"]), rule("country", "not_in", ["AT"])),
    (rule("employees", ">=", 100), rule("employees", "<=", 100)),
    (rule("employees", "!=", 5), rule("employees", "is_empty")),
    (rule("languages", "any_of", ["de", "fr"]), rule("languages", "none_of", ["fr"])),
    (rule("languages", "any_of", ["de"]), rule("languages", "any_of", ["fr"])),
    (rule("name", "contains", "a"), rule("name", "contains", "b")),
    (rule("employees", ">=", {"field": "deals_count"}), rule("employees", "<", 5)),
]


@pytest.mark.parametrize(("one", "other"), POSSIBLE)
def test_what_may_hold_together_is_left_alone(one: Any, other: Any) -> None:
    assert found(one, other) == []


def test_any_of_two_opposites_is_no_contradiction() -> None:
    assert found(rule("employees", ">=", 100), rule("employees", "<", 100), join="or") == []


def test_nested_groups_that_all_have_to_hold_count_as_one() -> None:
    nested = group(rule("city", "is_set"), group(rule("employees", "<", 5)))

    assert found(rule("employees", ">=", 100), nested) == [("/rules/1/rules/1/rules/0", "/rules/0")]


def test_records_asked_for_the_impossible_are_found_too() -> None:
    where = group(rule("stage", "equals", "won"), rule("stage", "equals", "lost"))
    deals = {"collection": "deals", "aggregate": "count", "where": where, "operator": ">=", "value": 1}

    assert found(group(deals)) == [("/rules/0/rules/0/where/rules/1", "/rules/0/rules/0/where/rules/0")]


def test_the_same_figure_must_be_meant() -> None:
    def won(months: int, operator: str) -> dict[str, Any]:
        window = {"last": months, "unit": "months"}
        return {"collection": "deals", "aggregate": "count", "window": window, "operator": operator, "value": 3}

    assert found(won(12, ">="), won(12, "<")) == [("/rules/1", "/rules/0")]
    assert found(won(12, ">="), won(6, "<")) == []
