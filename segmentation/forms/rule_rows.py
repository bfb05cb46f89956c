"""What the template draws of criteria: every node as a row with its controls, and what is wrong with it."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString

from segmentation.forms.rule_acts import family_of
from segmentation.forms.rule_options import Option


@dataclass
class Comparison:
    """Operator and value of a clause, with the controls its shape asks for."""

    path: str
    place: str
    operator: str = ""
    operators: list[Option] = field(default_factory=list)
    shape: str = ""
    value: Any = ""
    value2: Any = ""
    km: Any = ""
    unit: str = ""
    suffix: str = ""
    example: str = ""
    choices: list[tuple[str, str, bool]] = field(default_factory=list)
    other: str = ""
    others: list[Option] = field(default_factory=list)
    problem: str = ""
    #: The id of the element that says what is wrong.
    notes: str = ""


@dataclass
class Figure:
    """A figure over records: what is counted or summed, when, and of which records."""

    path: str
    place: str
    label: str = ""
    aggregate: str = ""
    aggregates: list[Option] = field(default_factory=list)
    of: str = ""
    ofs: list[Option] = field(default_factory=list)
    window: str = ""
    window_n: Any = ""
    window_unit: str = ""
    window_day: str = ""
    as_of: str = ""
    back: Any = ""
    back_unit: str = "years"
    grown: Any = ""
    grown_unit: str = "years"
    where: "Row | None" = None
    holders: "Row | None" = None
    holders_wanted: int = 1
    # of a part of a clause for each area
    collection: str = ""
    collections: list[Option] = field(default_factory=list)
    by: str = ""
    bys: list[Option] = field(default_factory=list)
    compare: Comparison | None = None

    @property
    def has_more(self) -> bool:
        """Whether something rarely used is filled in."""
        return bool(self.as_of or self.back or self.grown)


@dataclass
class Row:
    """One node as the template draws it."""

    path: str
    place: str
    depth: int
    first: bool = True
    last: bool = True
    joint: str = ""
    label: str = ""
    problem: str = ""
    caution: str = ""
    disabled: bool = False
    note: str = ""
    # of a group
    is_group: bool = False
    join: str = "and"
    at_least: int = 1
    negated: bool = False
    rows: "list[Row]" = field(default_factory=list)
    can_nest: bool = True
    records: bool = False
    # of a clause
    what: str = ""
    picker_id: str = ""
    options: SafeString | str = ""
    #: Whether only what is chosen is among the options; scripts find the others in the list that the page holds once.
    is_short: bool = False
    raw: str = ""
    compare: Comparison | None = None
    figure: Figure | None = None
    areas: Figure | None = None
    need: Figure | None = None
    area_figure: str = ""

    @property
    def is_listed(self) -> bool:
        """Whether the node stands in a list, so that it can be moved and removed."""
        return bool(self.place) and not self.path.endswith(("w", "e"))

    @property
    def family(self) -> str:
        """Which world of drag and drop the rules in this group belong to: they move among the lists of one."""
        return family_of(f"{self.path}-0")

    @property
    def flat(self) -> "Iterator[Row]":
        """This row and every row in it."""
        yield self
        parts = [one for one in (self.figure, self.areas, self.need) if one is not None]
        nested = [group for one in parts for group in (one.where, one.holders) if group is not None]
        for row in [*self.rows, *nested]:
            yield from row.flat


def layout(root: Row) -> str:
    """Return what tells whether another document needs other controls: values alone do not."""
    parts = [
        (row.path, row.what, row.join == "at_least", row.disabled, [_layout(one) for one in _comparisons(row)])
        for row in root.flat
    ]
    figures = [
        (one.path, one.collection, one.aggregate, one.of, one.window, bool(one.has_more))
        for row in root.flat
        for one in (row.figure, row.areas, row.need)
        if one is not None
    ]
    return hashlib.sha256(json.dumps([parts, figures]).encode()).hexdigest()[:12]


def _comparisons(row: Row) -> list[Comparison]:
    parts = [row.compare, *(one.compare for one in (row.areas, row.need) if one is not None)]
    return [one for one in parts if one is not None]


def _layout(one: Comparison) -> Any:
    return one.shape, bool(one.others), [key for key, _label in one.operators]
