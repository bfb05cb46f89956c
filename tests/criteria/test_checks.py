"""What makes sense in a program and what does not: every operator with values it takes and values it refuses."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings

from criteria.checks import as_day, as_number, check, check_operand
from criteria.fields import Catalog, Field, Kind
from criteria.operators import BY_KIND, Shape, operators_of
from tests.criteria.catalog import catalog
from tests.criteria.strategies import Pool

CATALOG = catalog()
POOL = Pool(CATALOG, list(CATALOG.fields)[:-1], list(CATALOG.collections), ["Ash", "%"], ["x", "y"], date(2030, 3, 18))

#: One field of each kind.
FIELD_OF = {
    Kind.TEXT: "name",
    Kind.NUMBER: "employees",
    Kind.MONEY: "revenue",
    Kind.DATE: "joined_on",
    Kind.MOMENT: "last_active_at",
    Kind.YES_NO: "has_cam",
    Kind.CHOICE: "status",
    Kind.MULTI: "region",
    Kind.RULES: "segments",
    Kind.PLACE: "location",
}
CHOICES_OF = {Kind.CHOICE: ["active", "ended"], Kind.MULTI: ["emea", "dach"], Kind.RULES: ["base", "top"]}

SPANS = [{"n": 1, "unit": "days"}, {"n": 100, "unit": "years"}]
GOOD: dict[Shape, list[Any]] = {
    Shape.NONE: [None, "ignored"],
    Shape.TEXT: ["Ash", "x" * 500, "%_'\";--", "日本"],
    Shape.TEXTS: [["Ash"], ["a", "b"]],
    Shape.NUMBER: [0, -3, 2.5, "12.50", 10**15, "1e3"],
    Shape.RANGE: [[1, 2], [3, 3], ["9", "10"]],
    Shape.DAY: ["2030-02-28", "2032-02-29"],
    Shape.DAYS: [["2030-01-01", "2030-01-01"], ["2029-12-31", "2030-01-01"]],
    Shape.SPAN: SPANS,
    Shape.PERIOD: ["month", "half", "fiscal_year"],
    Shape.CIRCLE: [
        {"latitude": 48.1, "longitude": "11.6", "km": 50},
        {"latitude": -90, "longitude": 180, "km": 0},
    ],
}
BAD: dict[Shape, list[tuple[Any, str]]] = {
    Shape.NONE: [],
    Shape.TEXT: [
        (None, "value_missing"),
        ("", "value_missing"),
        ("  ", "not_text"),
        (7, "not_text"),
        (["a"], "not_text"),
        ("a\x00b", "not_text"),
        ("\ud800", "not_text"),
        ("x" * 501, "too_long"),
        ("x" * 10**6, "too_long"),
    ],
    Shape.TEXTS: [([], "value_missing"), ("a", "not_a_list"), (["a", 1], "not_text"), (["a"] * 1001, "too_long")],
    Shape.NUMBER: [
        (None, "value_missing"),
        ("many", "not_a_number"),
        (True, "not_a_number"),
        ([1], "not_a_number"),
        (10**15 + 1, "too_large"),
        (-(10**16), "too_large"),
        (10**10_000, "not_a_number"),
        ("9" * 41, "not_a_number"),
        (float("nan"), "not_a_number"),
        (float("inf"), "not_a_number"),
        ("1e-99999", "not_a_number"),
        ("1" * 10**6, "not_a_number"),
    ],
    Shape.RANGE: [
        (1, "not_a_range"),
        ([1], "not_a_range"),
        ([1, 2, 3], "not_a_range"),
        ([1, "x"], "not_a_number"),
        ([10, 9], "empty_range"),
        (["10", "9"], "empty_range"),
    ],
    Shape.DAY: [
        ("2030-02-29", "not_a_day"),
        ("18.3.2030", "not_a_day"),
        ("20300318", "not_a_day"),
        (20300318, "not_a_day"),
        ("2030-W12-1", "not_a_day"),
        ("2030-03-18T00:00", "not_a_day"),
        ("0000-01-01", "not_a_day"),
    ],
    Shape.DAYS: [
        ("2030-01-01", "not_a_range"),
        (["2030-01-02", "2030-01-01"], "empty_range"),
        (["x", "y"], "not_a_day"),
    ],
    Shape.SPAN: [
        (3, "not_a_span"),
        ({"n": 3}, "not_a_span"),
        ({"n": 3, "unit": "days", "x": 1}, "not_a_span"),
        ({"n": 0, "unit": "days"}, "bad_number"),
        ({"n": -1, "unit": "days"}, "bad_number"),
        ({"n": True, "unit": "days"}, "bad_number"),
        ({"n": "3", "unit": "days"}, "bad_number"),
        ({"n": 101, "unit": "years"}, "bad_number"),
        ({"n": 10**30, "unit": "days"}, "bad_number"),
        ({"n": 3, "unit": "fortnights"}, "unknown_unit"),
        ({"n": 3, "unit": ["days"]}, "unknown_unit"),
    ],
    Shape.PERIOD: [("decade", "unknown_unit"), (3, "unknown_unit"), (["month"], "unknown_unit")],
    Shape.CHOICE: [
        ("gone", "unknown_choice"),
        (1, "unknown_choice"),
        (["active"], "unknown_choice"),
        (None, "value_missing"),
    ],
    Shape.CHOICES: [
        ("active", "not_a_list"),
        ([], "value_missing"),
        (["gone"], "unknown_choice"),
        ([[]], "unknown_choice"),
    ],
    Shape.CHOICES_N: [
        (["emea"], "not_a_list"),
        ({"n": 1}, "not_a_list"),
        ({"n": 0, "of": ["emea"]}, "bad_number"),
        ({"n": 2, "of": ["emea", "emea"]}, "bad_number"),
        ({"n": True, "of": ["emea"]}, "bad_number"),
        ({"n": 1, "of": ["gone"]}, "unknown_choice"),
        ({"n": 1, "of": "emea"}, "not_a_list"),
    ],
    Shape.CHOICES_SPAN: [
        (["base"], "not_a_list"),
        ({"n": 30, "unit": "days"}, "not_a_list"),
        ({"n": 30, "unit": "days", "of": []}, "not_a_list"),
        ({"n": 0, "unit": "days", "of": ["base"]}, "bad_number"),
        ({"n": 30, "unit": "moons", "of": ["base"]}, "unknown_unit"),
        ({"n": 30, "unit": "days", "of": ["gone"]}, "unknown_choice"),
    ],
    Shape.CIRCLE: [
        (50, "not_a_circle"),
        ({"latitude": 1, "longitude": 1}, "not_a_circle"),
        ({"latitude": 90.5, "longitude": 1, "km": 1}, "bad_number"),
        ({"latitude": 1, "longitude": "far", "km": 1}, "bad_number"),
        ({"latitude": 1, "longitude": 1, "km": -1}, "bad_number"),
        ({"latitude": 1, "longitude": 1, "km": 10**6}, "bad_number"),
    ],
}
ALL_OPERATORS = [(kind, operator) for kind, operators in BY_KIND.items() for operator in operators.values()]


def good_values(kind: Kind, shape: Shape) -> list[Any]:
    if shape is Shape.CHOICE:
        return CHOICES_OF[kind]
    if shape is Shape.CHOICES:
        return [CHOICES_OF[kind], CHOICES_OF[kind][:1]]
    if shape is Shape.CHOICES_N:
        return [{"n": 2, "of": CHOICES_OF[kind]}, {"n": 1, "of": CHOICES_OF[kind]}]
    if shape is Shape.CHOICES_SPAN:
        return [{"n": 30, "unit": "days", "of": CHOICES_OF[kind]}]
    return GOOD[shape]


def clause(field: str, operator: str, value: Any) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


def problems(*rules: Any) -> list[tuple[str, str]]:
    document = {"combinator": "and", "not": False, "rules": list(rules)}
    return [(one.path, one.code) for one in check(document, CATALOG)]


@pytest.mark.parametrize(("kind", "operator"), ALL_OPERATORS, ids=lambda one: getattr(one, "key", str(one)))
def test_an_operator_takes_values_of_its_shape(kind: Kind, operator: Any) -> None:
    for value in good_values(kind, operator.shape):
        assert problems(clause(FIELD_OF[kind], operator.key, value)) == [], value


@pytest.mark.parametrize(("kind", "operator"), ALL_OPERATORS, ids=lambda one: getattr(one, "key", str(one)))
def test_an_operator_refuses_other_values_and_says_where(kind: Kind, operator: Any) -> None:
    for value, code in BAD[operator.shape]:
        found = problems(clause(FIELD_OF[kind], operator.key, value))
        assert code in [one for _, one in found], value
        assert all(path.startswith("/rules/0/value") for path, _ in found)


@pytest.mark.parametrize("kind", list(Kind))
def test_an_operator_of_another_kind_is_refused(kind: Kind) -> None:
    fitting = operators_of(kind, CATALOG.fields[FIELD_OF[kind]])
    others = {key for operators in BY_KIND.values() for key in operators} - set(fitting)

    for key in sorted(others):
        assert problems(clause(FIELD_OF[kind], key, 1)) == [("/rules/0/operator", "unknown_operator")]


WON = {"field": "stage", "operator": "equals", "value": "won"}
AREAS = {"collection": "deals", "by": "products", "aggregate": "count", "operator": ">=", "value": 1}
LATEST = {
    **AREAS,
    "aggregate": "max",
    "of": "closed_on",
    "operator": "within_last",
    "value": {"n": 3, "unit": "months"},
}


@pytest.mark.parametrize(
    ("areas", "path", "code"),
    [
        ({**AREAS, "by": "gone"}, "by", "unknown_field"),
        ({**AREAS, "by": "amount"}, "by", "unknown_field"),
        ({**AREAS, "collection": "gone"}, "collection", "unknown_collection"),
        ({**AREAS, "value": "many"}, "value", "not_a_number"),
        ({**AREAS, "value": {"field": "employees"}}, "value", "wrong_type"),
        ({**AREAS, "disabled": True}, "disabled", "unknown_key"),
        (
            {**AREAS, "aggregate": "count_holders", "of": "customer", "each": [{"rules": [WON]}]},
            "aggregate",
            "wrong_type",
        ),
        ({**AREAS, "window": {"this": "year"}, "growth_over": {"n": 1, "unit": "years"}}, "aggregate", "wrong_type"),
    ],
)
def test_an_area_asks_a_plain_figure_of_its_own_records(areas: Any, path: str, code: str) -> None:
    rule = {"per_area": {"areas": areas, "need": LATEST, "figure": "missing"}, "operator": "=", "value": 0}

    assert (f"/rules/0/per_area/areas/{path}", code) in problems(rule)
    assert problems({**rule, "per_area": {**rule["per_area"], "areas": AREAS}}) == []


@pytest.mark.parametrize(
    ("rule", "path", "code"),
    [
        (clause("nobody", "equals", "x"), "/rules/0/field", "unknown_field"),
        ({"combinator": "or", "rules": []}, "/rules/0", "empty_group"),
        (clause("name", "equals", {"field": "nobody"}), "/rules/0/value/field", "unknown_field"),
        (clause("name", "equals", {"field": "employees"}), "/rules/0/value/field", "wrong_type"),
        (clause("name", "contains", {"field": "city"}), "/rules/0/value", "wrong_type"),
        (clause("employees", "between", {"field": "revenue"}), "/rules/0/value", "wrong_type"),
        (clause("industries", "any_of", ["a\x00b"]), "/rules/0/value/0", "unknown_choice"),
        (clause("industries", "any_of", ["\ud800"]), "/rules/0/value/0", "unknown_choice"),
        (clause("industries", "any_of", [""]), "/rules/0/value/0", "unknown_choice"),
        ({"collection": "orders", "operator": "=", "value": 1}, "/rules/0/collection", "unknown_collection"),
        (
            {"collection": "deals", "aggregate": "sum", "of": "x", "operator": "=", "value": 1},
            "/rules/0/of",
            "unknown_field",
        ),
        (
            {"collection": "deals", "aggregate": "sum", "of": "stage", "operator": "=", "value": 1},
            "/rules/0/of",
            "wrong_type",
        ),
        (
            {"collection": "deals", "aggregate": "max", "of": "stage", "operator": "=", "value": 1},
            "/rules/0/of",
            "wrong_type",
        ),
        (
            {"collection": "deals", "aggregate": "count_distinct", "of": "products", "operator": "=", "value": 1},
            "/rules/0/of",
            "wrong_type",
        ),
        (
            {"collection": "deals", "operator": ">=", "value": 1, "where": {"rules": [clause("name", "equals", "x")]}},
            "/rules/0/where/rules/0/field",
            "unknown_field",
        ),
        (
            {
                "collection": "deals",
                "operator": ">=",
                "value": 1,
                "where": {"rules": [{"collection": "visits", "operator": ">=", "value": 1}]},
            },
            "/rules/0/where/rules/0/collection",
            "nested_collection",
        ),
        (
            {"collection": "deals", "operator": "=", "value": 1, "window": {"this": "era"}},
            "/rules/0/window",
            "unknown_unit",
        ),
        (
            {"collection": "deals", "operator": "=", "value": 1, "window": {"last": 0, "unit": "days"}},
            "/rules/0/window",
            "bad_number",
        ),
        (
            {"collection": "deals", "operator": "=", "value": 1, "window": {"since": "yesterday"}},
            "/rules/0/window/since",
            "not_a_day",
        ),
    ],
)
def test_what_makes_no_sense_is_told_with_its_place(rule: Any, path: str, code: str) -> None:
    assert (path, code) in problems(rule)


def test_a_field_may_stand_against_another_of_its_family() -> None:
    assert problems(clause("employees", ">=", {"field": "revenue"})) == []
    assert problems(clause("joined_on", "before", {"field": "last_active_at"})) == []
    assert problems({"collection": "deals", "operator": ">=", "value": {"field": "employees"}}) == []


def test_a_list_to_pick_from_that_is_empty_now_offers_nothing() -> None:
    bare = Catalog({"tag": Field("tag", "Tag", Kind.CHOICE, "p.tag", choices=lambda: [])}, {}, {})
    document = {"combinator": "and", "not": False, "rules": [clause("tag", "equals", "anything")]}

    assert [one.code for one in check(document, bare)] == ["unknown_choice"]


def test_a_metric_measures_a_number() -> None:
    assert check_operand({"field": "employees"}, CATALOG) == []
    assert check_operand({"collection": "deals", "aggregate": "sum", "of": "amount"}, CATALOG) == []
    assert [one.code for one in check_operand({"field": "name"}, CATALOG)] == ["not_a_number"]
    assert [
        one.code for one in check_operand({"collection": "deals", "aggregate": "max", "of": "closed_on"}, CATALOG)
    ] == ["not_a_number"]
    assert [one.code for one in check_operand("employees", CATALOG)] == ["not_an_operand"]


@settings(max_examples=200, derandomize=True, database=None, deadline=None)
@given(POOL.documents(rules=["base", "top"]))
def test_documents_made_for_other_tests_are_sound(document: Any) -> None:
    assert check(document, CATALOG) == []


@pytest.mark.parametrize(("value", "number"), [("1.50", "1.50"), (1, "1"), (True, None), ("", None), ("0x10", None)])
def test_numbers_are_exact(value: Any, number: str | None) -> None:
    found = as_number(value)

    assert (None if found is None else str(found)) == number


def test_a_day_is_written_one_way() -> None:
    assert as_day("2030-03-18") == date(2030, 3, 18)
    assert as_day(None) is None
