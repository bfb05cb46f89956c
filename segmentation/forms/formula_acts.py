"""What the buttons of the formula editor do to a formula: add, remove, copy, move, wrap, and what the rule editor does
to the conditions in it.

A button's value is a verb and the path of the block it is about. A path that goes on inside a figure or a condition is
handed to the rule editor. The answer names the control to focus, as there.
"""

import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from criteria.fields import Catalog
from criteria.tree import MAX_DEPTH, MAX_NODES
from segmentation.forms import rule_acts, rule_form
from segmentation.forms.formula_blocks import BLOCKS
from segmentation.forms.formula_form import MOST_BANDS, NOTHING, Document, operand, parts_of
from segmentation.forms.rule_acts import Done

#: The path of a block, and what follows inside its figure, its condition or its bands.
PATH = re.compile(r"^m(?P<steps>(?:-\d{1,2})*)(?P<rest>[\w-]*)$")
MOVE = re.compile(r"^(?P<path>m[\w-]*)>(?P<to>m[\w-]*):(?P<index>\d{1,3})$")


@dataclass(frozen=True, slots=True)
class Spot:
    """A block, and the function that holds it; the whole formula is held by none."""

    node: Document
    holder: Document | None
    index: int
    path: str


def apply(document: Document, act: str, catalog: Catalog) -> Done:
    """Return a copy of the formula after a button. A button that makes no sense does nothing."""
    document = deepcopy(document)
    verb, _, path = act.partition(":")
    if verb == "move":
        return _moved(document, path, catalog)
    match = PATH.match(path)
    spot = _find(document, match["steps"]) if match else None
    if match is None or spot is None:
        return Done(document)
    if verb == "unband":
        return _unbanded(document, spot, match["rest"])
    if match["rest"]:
        return _in_rules(document, spot, verb, match["rest"], catalog)
    act_on = _ACTS.get(verb)
    return act_on(document, spot) if act_on else Done(document)


def _find(document: Document, steps: str) -> Spot | None:
    """Return where a block stands, or None where there is none."""
    spot = Spot(document, None, 0, "m")
    for step in steps.split("-")[1:]:
        inner = parts_of(spot.node)
        if int(step) >= len(inner):
            return None
        spot = Spot(inner[int(step)], spot.node, int(step), f"{spot.path}-{step}")
    return spot


# --- verbs


def _add(document: Document, spot: Spot) -> Done:
    if "function" not in spot.node or _size(document) >= MAX_NODES:
        return Done(document)
    _insert(spot.node, len(parts_of(spot.node)), dict(NOTHING))
    return Done(document, f"{spot.path}-{len(parts_of(spot.node)) - 1}-what")


def _remove(document: Document, spot: Spot) -> Done:
    if spot.holder is None:
        return Done(document)
    _list_of(spot.holder).pop(spot.index)
    last = len(parts_of(spot.holder)) - 1
    above = spot.path.rpartition("-")[0]
    return Done(document, f"{above}-{min(spot.index, last)}-menu" if last >= 0 else f"{above}-add")


def _copy(document: Document, spot: Spot) -> Done:
    if spot.holder is None or _size(document) + _size(spot.node) > MAX_NODES:
        return Done(document)
    inner = _list_of(spot.holder)
    inner.insert(spot.index + 1, deepcopy(inner[spot.index]))
    return Done(document, f"{spot.path.rpartition('-')[0]}-{spot.index + 1}-menu")


def _shift(by: int) -> Callable[[Document, Spot], Done]:
    def shifted(document: Document, spot: Spot) -> Done:
        place = spot.index + by
        if spot.holder is None or not 0 <= place < len(parts_of(spot.holder)):
            return Done(document, f"{spot.path}-menu")
        inner = _list_of(spot.holder)
        inner.insert(place, inner.pop(spot.index))
        return Done(document, f"{spot.path.rpartition('-')[0]}-{place}-menu")

    return shifted


def _wrap(document: Document, spot: Spot) -> Done:
    """Put a block into another one, which begins as a sum."""
    compares = spot.node.get("function") in BLOCKS and BLOCKS[spot.node["function"]].compares
    if compares or spot.path.count("-") + _height(spot.node) >= MAX_DEPTH:
        return Done(document, f"{spot.path}-menu")
    return Done(_replaced(document, spot, {"function": "sum", "of": [spot.node]}), f"{spot.path}-what")


def _open(document: Document, spot: Spot) -> Done:
    """Put the first part of a function in its place."""
    first = next(iter(parts_of(spot.node)), spot.node)
    return Done(_replaced(document, spot, first), f"{spot.path}-menu")


def _band(document: Document, spot: Spot) -> Done:
    bands = spot.node.get("bands", [])
    if "bands" in spot.node and len(bands) < MOST_BANDS:
        bands.append({"from": None, "value": None})
    return Done(document, f"{spot.path}-from{len(bands) - 1}")


_ACTS: dict[str, Callable[[Document, Spot], Done]] = {
    "add": _add,
    "del": _remove,
    "copy": _copy,
    "up": _shift(-1),
    "down": _shift(1),
    "in": _wrap,
    "out": _open,
    "band": _band,
}


def _unbanded(document: Document, spot: Spot, rest: str) -> Done:
    bands = spot.node.get("bands", [])
    if len(bands) > 1 and rest[1:].isdigit():
        del bands[int(rest[1:]) : int(rest[1:]) + 1]
    return Done(document, f"{spot.path}-band")


def _moved(document: Document, text: str, catalog: Catalog) -> Done:
    """Put a block, or a rule inside one, where somebody dropped it: at a place counted without it."""
    found = MOVE.match(text)
    path, to = (PATH.match(found[name]) for name in ("path", "to")) if found else (None, None)
    if found is None or path is None or to is None:
        return Done(document)
    spot, target = _find(document, path["steps"]), _find(document, to["steps"])
    if spot is None or target is None:
        return Done(document)
    if path["rest"]:
        inside = f"{path['rest']}>{to['rest']}:{found['index']}"
        return _in_rules(document, spot, "move", inside, catalog) if spot.path == target.path else Done(document)
    is_inside_itself = f"{target.path}-".startswith(f"{spot.path}-")
    too_deep = target.path.count("-") + 1 + _height(spot.node) > MAX_DEPTH
    if spot.holder is None or "function" not in target.node or is_inside_itself or too_deep:
        return Done(document)
    _list_of(spot.holder).pop(spot.index)
    _insert(target.node, int(found["index"]), spot.node)
    return Done(document)


def _in_rules(document: Document, spot: Spot, verb: str, rest: str, catalog: Catalog) -> Done:
    """Do what a button of the rule editor says, inside the figure or the condition of a block."""
    is_figure = "collection" in spot.node or rule_form.PER_AREA in spot.node
    if is_figure:
        root, stem = rule_form.new_group("and", {**spot.node, "operator": ">=", "value": 0}), "r-0"
    elif rest.startswith("w") and "function" in spot.node:
        root, stem, rest = spot.node.get("where") or rule_form.new_group(), "r", rest.replace("w", "", 1)
        rest = rest.replace(">w", ">", 1)
    else:
        return Done(document)
    done = rule_acts.apply(root, f"{verb}:{stem}{rest.replace('>', f'>{stem}', 1)}", catalog)
    if is_figure:
        spot.node.clear()
        spot.node.update(operand(done.document["rules"][0]))
    else:
        spot.node["where"] = done.document
    above = spot.path if is_figure else f"{spot.path}w"
    return Done(document, above + done.focus.removeprefix(stem) if done.focus else "")


# --- functions and what they hold


def _list_of(holder: Document) -> list[Any]:
    """Return the list that holds a function's parts, with their points where it has some."""
    return holder["parts"] if "parts" in holder else holder["of"]


def _insert(holder: Document, index: int, node: Document) -> None:
    _list_of(holder).insert(index, {"of": node, "each": 1} if "parts" in holder else node)


def _replaced(document: Document, spot: Spot, node: Document) -> Document:
    if spot.holder is None:
        return node
    if "parts" in spot.holder:
        spot.holder["parts"][spot.index]["of"] = node
    else:
        spot.holder["of"][spot.index] = node
    return document


def _size(node: Document) -> int:
    return 1 + sum(_size(one) for one in parts_of(node))


def _height(node: Document) -> int:
    return 1 + max((_height(one) for one in parts_of(node)), default=0)
