"""Formulas: to and from JSON, what is wrong with them, in words, and as SQL in which no value is ever text."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings

from criteria.checks import check_formula
from criteria.sentence import Speaker
from criteria.tree import CriteriaError, dump_formula, operands, parse_formula
from tests.criteria.catalog import catalog
from tests.criteria.formulas import formulas
from tests.criteria.strategies import Pool
from tests.criteria.test_sql import MARK, MARKED, book

CATALOG = catalog()
POOL = Pool(CATALOG, list(CATALOG.fields)[:-1], list(CATALOG.collections), ["Ash", "%"], ["x", "y"], date(2030, 3, 18))
MANY = settings(max_examples=80, derandomize=True, database=None, deadline=None)
HEADS = {"field": "employees"}
WON = {"collection": "deals", "aggregate": "sum", "of": "amount"}


@MANY
@given(formulas(POOL))
def test_a_formula_comes_back_from_json_as_it_went(document: Any) -> None:
    formula = parse_formula(document)

    assert parse_formula(dump_formula(formula)) == formula
    assert hash(formula) == hash(parse_formula(document))
    assert check_formula(document, CATALOG) == []
    assert Speaker(CATALOG).formula(formula)


@MANY
@given(formulas(MARKED))
def test_no_value_of_a_formula_is_ever_in_the_sql(document: Any) -> None:
    mine = book()
    sql = mine.formula(parse_formula(document))

    assert MARK not in "\n".join([sql, *mine.selected(), mine.layered(sql), mine.source(str)])


@pytest.mark.parametrize(
    ("document", "path", "code"),
    [
        (7, "", "not_an_operand"),
        ({"number": "many"}, "/number", "not_a_number"),
        ({"number": True}, "/number", "not_a_number"),
        ({"number": 1, "field": "employees"}, "/field", "unknown_key"),
        ({"field": "gone"}, "/field", "unknown_field"),
        ({"field": "name"}, "/field", "not_a_number"),
        ({**WON, "aggregate": "latest", "of": "closed_on"}, "/field", "not_a_number"),
        ({"function": "median", "of": [HEADS]}, "/function", "unknown_function"),
        ({"function": ["sum"], "of": [HEADS]}, "/function", "unknown_function"),
        ({"function": "sum"}, "/of", "not_a_list"),
        ({"function": "sum", "of": []}, "/of", "not_a_list"),
        ({"function": "sum", "of": [HEADS, {"field": "gone"}]}, "/of/1/field", "unknown_field"),
        ({"function": "ratio", "of": [HEADS]}, "/of", "bad_number"),
        ({"function": "ratio", "of": [HEADS, HEADS], "if_zero": "x"}, "/if_zero", "not_a_number"),
        ({"function": "sum", "of": [HEADS], "cap": 1}, "/cap", "unknown_key"),
        ({"function": "points", "parts": [{"each": 1}]}, "/parts/0", "not_an_operand"),
        ({"function": "points", "parts": [{"of": HEADS, "each": "x"}]}, "/parts/0/each", "not_a_number"),
        ({"function": "bands", "of": [HEADS]}, "/bands", "not_a_list"),
        ({"function": "bands", "of": [HEADS], "bands": [{"from": 1}]}, "/bands/0", "not_a_band"),
        (
            {"function": "bands", "of": [HEADS], "bands": [{"from": 2, "value": 0}, {"from": 2, "value": 1}]},
            "/bands/1/from",
            "empty_range",
        ),
        ({"function": "credit", "of": [HEADS], "target": 0}, "/target", "bad_number"),
        ({"function": "credit", "of": [HEADS]}, "/target", "bad_number"),
        ({"function": "clamp", "of": [HEADS]}, "/from", "value_missing"),
        ({"function": "clamp", "of": [HEADS], "from": 3, "to": 2}, "/to", "empty_range"),
        ({"function": "round", "of": [HEADS], "places": 7}, "/places", "bad_number"),
        ({"function": "gate", "of": [HEADS]}, "/where", "value_missing"),
        (
            {"function": "gate", "of": [HEADS], "where": {"rules": [{"field": "gone", "operator": "is_set"}]}},
            "/where/rules/0/field",
            "unknown_field",
        ),
        ({"function": "rank", "of": [HEADS], "peers": "planet"}, "/peers", "unknown_choice"),
        ({"function": "rank", "of": [HEADS], "peers": "segment:gone"}, "/peers", "unknown_choice"),
        ({"function": "rank", "of": [HEADS], "frozen": "2030-02-30"}, "/frozen", "not_a_day"),
        ({"function": "sum", "of": [{"function": "rank", "of": [HEADS]}, HEADS]}, "/of/0", "peers_inside"),
    ],
)
def test_a_fault_in_a_formula_is_told_with_its_place(document: Any, path: str, code: str) -> None:
    assert (path, code) in [(one.path, one.code) for one in check_formula(document, CATALOG)]


def test_formulas_too_deep_or_too_large_are_refused() -> None:
    deep: Any = HEADS
    for _ in range(2000):
        deep = {"function": "sum", "of": [deep]}
    large = {"function": "sum", "of": [HEADS] * 100_000}

    assert [one.code for one in check_formula(deep, CATALOG)] == ["too_deep"]
    assert "too_large" in [one.code for one in check_formula(large, CATALOG)]


def test_a_measure_is_worked_out_once_below_what_asks_for_it() -> None:
    mine = book()
    twice = {"function": "product", "of": [{"field": "measure_points"}, {"field": "measure_points"}]}

    sql = mine.formula(parse_formula(twice))

    assert sql == "((m0)::numeric * (m0)::numeric)"
    assert mine.layered("BASE").count("AS m0") == 1
    assert len(list(operands(parse_formula(twice)))) == 2


def test_formulas_are_read_in_words() -> None:
    said = Speaker(CATALOG).formula(parse_formula({"function": "credit", "of": [HEADS], "target": 75}))

    assert said == "up to 100 points for employees on the way to 75"
    parts = [{"of": HEADS, "each": 2, "cap": 100}, {"of": {"field": "revenue"}, "each": "0.001"}]
    points = parse_formula({"function": "points", "parts": parts, "cap": 500})
    assert Speaker(CATALOG).formula(points) == (
        "points: 2 × employees (at most 100) + 0.001 × annual revenue; 500 at most"
    )


def test_a_place_among_peers_cannot_be_worked_out_inside_another_figure() -> None:
    with pytest.raises(CriteriaError, match="a measure of its own"):
        book().formula(parse_formula({"function": "rank", "of": [HEADS]}))
