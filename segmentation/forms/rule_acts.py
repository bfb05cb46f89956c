"""What the buttons of the rule editor do to a document: add, remove, copy, move, switch off.

A button's value is a verb and the path of the node it is about; `move` adds where to. The answer names the control
that should have the focus afterwards, so that whoever works by keyboard stays with the rule.
"""

import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from criteria.fields import Catalog, Field
from criteria.tree import MAX_DEPTH, MAX_NODES
from segmentation.forms.rule_form import PATH, PER_AREA, Document, new_clause, new_group

STEP = re.compile(r"-\d+|[wabe]")
MOVE = re.compile(r"^(?P<path>r[-\dwabe]*)>(?P<to>r[-\dwabe]*):(?P<index>\d{1,3})$")
PART_NAMES = {"a": "areas", "b": "need"}


@dataclass(frozen=True, slots=True)
class Done:
    """A document after a button, and the control to focus."""

    document: Document
    focus: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """A node, and the list it stands in; the root and the groups beneath a clause stand in none."""

    node: Document
    rules: list[Document] | None
    index: int


def apply(document: Document, act: str, catalog: Catalog) -> Done:
    """Return a copy of the document after a button. A button that makes no sense does nothing."""
    document = deepcopy(document)
    verb, _, rest = act.partition(":")
    if verb == "move":
        return _moved(document, rest)
    act_on = _ACTS.get(verb)
    spot = find(document, rest)
    if act_on is None or spot is None:
        return Done(document)
    return act_on(document, rest, spot, catalog)


def find(document: Document, path: str) -> Spot | None:
    """Return where a node stands, or None where there is none."""
    if not PATH.match(path):
        return None
    spot: Spot | None = Spot(document, None, -1)
    for step in STEP.findall(path):
        spot = _further(spot, step) if spot is not None else None
    return spot


def _further(spot: Spot, step: str) -> Spot | None:
    node = spot.node
    if step == "w":
        if "collection" not in node:
            return None
        return Spot(node.setdefault("where", new_group()), None, -1)
    if step == "e":
        return Spot({"rules": node["each"]}, None, -1) if "each" in node else None
    if step in PART_NAMES:
        return Spot(node[PER_AREA][PART_NAMES[step]], None, -1) if PER_AREA in node else None
    rules, index = node.get("rules"), int(step[1:])
    return Spot(rules[index], rules, index) if rules is not None and index < len(rules) else None


# --- verbs


def _add_rule(document: Document, path: str, spot: Spot, catalog: Catalog) -> Done:
    if "rules" not in spot.node or size(document) >= MAX_NODES:
        return Done(document)
    spot.node["rules"].append(new_clause(_first_field(document, path, catalog)))
    return Done(document, f"{path}-{len(spot.node['rules']) - 1}-what")


def _add_group(document: Document, path: str, spot: Spot, catalog: Catalog) -> Done:
    if "rules" not in spot.node or size(document) + 1 >= MAX_NODES or _depth(path) >= MAX_DEPTH - 1:
        return Done(document)
    join = "and" if path.endswith("e") else "or"
    spot.node["rules"].append(new_group(join, new_clause(_first_field(document, path, catalog))))
    return Done(document, f"{path}-{len(spot.node['rules']) - 1}-0-what")


def _remove(document: Document, path: str, spot: Spot, _catalog: Catalog) -> Done:
    if spot.rules is None:
        return Done(document)
    spot.rules.pop(spot.index)
    parent = path[: path.rindex("-")]
    return Done(document, f"{parent}-{min(spot.index, len(spot.rules) - 1)}-menu" if spot.rules else f"{parent}-add")


def _copy(document: Document, _path: str, spot: Spot, _catalog: Catalog) -> Done:
    if spot.rules is None or size(document) + size(spot.node) > MAX_NODES:
        return Done(document)
    copied = deepcopy(spot.node)
    spot.rules.insert(spot.index + 1, copied)
    return _focused(document, copied)


def _up(document: Document, _path: str, spot: Spot, _catalog: Catalog) -> Done:
    return _shifted(document, spot, -1)


def _down(document: Document, _path: str, spot: Spot, _catalog: Catalog) -> Done:
    return _shifted(document, spot, 1)


def _shifted(document: Document, spot: Spot, by: int) -> Done:
    if spot.rules is not None and 0 <= spot.index + by < len(spot.rules):
        spot.rules.insert(spot.index + by, spot.rules.pop(spot.index))
    return _focused(document, spot.node)


def _in(document: Document, path: str, spot: Spot, _catalog: Catalog) -> Done:
    """Put a node into the group before it, else the one after it, else into a new one."""
    is_full = _depth(path) + _height(spot.node) >= MAX_DEPTH or size(document) >= MAX_NODES
    if spot.rules is None or is_full or family_of(path).endswith("e"):
        return _focused(document, spot.node)
    before = spot.rules[spot.index - 1] if spot.index else {}
    after = spot.rules[spot.index + 1] if spot.index + 1 < len(spot.rules) else {}
    spot.rules.pop(spot.index)
    if "rules" in before:
        before["rules"].append(spot.node)
    elif "rules" in after:
        after["rules"].insert(0, spot.node)
    else:
        spot.rules.insert(spot.index, new_group("or", spot.node))
    return _focused(document, spot.node)


def _out(document: Document, path: str, spot: Spot, _catalog: Catalog) -> Done:
    """Put a node behind the group it stands in; a group left empty goes."""
    above = path[: path.rindex("-")] if "-" in path else ""
    parent = find(document, above)
    if spot.rules is None or parent is None or parent.rules is None or family_of(path) != family_of(above):
        return _focused(document, spot.node)
    spot.rules.pop(spot.index)
    parent.rules.insert(parent.index + 1, spot.node)
    if not spot.rules:
        parent.rules.pop(parent.index)
    return _focused(document, spot.node)


def _switch(document: Document, _path: str, spot: Spot, _catalog: Catalog) -> Done:
    """Switch a node off, or on again."""
    if spot.rules is not None and not spot.node.pop("disabled", False):
        spot.node["disabled"] = True
    return _focused(document, spot.node)


def _comment(document: Document, path: str, _spot: Spot, _catalog: Catalog) -> Done:
    return Done(document, f"{path}-note")


def _moved(document: Document, text: str) -> Done:
    """Put a node into a group at a place counted without it, as somebody dropped it there."""
    found = MOVE.match(text)
    spot = find(document, found["path"]) if found else None
    target = find(document, found["to"]) if found else None
    if found is None or spot is None or spot.rules is None or target is None or "rules" not in target.node:
        return Done(document)
    inside_itself = f"{found['to']}-".startswith(f"{found['path']}-")
    too_deep = _depth(found["to"]) + 1 + _height(spot.node) > MAX_DEPTH
    if inside_itself or too_deep or family_of(found["path"]) != family_of(f"{found['to']}-0"):
        return _focused(document, spot.node)
    spot.rules.pop(spot.index)
    target.node["rules"].insert(int(found["index"]), spot.node)
    return _focused(document, spot.node)


def _ask(document: Document, path: str, _spot: Spot, _catalog: Catalog) -> Done:
    """Change nothing: the control with all that the rule can be about gets the focus."""
    return Done(document, f"{path}-what")


_ACTS: dict[str, Callable[[Document, str, Spot, Catalog], Done]] = {
    "rule": _add_rule,
    "group": _add_group,
    "del": _remove,
    "copy": _copy,
    "up": _up,
    "down": _down,
    "in": _in,
    "out": _out,
    "off": _switch,
    "note": _comment,
    "ask": _ask,
}


# --- where things are


def size(node: Document) -> int:
    """Return how many nodes there are in a node, itself included."""
    return 1 + sum(size(child) for _suffix, child in _children(node))


def _height(node: Document) -> int:
    return 1 + max((_height(child) for _suffix, child in _children(node)), default=0) if "rules" in node else 0


def _depth(path: str) -> int:
    return len(STEP.findall(path))


def family_of(path: str) -> str:
    """Return the path of the group that a node cannot leave: all about the partner, or about one clause's records."""
    tail = max(path.rfind(part) for part in "we")
    if tail >= 0 and path[tail] == "e":
        # A group that one holder needs a record in is a world of its own; the groups themselves move among each other.
        inside = re.match(r"-\d+-", path[tail + 1 :])
        return path[: tail + 1 + len(inside.group()) - 1] if inside else path[: tail + 1]
    return path[: tail + 1]


def _children(node: Document) -> list[tuple[str, Document]]:
    """Return what stands in a node, each with what its path adds."""
    found = [(f"-{index}", one) for index, one in enumerate(node.get("rules", []))]
    if "where" in node:
        found.append(("w", node["where"]))
    found += [(f"e-{index}", one) for index, one in enumerate(node.get("each", []))]
    if PER_AREA in node:
        found += [(letter, node[PER_AREA][name]) for letter, name in PART_NAMES.items()]
    return found


def _focused(document: Document, node: Document) -> Done:
    path = _path_of(document, node, "r")
    return Done(document, f"{path}-menu" if path else "")


def _path_of(here: Document, node: Document, path: str) -> str:
    if here is node:
        return path
    return next((found for suffix, child in _children(here) if (found := _path_of(child, node, path + suffix))), "")


def _first_field(document: Document, path: str, catalog: Catalog) -> Field:
    """Return the field that a new rule in a group is about: of the records the group is about, else of the partner."""
    owner = re.match(r"^(.*)[we]", path)
    spot: Any = find(document, owner.group(1)) if owner else None
    collection = catalog.collections.get(spot.node.get("collection", "")) if spot is not None else None
    return collection.fields[0] if collection else next(iter(catalog.fields.values()))
