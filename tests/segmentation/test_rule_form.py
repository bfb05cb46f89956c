"""A criteria document as form fields and back, and what the buttons of the editor do to it."""

import re
from html import unescape
from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test import RequestFactory

from criteria.checks import check
from criteria.fields import registry
from criteria.tree import MAX_NODES, Problem
from segmentation.forms import rule_acts, rule_drawing, rule_form, rule_options, rule_rows

pytestmark = pytest.mark.django_db


def rule(field: str, operator: str, value: Any = None, **more: Any) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value, **more}


def group(*rules: Any, join: str = "and", **more: Any) -> dict[str, Any]:
    return {"combinator": join, "not": False, "rules": list(rules), **more}


def deals(aggregate: str = "count", **more: Any) -> dict[str, Any]:
    return {"collection": "deals", "aggregate": aggregate, **more, "operator": ">=", "value": 3}


def drawn(document: Any, problems: list[Problem] | None = None) -> str:
    """Return a document as the page draws it."""
    tree = rule_drawing.rows(document, registry.catalog(), problems or [])
    request = RequestFactory().get("/")
    context = {
        "tree": tree,
        "windows": [(key, str(label)) for key, label in rule_options.WINDOW_LABELS.items()],
        "units": [(unit, unit) for unit in rule_form.UNITS],
        "periods": [(period, period) for period in rule_form.PERIODS],
        "area_options": rule_options.area_options(),
    }
    return render_to_string("segmentation/vendor/criteria/_tree.html", context, request=request)


def sent(html: str) -> QueryDict:
    """Return what a browser would post of a page."""
    data = QueryDict(mutable=True)

    def attributes(text: str) -> dict[str, str]:
        return {name: unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', text)}

    for tag in re.findall(r"<input([^>]*)>", html):
        its = attributes(tag)
        ticked = its.get("type") not in {"radio", "checkbox"} or re.search(r"\schecked", tag)
        if "name" in its and ticked:
            data.appendlist(its["name"], its.get("value", ""))
    for opening, options in re.findall(r"<select([^>]*)>(.*?)</select>", html, re.DOTALL):
        its = attributes(opening)
        chosen = re.search(r'<option value="([^"]*)"[^>]* selected', options) or re.search(r'value="([^"]*)"', options)
        assert chosen, its
        data.appendlist(its["name"], unescape(chosen[1]))
    return data


def read_back(document: Any) -> Any:
    return rule_form.read(sent(drawn(document)), registry.catalog())


HOLDERS = {
    "collection": "certifications",
    "aggregate": "count_holders",
    "of": "person",
    "each": [group(rule("valid", "is_true")), group(rule("product_line", "equals", "b"), join="or")],
    "operator": ">=",
    "value": 2,
}
PER_AREA = {
    "per_area": {
        "areas": {**deals(where=group(rule("stage", "equals", "won"))), "by": "product_lines"},
        "need": {
            "collection": "certifications",
            "aggregate": "count_distinct",
            "of": "person",
            "by": "product_line",
            "operator": ">=",
            "value": 2,
        },
        "figure": "share",
    },
    "operator": ">=",
    "value": 80,
}
DOCUMENTS = {
    "nothing": group(),
    "texts and numbers": group(rule("country", "in", ["DE", "AT"]), rule("employees", "between", [1, "2.5"])),
    "nested and turned round": group(group(rule("city", "is_set"), join="or") | {"not": True}, join="or"),
    "at least": group(rule("city", "is_set"), rule("country", "is_set"), join="at_least", at_least=2),
    "unfinished": group(rule("employees", ">=", None), rule("country", "equals", None)),
    "switched off": group(rule("city", "is_set", disabled=True), group(disabled=True, note="Later")),
    "commented": group(rule("city", "is_set", note='Since "May"')),
    "against a field": group(rule("country", "equals", {"field": "city"})),
    "changed lately": group(rule("country", "changed_within_last", {"n": 3, "unit": "weeks"})),
    "rules since": group(rule("life_stage", "for_at_least", {"n": 30, "unit": "days", "of": []})),
    "near a place": group(rule("location", "within_distance", {"latitude": "48.1", "longitude": "11.6", "km": 50})),
    "size of a list": group(rule("industries", "size_at_least", 2)),
    "records": group(deals("sum", of="amount", where=group(rule("stage", "equals", "won")))),
    "days counted": group(deals("count_fiscal_quarters")),
    "latest": group({**deals("latest", of="stage"), "operator": "equals", "value": "won"}),
    "window": group(deals(window={"last": 6, "unit": "weeks"}), deals(window={"since": "2026-01-01"})),
    "window of a period": group(deals(window={"previous": "fiscal_half"})),
    "window moved": group(
        deals(window={"this": "year", "as_of": "2026-03-01", "back": {"n": 1, "unit": "years"}}),
    ),
    "growth": group(deals(window={"last": 12, "unit": "months"}, growth_over={"n": 2, "unit": "years"})),
    "holders": group(HOLDERS),
    "some of the groups": group({**HOLDERS, "at_least": 1}),
    "for each area": group(PER_AREA),
    "no longer known": group(rule("gone", "equals", {"odd": [1]})),
    "records in nested groups": group(deals(where=group(group(rule("stage", "equals", "won")), join="or"))),
    "records no longer known": group({"collection": "gone", "aggregate": "count", "operator": ">=", "value": 3}),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_is_drawn_is_read_back(name: str) -> None:
    assert read_back(DOCUMENTS[name]) == DOCUMENTS[name]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_kind_of_rule_is_one_the_language_knows(name: str) -> None:
    unfinished = {"value_missing", "not_a_list", "unknown_field", "unknown_collection", "empty_group", "wrong_type"}

    problems = check(DOCUMENTS[name], registry.catalog())

    assert [one for one in problems if one.code not in unfinished] == []


def test_nonsense_becomes_the_nearest_that_makes_sense() -> None:
    data = QueryDict(mutable=True)
    data.update({"r.n": "2", "r.join": "xor", "r-0.what": "field:nowhere", "r-1.what": "collection:deals"})
    data.update({"r-1.was": "collection:deals", "r-1.agg": "product", "r-1.op": "~", "r-1.value": "x" * 10_000})

    document = rule_form.read(data, registry.catalog())

    assert document["combinator"] == "and"
    assert document["rules"][1] == {"collection": "deals", "aggregate": "count", "operator": ">=", "value": None}


def test_a_form_of_endless_rules_is_bounded() -> None:
    data = QueryDict(mutable=True)
    data.update({"r.n": "999999", "r-0.n": "999999", "r-0-0.n": "999999"})

    assert rule_acts.size(rule_form.read(data, registry.catalog())) <= MAX_NODES + 2


# --- buttons

A, B, C = rule("city", "equals", "A"), rule("city", "equals", "B"), rule("city", "equals", "C")


def done(document: Any, act: str) -> tuple[Any, str]:
    result = rule_acts.apply(document, act, registry.catalog())
    return result.document, result.focus


MOVES = [
    ("down:r-0", group(A, B), group(B, A), "r-1-menu"),
    ("up:r-1", group(A, B), group(B, A), "r-0-menu"),
    ("up:r-0", group(A, B), group(A, B), "r-0-menu"),
    ("in:r-1", group(group(A), B), group(group(A, B)), "r-0-1-menu"),
    ("in:r-0", group(B, group(A)), group(group(B, A)), "r-0-0-menu"),
    ("in:r-0", group(A), group(group(A, join="or")), "r-0-0-menu"),
    ("out:r-0-1", group(group(A, B), C), group(group(A), B, C), "r-1-menu"),
    ("out:r-0-0", group(group(A), C), group(A, C), "r-0-menu"),
    ("out:r-0", group(A), group(A), "r-0-menu"),
    ("copy:r-0", group(A), group(A, A), "r-1-menu"),
    ("del:r-0", group(A, B), group(B), "r-0-menu"),
    ("del:r-0", group(A), group(), "r-add"),
    ("off:r-0", group(A), group({**A, "disabled": True}), "r-0-menu"),
    ("off:r-0", group({**A, "disabled": True}), group(A), "r-0-menu"),
    ("note:r-0", group(A), group(A), "r-0-note"),
    ("move:r-0>r-1:0", group(A, group(B)), group(group(A, B)), "r-0-0-menu"),
    ("move:r-1-0>r:0", group(A, group(B)), group(B, A, group()), "r-0-menu"),
    ("move:r-0>r:1", group(A, B), group(B, A), "r-1-menu"),
]


@pytest.mark.parametrize(("act", "before", "after", "focus"), MOVES)
def test_a_button_does_what_it_says_and_names_where_to_go_on(act: str, before: Any, after: Any, focus: str) -> None:
    assert done(before, act) == (after, focus)


@pytest.mark.parametrize(
    "act",
    [
        "move:r-0>r-0:0",  # into itself
        "move:r-0>r-0-0:0",
        "move:r-1w-0>r:0",  # a rule about records is none about the partner
        "move:r-0>r-1w:0",
        "out:r-1w-0",
        "up:r",
        "del:r",
        "del:r-9",
        "rule:r-1-0",
        "nonsense",
        "eval:r",
        "move:r",
    ],
)
def test_a_button_that_makes_no_sense_does_nothing(act: str) -> None:
    document = group(group(A), deals(where=group(rule("stage", "equals", "won"))))

    assert done(document, act)[0] == document


def test_new_rules_are_about_what_their_group_is_about() -> None:
    document = group(deals(where=group()), HOLDERS, PER_AREA)

    document, focus = done(document, "rule:r-0w")
    assert document["rules"][0]["where"]["rules"][0]["field"] == registry.catalog().collections["deals"].fields[0].key
    assert focus == "r-0w-0-what"
    document, _focus = done(document, "group:r-1e")
    assert len(document["rules"][1]["each"]) == 3
    document, _focus = done(document, "rule:r-2aw")
    assert len(document["rules"][2]["per_area"]["areas"]["where"]["rules"]) == 2


def test_groups_are_not_nested_deeper_than_the_language_allows() -> None:
    document = group()
    path = "r"
    for _level in range(12):
        document, focus = done(document, f"group:{path}")
        path = focus.removesuffix("-0-what") or path

    assert [one.code for one in check(document, registry.catalog()) if one.code == "too_deep"] == []


def test_a_document_is_not_copied_beyond_its_bound() -> None:
    document = group(group(*[A] * 90))

    document, _focus = done(document, "copy:r-0")
    document, _focus = done(document, "copy:r-0")

    assert rule_acts.size(document) <= MAX_NODES


def test_a_button_leaves_the_document_it_was_given_alone() -> None:
    document = group(A, B)

    done(document, "del:r-0")

    assert document == group(A, B)


# --- unfinished rules


def test_what_was_said_of_the_finished_rules_stands_at_their_places() -> None:
    document = group(rule("employees", ">=", None), group(rule("city", "equals", None), A), B)
    sound = rule_form.pruned(document, check(document, registry.catalog()))

    assert sound.document == group(group(A), B)
    assert sound.left_out == 2
    said = [Problem(path, "odd", "") for path in ("", "/rules/0", "/rules/0/rules/0", "/rules/1")]
    assert [one.path for one in sound.put_back(said)] == ["", "/rules/1", "/rules/1/rules/1", "/rules/2"]


def test_typing_a_value_needs_no_other_controls_but_another_operator_does() -> None:
    def layout(*rules: Any) -> str:
        return rule_rows.layout(rule_drawing.rows(group(*rules), registry.catalog(), []))

    assert layout(rule("employees", ">=", 5)) == layout(rule("employees", "<", 7))
    assert layout(rule("employees", ">=", 5)) != layout(rule("employees", "between", [5, 6]))
    assert layout(rule("employees", ">=", 5)) != layout(rule("city", "equals", "5"))
    assert layout(deals()) != layout(deals(window={"last": 3, "unit": "days"}))
