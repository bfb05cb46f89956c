"""A formula as form fields: what is posted comes back, and every button does what it says."""

from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from criteria.checks import check_formula
from criteria.fields import registry
from segmentation.forms import formula_acts, formula_form, formula_rows
from segmentation.views.vendor.formulas import controls
from tests.html_form import sent_by

pytestmark = pytest.mark.django_db

HEADS: dict[str, Any] = {"field": "employees"}
GERMAN = {"field": "country", "operator": "equals", "value": "DE"}
WON = {"field": "stage", "operator": "equals", "value": "won"}


def group(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"combinator": "and", "not": False, "rules": list(rules)}


DEALS = {"collection": "deals", "aggregate": "sum", "of": "amount", "window": {"last": 12, "unit": "months"}}
FORMULAS: dict[str, Any] = {
    "number": {"number": 5},
    "field": HEADS,
    "figure": DEALS | {"where": group(WON)},
    "growth of a figure": DEALS | {"growth_over": {"n": 1, "unit": "years"}},
    "holders": {
        "collection": "certifications",
        "aggregate": "count_holders",
        "of": "person",
        "each": [group({"field": "level", "operator": "equals", "value": "associate"}), group()],
        "at_least": 1,
    },
    "sum": {"function": "sum", "of": [HEADS, {"number": 2}, DEALS]},
    "ratio": {"function": "ratio", "of": [DEALS, HEADS], "if_zero": 0},
    "clamp": {"function": "clamp", "of": [HEADS], "from": 1, "to": "2.5"},
    "round": {"function": "round", "of": [HEADS], "places": 2},
    "points": {
        "function": "points",
        "parts": [{"of": HEADS, "each": 10, "cap": 100}, {"of": {"function": "sum", "of": [HEADS]}, "each": "0.5"}],
        "cap": 500,
    },
    "bands": {
        "function": "bands",
        "of": [HEADS],
        "bands": [{"from": 0, "value": 0}, {"from": 1000, "value": 1}],
    },
    "credit": {"function": "credit", "of": [HEADS], "target": 75, "points": 100},
    "gate": {"function": "gate", "of": [HEADS], "where": group(GERMAN), "otherwise": 0},
    "percentile": {"function": "percentile", "of": [HEADS], "peers": "country", "frozen": "fiscal_year"},
    "rank": {"function": "rank", "of": [HEADS], "peers": "everybody", "frozen": "2026-01-01", "where": group(GERMAN)},
}


def posted(document: dict[str, Any], **more: str) -> dict[str, Any]:
    """Return what the page would send for a formula, after somebody changed some fields."""
    catalog = registry.catalog()
    tree = formula_rows.rows(document, catalog, check_formula(document, catalog))
    page = render_to_string("segmentation/vendor/measures/_tree.html", {"tree": tree, **controls(catalog)})
    data = sent_by(page)
    for name, value in more.items():
        data[name] = value
    return formula_form.read(data, catalog)


@pytest.mark.parametrize("name", FORMULAS)
def test_what_is_shown_and_sent_unchanged_is_the_same_formula(name: str) -> None:
    assert posted(FORMULAS[name]) == FORMULAS[name]


def test_a_form_that_makes_no_sense_becomes_a_block_to_choose() -> None:
    sent = QueryDict("m.what=function:nonsense&m.n=900000&m-0.what=collection:none")

    assert formula_form.read(sent, registry.catalog()) == formula_form.NOTHING


def test_a_function_chosen_over_a_field_takes_the_field_as_its_first_part() -> None:
    changed = posted(HEADS, **{"m.what": "function:ratio"})

    assert changed == {"function": "ratio", "of": [HEADS, {"field": ""}]}


def test_points_chosen_over_a_sum_keep_its_parts() -> None:
    changed = posted(FORMULAS["sum"], **{"m.what": "function:points"})

    assert [part["of"] for part in changed["parts"]] == FORMULAS["sum"]["of"]


def test_a_new_credit_begins_with_its_usual_points() -> None:
    changed = posted(HEADS, **{"m.what": "function:credit"})

    assert changed == {"function": "credit", "of": [HEADS], "points": 100}


def test_what_is_no_number_is_kept_and_named_at_its_block() -> None:
    changed = posted(FORMULAS["clamp"], **{"m.from": "many"})
    problems = check_formula(changed, registry.catalog())

    assert changed["from"] == "many"
    assert formula_rows.rows(changed, registry.catalog(), problems).problem == "Enter a number."


def test_a_problem_stands_at_the_block_at_fault_and_nowhere_else() -> None:
    formula = {"function": "sum", "of": [HEADS, {"function": "ratio", "of": [HEADS, {"field": "nonsense"}]}]}

    tree = formula_rows.rows(formula, registry.catalog(), check_formula(formula, registry.catalog()))

    assert [bool(row.problem) for row in tree.flat] == [False, False, False, False, True]


SUM = {"function": "sum", "of": [{"number": 1}, {"number": 2}, {"number": 3}]}
NESTED = {"function": "points", "parts": [{"of": SUM, "each": 10}, {"of": HEADS, "each": 1}]}


@pytest.mark.parametrize(
    ("act", "numbers", "focus"),
    [
        ("up:m-1", [2, 1, 3], "m-0-menu"),
        ("up:m-0", [1, 2, 3], "m-0-menu"),
        ("down:m-1", [1, 3, 2], "m-2-menu"),
        ("copy:m-0", [1, 1, 2, 3], "m-1-menu"),
        ("del:m-1", [1, 3], "m-1-menu"),
        ("move:m-2>m:0", [3, 1, 2], ""),
        ("del:m", [1, 2, 3], ""),
        ("up:m-9", [1, 2, 3], ""),
        ("up:nonsense", [1, 2, 3], ""),
        ("explode:m-1", [1, 2, 3], ""),
    ],
)
def test_buttons_move_copy_and_remove_blocks(act: str, numbers: list[int], focus: str) -> None:
    done = formula_acts.apply(SUM, act, registry.catalog())

    assert [one["number"] for one in done.document["of"]] == numbers
    assert done.focus == focus
    assert [one["number"] for one in SUM["of"]] == [1, 2, 3]


def test_a_block_is_put_inside_another_and_taken_out_again() -> None:
    wrapped = formula_acts.apply(NESTED, "in:m-1", registry.catalog()).document
    assert wrapped["parts"][1]["of"] == {"function": "sum", "of": [HEADS]}

    assert formula_acts.apply(wrapped, "out:m-1", registry.catalog()).document == NESTED


def test_the_whole_formula_can_be_wrapped() -> None:
    assert formula_acts.apply(HEADS, "in:m", registry.catalog()).document == {"function": "sum", "of": [HEADS]}


def test_a_part_is_added_to_points_and_to_a_sum() -> None:
    added = formula_acts.apply(NESTED, "add:m", registry.catalog()).document
    added = formula_acts.apply(added, "add:m-0", registry.catalog()).document

    assert added["parts"][2] == {"of": {"field": ""}, "each": 1}
    assert added["parts"][0]["of"]["of"][3] == {"field": ""}


def test_a_block_is_dragged_into_another_function_but_never_into_itself() -> None:
    moved = formula_acts.apply(NESTED, "move:m-1>m-0:1", registry.catalog()).document
    assert [part["of"]["function"] for part in moved["parts"]] == ["sum"]
    assert moved["parts"][0]["of"]["of"][1] == HEADS

    assert formula_acts.apply(NESTED, "move:m-0>m-0:0", registry.catalog()).document == NESTED


def test_bands_are_added_and_removed() -> None:
    bands = FORMULAS["bands"]
    more = formula_acts.apply(bands, "band:m", registry.catalog()).document
    assert more["bands"][2] == {"from": None, "value": None}

    assert formula_acts.apply(more, "unband:mb2", registry.catalog()).document == bands


def test_rules_of_a_condition_are_added_moved_and_removed_by_the_rule_editor() -> None:
    gate = FORMULAS["gate"]
    more = formula_acts.apply(gate, "rule:mw", registry.catalog())
    assert len(more.document["where"]["rules"]) == 2
    assert more.focus == "mw-1-what"

    turned = formula_acts.apply(more.document, "move:mw-1>mw:0", registry.catalog()).document
    assert turned["where"]["rules"][1] == GERMAN

    assert formula_acts.apply(turned, "del:mw-0", registry.catalog()).document == gate


def test_rules_about_the_records_of_a_figure_are_added_and_removed_inside_a_block() -> None:
    formula = {"function": "sum", "of": [FORMULAS["figure"]]}
    more = formula_acts.apply(formula, "rule:m-0w", registry.catalog())
    assert len(more.document["of"][0]["where"]["rules"]) == 2
    assert more.focus == "m-0w-1-what"
    assert "operator" not in more.document["of"][0]

    assert formula_acts.apply(more.document, "del:m-0w-1", registry.catalog()).document == formula


def test_nesting_ends_where_a_formula_would_be_too_deep() -> None:
    formula: dict[str, Any] = HEADS
    for _ in range(20):
        formula = formula_acts.apply(formula, "in:m", registry.catalog()).document

    assert check_formula(formula, registry.catalog()) == []
