"""Documents become trees and trees documents; whatever else people send is refused with the place of the fault."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from criteria.tree import (
    MAX_DEPTH,
    MAX_NODES,
    CriteriaError,
    Group,
    Problem,
    active,
    clauses,
    dump,
    dump_operand,
    parse,
    parse_operand,
)
from tests.criteria.catalog import catalog
from tests.criteria.strategies import Pool

CATALOG = catalog()
POOL = Pool(CATALOG, list(CATALOG.fields)[:-1], list(CATALOG.collections), ["Ash", "%"], ["x", "y"], date(2030, 3, 18))
COUNTRY = {"field": "name", "operator": "equals", "value": "Ash"}
MANY = settings(max_examples=200, derandomize=True, database=None, deadline=None)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "combinator",
                    "rules",
                    "not",
                    "at_least",
                    "field",
                    "operator",
                    "value",
                    "collection",
                    "aggregate",
                    "of",
                ]
                + ["where", "window", "last", "unit", "since", "and", "n"]
            ),
            inner | st.sampled_from(["and", "or", "at_least", "count", "sum", "days", "name", "deals"]),
            max_size=5,
        )
    ),
    max_leaves=12,
)


def all_of(*rules: Any) -> dict[str, Any]:
    return {"combinator": "and", "not": False, "rules": list(rules)}


def figure(**more: Any) -> dict[str, Any]:
    return {"collection": "deals", "aggregate": "count", "operator": ">=", "value": 1, **more}


@MANY
@given(POOL.documents())
def test_reading_what_was_written_gives_the_same_tree(document: Any) -> None:
    tree = parse(document)

    assert parse(dump(tree)) == tree
    assert parse(json.loads(json.dumps(dump(tree)))) == tree
    assert hash(tree) == hash(parse(document))


def read(document: Any) -> tuple[Group | None, list[Problem]]:
    try:
        return parse(document), []
    except CriteriaError as error:
        return None, error.problems


@MANY
@given(anything)
def test_whatever_is_sent_is_a_tree_or_a_list_of_faults(document: Any) -> None:
    tree, problems = read(document)

    assert isinstance(tree, Group) != bool(problems)
    assert all(one.code and one.message and (one.path == "" or one.path[0] == "/") for one in problems)


@pytest.mark.parametrize(
    ("document", "path", "code"),
    [
        (None, "", "not_a_group"),
        ([], "", "not_a_group"),
        ("x", "", "not_a_group"),
        ({"combinator": "xor", "rules": []}, "/combinator", "unknown_combinator"),
        ({"combinator": ["and"], "rules": []}, "/combinator", "unknown_combinator"),
        ({"rules": {}}, "/rules", "not_a_list"),
        ({"rules": [], "not": "no"}, "/not", "not_a_boolean"),
        ({"rules": [], "remark": 1}, "/remark", "unknown_key"),
        ({"rules": [], "note": 1}, "/note", "too_long"),
        ({"rules": [], "note": "x" * 301}, "/note", "too_long"),
        (all_of({**COUNTRY, "disabled": 1}), "/rules/0/disabled", "not_a_boolean"),
        ({"combinator": "at_least", "at_least": 0, "rules": [COUNTRY]}, "/at_least", "bad_number"),
        ({"combinator": "at_least", "at_least": 2, "rules": [COUNTRY]}, "/at_least", "bad_number"),
        ({"combinator": "at_least", "at_least": True, "rules": [COUNTRY]}, "/at_least", "bad_number"),
        ({"combinator": "at_least", "rules": [COUNTRY]}, "/at_least", "bad_number"),
        (all_of(3), "/rules/0", "not_a_rule"),
        (all_of(COUNTRY, {"operator": "equals", "value": 1}), "/rules/1/field", "field_missing"),
        (all_of({"field": "", "operator": "equals"}), "/rules/0/field", "field_missing"),
        (all_of({"field": 7, "operator": "equals"}), "/rules/0/field", "field_missing"),
        (all_of({"field": "name"}), "/rules/0/operator", "operator_missing"),
        (all_of({"field": "name", "operator": ["="]}), "/rules/0/operator", "operator_missing"),
        (all_of({**COUNTRY, "vaule": 1}), "/rules/0/vaule", "unknown_key"),
        (all_of({**COUNTRY, "value": [[[["too", "deep"]]]]}), "/rules/0/value", "too_deep"),
        (all_of(figure(collection=3)), "/rules/0/collection", "field_missing"),
        (all_of(figure(aggregate="median")), "/rules/0/aggregate", "unknown_aggregate"),
        (all_of(figure(aggregate="sum")), "/rules/0/of", "field_missing"),
        (all_of(figure(where="won")), "/rules/0/where", "not_a_group"),
        (all_of(figure(where=all_of({"field": "stage"}))), "/rules/0/where/rules/0/operator", "operator_missing"),
        (all_of(figure(window="always")), "/rules/0/window", "not_a_window"),
        (all_of(figure(window={"last": "3", "unit": "days"})), "/rules/0/window", "not_a_window"),
        (all_of(figure(window={"last": 3})), "/rules/0/window", "not_a_window"),
        (all_of(figure(window={"since": 2030})), "/rules/0/window", "not_a_window"),
        (
            all_of(figure(window={"last": 3, "unit": "days", "since": "2030-01-01"})),
            "/rules/0/window/since",
            "unknown_key",
        ),
        (all_of(all_of(all_of(3))), "/rules/0/rules/0/rules/0", "not_a_rule"),
    ],
)
def test_a_fault_is_told_with_its_place(document: Any, path: str, code: str) -> None:
    with pytest.raises(CriteriaError) as raised:
        parse(document)

    assert (path, code) in [(one.path, one.code) for one in raised.value.problems]


def test_every_fault_is_told_not_only_the_first() -> None:
    with pytest.raises(CriteriaError) as raised:
        parse(all_of(3, {"field": "name"}, {"operator": "="}))

    assert [one.path for one in raised.value.problems] == ["/rules/0", "/rules/1/operator", "/rules/2/field"]


def test_groups_nest_so_deep_and_no_deeper() -> None:
    def nested(depth: int) -> dict[str, Any]:
        return all_of(nested(depth - 1)) if depth > 1 else all_of(COUNTRY)

    assert parse(nested(MAX_DEPTH))
    with pytest.raises(CriteriaError, match="nested"):
        parse(nested(MAX_DEPTH + 1))


def test_a_bottomless_document_is_refused_and_not_followed() -> None:
    value: Any = "x"
    for _ in range(50_000):
        value = [value]

    with pytest.raises(CriteriaError):
        parse(all_of({**COUNTRY, "value": value}))


def test_so_many_rules_and_no_more() -> None:
    assert parse(all_of(*[COUNTRY] * MAX_NODES))
    with pytest.raises(CriteriaError, match="more than"):
        parse(all_of(*[COUNTRY] * (MAX_NODES + 1)))
    with pytest.raises(CriteriaError, match="more than"):
        parse(all_of(*[all_of(*[COUNTRY] * 100)] * 100_000))


def test_trailing_is_another_word_for_last() -> None:
    trailing = parse_operand(
        {"collection": "deals", "aggregate": "count", "window": {"trailing": 12, "unit": "months"}}
    )
    last = parse_operand({"collection": "deals", "aggregate": "count", "window": {"last": 12, "unit": "months"}})

    assert trailing == last
    assert parse_operand(dump_operand(last)) == last


def test_groups_that_hold_nothing_do_not_change_the_answer() -> None:
    typed = parse(all_of(COUNTRY, all_of(), {**all_of(all_of()), "not": True}))

    assert active(typed) == parse(all_of(COUNTRY))


def test_clauses_come_left_to_right_with_their_paths() -> None:
    tree = parse(all_of(COUNTRY, all_of(COUNTRY, figure(where=all_of(COUNTRY)))))

    assert [path for path, _ in clauses(tree)] == ["/rules/0", "/rules/1/rules/0", "/rules/1/rules/1"]
