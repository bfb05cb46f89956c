"""A formula document as blocks of the template: every block with its controls, its words and what is wrong with it."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from criteria.checks import NUMERIC
from criteria.fields import Catalog
from criteria.tree import MAX_DEPTH, Problem
from segmentation.forms import formula_blocks, rule_drawing, rule_form, rule_options, rule_rows
from segmentation.forms.formula_blocks import BLOCKS, Block
from segmentation.forms.formula_form import NO_DAY, Document, parts_of

#: In the path of a problem: where the words of an inner block or rule begin.
_INNER = re.compile(r"^/(of|parts)/\d+|/rules/")
#: The options of every block but the outermost stand once in the page.
INNER_PICKER = "picker-formula"


@dataclass(frozen=True, slots=True)
class Input:
    """A constant as it is typed."""

    name: str
    label: str
    value: Any
    width: str


@dataclass
class BlockRow:
    """One block as the template draws it. `pointer` is its path in the document, `path` in the form."""

    document: Document
    path: str
    pointer: str
    place: str
    depth: int
    role: str = ""
    first: bool = True
    last: bool = True
    removable: bool = False
    may_copy: bool = False
    problem: str = ""
    what: str = ""
    label: str = ""
    description: str = ""
    picker_id: str = ""
    options: SafeString = field(default_factory=SafeString)
    #: What it is worth for the partner it is tried with; nothing where that cannot be said.
    now: str = ""
    # a constant
    number: Any = None
    # a figure over records, or one for each area
    operand: rule_rows.Row | None = None
    # a function
    function: str = ""
    rows: "list[BlockRow]" = field(default_factory=list)
    may_add: bool = False
    settings: list[Input] = field(default_factory=list)
    #: Of each band its place, from where it is reached, what it is worth, and the act that removes it.
    bands: list[tuple[int, Any, Any, str]] = field(default_factory=list)
    where: rule_rows.Row | None = None
    peers: list[tuple[str, str, bool]] = field(default_factory=list)
    freezes: list[tuple[str, str, bool]] = field(default_factory=list)
    day: str = ""
    # a part of weighted points
    is_part: bool = False
    each: Any = None
    most: Any = None

    @property
    def may_wrap(self) -> bool:
        """Whether it can be put inside another block; comparing peers is the outermost there is."""
        return self.depth < MAX_DEPTH - 2 and not self.peers

    @property
    def is_fixed_day(self) -> bool:
        """Whether peers are compared as of a day that is chosen."""
        return any(chosen and key == NO_DAY for key, _label, chosen in self.freezes)

    @property
    def flat(self) -> "Iterator[BlockRow]":
        """This block and every block in it."""
        yield self
        for row in self.rows:
            yield from row.flat

    @property
    def rules(self) -> Iterator[rule_rows.Row]:
        """The rules and groups in its figure and in its condition."""
        yield from [one for one in self.operand.flat if one is not self.operand] if self.operand else []
        yield from self.where.flat if self.where else []


def rows(document: Document, catalog: Catalog, problems: list[Problem]) -> BlockRow:
    """Return the formula as the template draws it, each problem at its block."""
    return _Drawer(catalog, problems).block(document, "m", "", "", 0)


def layout(root: BlockRow) -> str:
    """Return what tells whether another formula needs other controls: values alone do not."""
    blocks = [
        (row.path, row.what, row.is_part, len(row.bands), row.is_fixed_day, row.may_add, row.removable)
        for row in root.flat
    ]
    inside = [rule_rows.layout(one) for row in root.flat for one in (row.operand, row.where) if one is not None]
    return hashlib.sha256(json.dumps([blocks, inside]).encode()).hexdigest()[:12]


class _Drawer:
    def __init__(self, catalog: Catalog, problems: list[Problem]) -> None:
        self.catalog = catalog
        self.problems = problems
        self.pickers: dict[str, str] = {}

    def block(self, document: Document, path: str, pointer: str, place: str, depth: int) -> BlockRow:
        row = BlockRow(document, path, pointer, place, depth, problem=self.problem(pointer))
        row.picker_id = INNER_PICKER if depth else ""
        if document.get("function") in BLOCKS:
            self.function(row, document, BLOCKS[document["function"]])
        elif "number" in document:
            row.what, row.label, row.number = "number:", gettext("A number"), document["number"]
        elif "collection" in document or rule_form.PER_AREA in document:
            self.figure(row, document)
        else:
            key = str(document.get("field", ""))
            one = self.catalog.fields.get(key) if key else None
            row.what = f"field:{key}" if key else ""
            row.label, row.description = (str(one.label), str(one.description)) if one else (key, "")
        row.options = self.options(row)
        return row

    def options(self, row: BlockRow) -> SafeString:
        """Return the options of what a block can be, as HTML: the same for many, but for what is chosen."""
        if row.picker_id not in self.pickers:
            self.pickers[row.picker_id] = rule_options.options_html(picker_options(self.catalog, inner=bool(row.depth)))
        chosen = f'value="{escape(row.what)}"'
        return SafeString(self.pickers[row.picker_id].replace(chosen, f"{chosen} selected", 1))

    def figure(self, row: BlockRow, document: Document) -> None:
        """Draw a figure over records with the controls of the rule editor."""
        where = {"path": row.path, "pointer": row.pointer, "place": row.place}
        row.operand = rule_drawing.operand_row(document, self.catalog, self.problems, **where)
        row.what, row.label = row.operand.what, row.operand.label
        row.problem = row.problem or row.operand.problem

    def function(self, row: BlockRow, document: Document, block: Block) -> None:
        row.what, row.function = f"function:{block.key}", block.key
        row.label, row.description = str(block.label), str(block.description)
        row.may_add = block.most > len(parts_of(document)) and row.depth < MAX_DEPTH - 1
        row.settings = [
            Input(f"{row.path}.{one.key}", str(one.label), _typed(document.get(one.key)), one.width)
            for one in block.settings
        ]
        row.bands = [
            (index, _typed(band.get("from")), _typed(band.get("value")), f"unband:{row.path}b{index}")
            for index, band in enumerate(document.get("bands", []))
        ]
        if block.has_condition:
            group, at = document.get("where") or rule_form.new_group(), f"{row.pointer}/where"
            row.where = rule_drawing.group_row(
                group, self.catalog, self.problems, path=f"{row.path}w", pointer=at, place=row.place
            )
        if block.compares:
            self.peers(row, document)
        self.inner(row, document, block)

    def inner(self, row: BlockRow, document: Document, block: Block) -> None:
        """Draw what is inside a function."""
        holds = "parts" if "parts" in document else "of"
        inner = document.get(holds, [])
        for index, one in enumerate(inner):
            formula, tail = (one.get("of", {}), "/of") if holds == "parts" else (one, "")
            place = f"{row.place}.{index + 1}" if row.place else str(index + 1)
            pointer = f"{row.pointer}/{holds}/{index}{tail}"
            child = self.block(formula, f"{row.path}-{index}", pointer, place, row.depth + 1)
            child.role = str(block.role(index))
            child.first, child.last = index == 0, index == len(inner) - 1
            child.removable, child.may_copy = len(inner) > block.fewest, row.may_add
            if holds == "parts":
                child.is_part, child.each, child.most = True, _typed(one.get("each")), _typed(one.get("cap"))
                child.problem = child.problem or self.problem(f"{row.pointer}/parts/{index}")
            row.rows.append(child)

    def peers(self, row: BlockRow, document: Document) -> None:
        """Draw who is compared, and how long the comparison is kept."""
        chosen, frozen = document.get("peers", "everybody"), str(document.get("frozen", ""))
        options = [*((key, str(label)) for key, label in formula_blocks.PEERS), *self.named_peers()]
        row.peers = [(key, label, key == chosen) for key, label in options]
        row.day = frozen if frozen[:1].isdigit() else ""
        current = NO_DAY if row.day else frozen
        row.freezes = [(key, str(label), key == current) for key, label in formula_blocks.FREEZES]

    def named_peers(self) -> Iterator[tuple[str, str]]:
        """Yield tier ladders and segments whose partners may be compared."""
        fields = self.catalog.fields
        ladders: dict[str, str] = {}
        for choice in self.catalog.choices(fields["tiers"]).values() if "tiers" in fields else ():
            ladders.setdefault(choice.value.partition(".")[0], str(choice.label).partition(":")[0])
        for key, name in ladders.items():
            yield f"tier:{key}", gettext("partners of the same tier: %(track)s") % {"track": name}
        for choice in self.catalog.choices(fields["segments"]).values() if "segments" in fields else ():
            yield f"segment:{choice.value}", gettext("partners in segment: %(name)s") % {"name": choice.label}

    def problem(self, pointer: str) -> str:
        """Return the first problem of a block itself, not of what is inside it."""
        for one in self.problems:
            rest = one.path.removeprefix(pointer)
            if one.path == pointer or (one.path.startswith(f"{pointer}/") and not _INNER.search(rest)):
                return gettext(one.message)
        return ""


def picker_options(catalog: Catalog, *, inner: bool) -> rule_options.Picker:
    """Return what a block may be: a function, a number, a field that is a number, or a figure over records.

    Only the outermost block, the whole formula, compares peers.
    """
    groups = formula_blocks.GROUPS if inner else (*formula_blocks.GROUPS, formula_blocks.PEER_GROUP)
    functions = [
        (str(name), [(f"function:{block.key}", str(block.label), str(block.description)) for block in blocks])
        for name, blocks in groups
    ]
    constant = (gettext("Constant"), [("number:", gettext("A number"), gettext("Always the same."))])
    return [*functions, constant, *_numeric(catalog)]


def _numeric(catalog: Catalog) -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """Yield what the rule editor offers, as far as it is a number."""
    for name, options in rule_options.picker_options(catalog):
        numbers = [option for option in options if _is_number(option[0], catalog)]
        if numbers:
            yield name, numbers


def _is_number(what: str, catalog: Catalog) -> bool:
    kind, _, key = what.partition(":")
    return kind != "field" or catalog.fields[key].kind in NUMERIC


def _typed(value: Any) -> Any:
    return "" if value is None else value
