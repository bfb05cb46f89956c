"""A formula document as flat form fields, and back.

A block's path names its fields: the whole formula is `m`, its second part `m-1`. Figures over records and conditions
use the fields of the rule form, below the path of their block. Half-finished formulas are kept as they are.
"""

from collections.abc import Mapping
from typing import Any

from criteria.fields import Catalog
from criteria.tree import MAX_NODES
from segmentation.forms import rule_form
from segmentation.forms.formula_blocks import BLOCKS, Block

Document = dict[str, Any]

#: A block that nobody has chosen yet.
NOTHING: Mapping[str, Any] = {"field": ""}
MOST_BANDS = 50
#: How a fixed day is marked before it was entered.
NO_DAY = "day"


class Posted:
    """What the formula form sent."""

    def __init__(self, data: Any, catalog: Catalog) -> None:
        self.catalog = catalog
        self.rules = rule_form.Posted(data, catalog)
        self.text = self.rules.text
        self.nodes = 0

    def block(self, path: str) -> Document:
        """Return the formula at a path."""
        self.nodes += 1
        what, was = self.text(f"{path}.what"), self.text(f"{path}.was")
        kind, _, key = what.partition(":")
        if self.nodes > MAX_NODES:
            return dict(NOTHING)
        if kind == "function" and key in BLOCKS:
            return self.function(path, BLOCKS[key], was=was)
        return self.leaf(path, what, changed=was not in ("", what))

    def leaf(self, path: str, what: str, *, changed: bool = False) -> Document:
        """Return the number, field or figure at a path."""
        kind, _, key = what.partition(":")
        if kind == "number":
            return {"number": 0 if changed else self.number(f"{path}.number")}
        if kind == "collection" and key in self.catalog.collections:
            target = self.catalog.collections[key]
            fresh = {"collection": key, "aggregate": "count"}
            return fresh if changed else self.rules.figure(path, target)[0]
        if kind == rule_form.PER_AREA:
            return operand(rule_form.new_per_area(self.catalog) if changed else self.rules.per_area(path))
        return {"field": key} if kind == "field" else dict(NOTHING)

    def function(self, path: str, block: Block, *, was: str) -> Document:
        """Return the function at a path. Chosen where something else stood, it takes that as its first part."""
        is_new = was != f"function:{block.key}"
        if was and not was.startswith("function:"):
            inner = [self.leaf(path, was)]
        else:
            inner = [self.block(f"{path}-{index}") for index in range(self.count(f"{path}.n"))]
        inner += [dict(NOTHING) for _ in range(block.fewest - len(inner))]
        document: Document = {"function": block.key}
        if block.key == "points":
            document["parts"] = [self.part(f"{path}-{index}", one) for index, one in enumerate(inner)]
        else:
            document["of"] = inner
        if block.key == "bands":
            document["bands"] = self.bands(path)
        if block.has_condition:
            where = self.rules.group(f"{path}w")
            if where["rules"] or block.key == "gate":
                document["where"] = where
        return document | self.settings(path, block, is_new=is_new)

    def part(self, path: str, of: Document) -> Document:
        """Return a part of weighted points."""
        each, cap = self.number(f"{path}.each"), self.number(f"{path}.most")
        part = {"of": of, "each": 1 if each is None else each}
        return part if cap is None else {**part, "cap": cap}

    def bands(self, path: str) -> list[Document]:
        """Return the bands at a path."""
        names = [(f"{path}.from{place}", f"{path}.worth{place}") for place in range(self.count(f"{path}.bands"))]
        found = [{"from": self.number(start), "value": self.number(worth)} for start, worth in names[:MOST_BANDS]]
        return found or [{"from": 0, "value": 0}]

    def settings(self, path: str, block: Block, *, is_new: bool) -> Document:
        """Return the constants of a function; those left empty are left out."""
        given: Document = {}
        for one in block.settings:
            value = rule_form.number_of(one.blank) if is_new else self.number(f"{path}.{one.key}")
            if value is not None:
                given[one.key] = value
        if block.compares:
            frozen = self.text(f"{path}.frozen")
            given["peers"] = self.text(f"{path}.peers", "everybody")
            given["frozen"] = (self.text(f"{path}.day") or NO_DAY) if frozen == NO_DAY else frozen
        return given

    def count(self, name: str) -> int:
        """Return how many of something there are, up to the bound of a document."""
        return min(rule_form.whole_of(self.text(name)) or 0, MAX_NODES)

    def number(self, name: str) -> Any:
        """Return the number that was typed, or the text where it is none."""
        return rule_form.number_of(self.text(name).strip())


def read(data: Any, catalog: Catalog) -> Document:
    """Return the formula that a form sent. Never fails: what makes no sense becomes the nearest that does."""
    return Posted(data, catalog).block("m")


def operand(clause: Document) -> Document:
    """Return what a clause is about, without what it is compared with."""
    return {key: value for key, value in clause.items() if key not in {"operator", "value"}}


def parts_of(node: Document) -> list[Document]:
    """Return the formulas inside a function."""
    if "parts" in node:
        return [part.get("of", {}) for part in node["parts"]]
    return list(node.get("of", [])) if "function" in node else []
