"""Criteria and formulas to and from JSON.

A criteria document is a group: `{"combinator": "and", "not": false, "rules": [...]}`. A rule is another group, a clause
on a field of the partner, on the records of a collection, or per area. A formula document is a number, an operand or a
function of formulas. Reading is strict about shape; whether names and values make sense in a program is asked in
`checks`.
"""

import json
from collections.abc import Iterator
from typing import Any

from criteria.nodes import (
    AGGREGATES,
    AREA_FIGURES,
    COMBINATORS,
    COUNTING,
    COUNTS,
    FUNCTIONS,
    MAX_DEPTH,
    MAX_LIST,
    MAX_NODES,
    MAX_NOTE,
    MAX_TEXT,
    PEER_FUNCTIONS,
    PERIOD_COUNTS,
    WINDOWS,
    Area,
    Clause,
    CriteriaError,
    Formula,
    Function,
    Group,
    Node,
    Number,
    Operand,
    Part,
    PerArea,
    Problem,
    Span,
    Window,
)
from criteria.reading import Reader, is_whole

__all__ = [
    "AGGREGATES",
    "AREA_FIGURES",
    "COMBINATORS",
    "COUNTING",
    "COUNTS",
    "FUNCTIONS",
    "MAX_DEPTH",
    "MAX_LIST",
    "MAX_NODES",
    "MAX_NOTE",
    "MAX_TEXT",
    "PEER_FUNCTIONS",
    "PERIOD_COUNTS",
    "WINDOWS",
    "Area",
    "Clause",
    "CriteriaError",
    "Formula",
    "Function",
    "Group",
    "Node",
    "Number",
    "Operand",
    "Part",
    "PerArea",
    "Problem",
    "Span",
    "Window",
    "active",
    "clauses",
    "dump",
    "dump_formula",
    "dump_operand",
    "dump_window",
    "is_whole",
    "operand_key",
    "operands",
    "parse",
    "parse_formula",
    "parse_operand",
]


def parse(document: Any) -> Group:
    """Return the tree of a document. Raises CriteriaError naming every node at fault."""
    reader = Reader()
    tree: Group = reader.finished(reader.group(document, "", 1))
    return tree


def parse_operand(document: Any) -> Operand:
    """Return a numeric operand, such as what a metric measures. Raises CriteriaError."""
    reader = Reader()
    operand: Operand = reader.finished(reader.operand(document, "", 1))
    return operand


def parse_formula(document: Any) -> Formula:
    """Return the formula of a document. Raises CriteriaError naming every node at fault."""
    reader = Reader()
    formula: Formula = reader.finished(reader.formula(document, "", 1))
    return formula


# --- back to JSON


def dump(node: Node) -> dict[str, Any]:
    """Return the JSON document of a tree; `parse(dump(tree)) == tree`."""
    remarks = {**({"disabled": True} if node.disabled else {}), **({"note": node.note} if node.note else {})}
    if isinstance(node, Clause):
        return {**dump_operand(node.operand), "operator": node.operator, "value": node.value, **remarks}
    document: dict[str, Any] = {
        "combinator": node.combinator,
        "not": node.negated,
        "rules": [dump(rule) for rule in node.rules],
    }
    if node.combinator == "at_least":
        document["at_least"] = node.at_least
    return document | remarks


def dump_operand(operand: Operand) -> dict[str, Any]:
    """Return the JSON document of an operand."""
    if operand.field:
        return {"field": operand.field}
    if operand.per_area is not None:
        one = operand.per_area
        return {"per_area": {"areas": _dump_area(one.areas), "need": _dump_area(one.need), "figure": one.figure}}
    document: dict[str, Any] = {"collection": operand.collection, "aggregate": operand.aggregate}
    if operand.of:
        document["of"] = operand.of
    if operand.each:
        document["each"] = [dump(group) for group in operand.each]
    if operand.at_least:
        document["at_least"] = operand.at_least
    if operand.where is not None:
        document["where"] = dump(operand.where)
    if operand.window is not None:
        document["window"] = dump_window(operand.window)
    if operand.growth_over is not None:
        document["growth_over"] = _dump_span(operand.growth_over)
    return document


def dump_window(window: Window) -> dict[str, Any]:
    """Return the JSON document of a window."""
    document: dict[str, Any] = {window.kind: window.n, "unit": window.unit}
    if window.kind == "since":
        document = {"since": window.day}
    elif window.kind in {"this", "previous"}:
        document = {window.kind: window.unit}
    if window.as_of:
        document["as_of"] = window.as_of
    if window.back is not None:
        document["back"] = _dump_span(window.back)
    return document


def dump_formula(formula: Formula) -> dict[str, Any]:
    """Return the JSON document of a formula; `parse_formula(dump_formula(formula)) == formula`."""
    if isinstance(formula, Number):
        return {"number": formula.value}
    if isinstance(formula, Operand):
        return dump_operand(formula)
    document: dict[str, Any] = {"function": formula.name}
    if formula.of:
        document["of"] = [dump_formula(one) for one in formula.of]
    if formula.parts:
        document["parts"] = [_dump_part(part) for part in formula.parts]
    if formula.where is not None:
        document["where"] = dump(formula.where)
    return document | formula.settings


def operand_key(operand: Operand) -> str:
    """Return the canonical text of an operand: two that ask the same have the same key."""
    return json.dumps(dump_operand(operand), sort_keys=True, ensure_ascii=False)


def _dump_area(area: Area) -> dict[str, Any]:
    return {"by": area.by, **dump(area.clause)}


def _dump_span(span: Span) -> dict[str, Any]:
    return {"n": span.n, "unit": span.unit}


def _dump_part(part: Part) -> dict[str, Any]:
    document = {"of": dump_formula(part.of), "each": part.each}
    return document if part.cap is None else {**document, "cap": part.cap}


# --- walking


def clauses(node: Node, path: str = "") -> Iterator[tuple[str, Clause]]:
    """Yield the clauses about the partner with their paths, left to right; not those inside collections or disabled."""
    if node.disabled:
        return
    if isinstance(node, Clause):
        yield path, node
        return
    for index, rule in enumerate(node.rules):
        yield from clauses(rule, f"{path}/rules/{index}")


def operands(formula: Formula) -> Iterator[Operand]:
    """Yield what a formula is made of: its operands, and those of the conditions of its gates and peers."""
    if isinstance(formula, Operand):
        yield formula
    elif isinstance(formula, Function):
        for one in (*formula.of, *(part.of for part in formula.parts)):
            yield from operands(one)
        if formula.where is not None:
            yield from (clause.operand for _path, clause in clauses(formula.where))


def active(group: Group) -> Group:
    """Return the tree without what is disabled and without nested groups that hold nothing.

    So a group being typed changes no answer, and a clause switched off asks nothing.
    """
    kept: list[Node] = []
    for rule in group.rules:
        if rule.disabled:
            continue
        if isinstance(rule, Group):
            rule = active(rule)
            if not rule.rules:
                continue
        kept.append(rule)
    at_least = min(group.at_least, max(len(kept), 1)) if group.combinator == "at_least" else group.at_least
    return Group(group.combinator, tuple(kept), at_least, group.negated, group.disabled, group.note)
