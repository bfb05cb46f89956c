"""A criteria document as rows of the template: every node with its controls, and what is wrong with it."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext

from criteria.fields import Catalog, Collection, Field, Kind
from criteria.operators import BY_KIND, Operator, Shape
from criteria.tree import COUNTS, MAX_DEPTH, Problem
from segmentation.forms.rule_form import Document, fields_for

Picker = list[tuple[str, list[tuple[str, str, str]]]]

AGGREGATE_LABELS = {
    "count": "number of",
    "count_months": "number of months with",
    "count_quarters": "number of quarters with",
    "count_distinct": "number of different",
    "sum": "total",
    "min": "lowest",
    "max": "highest",
    "average": "average",
    "first": "first",
    "latest": "latest",
}
WINDOW_LABELS = {
    "": "at any time",
    "last": "in the last",
    "next": "in the next",
    "this": "in this",
    "previous": "in the previous",
    "since": "since",
}


@dataclass
class Row:
    """One node as the template draws it."""

    path: str
    place: str
    depth: int
    first: bool
    last: bool
    joint: str = ""
    problem: str = ""
    # of a group
    is_group: bool = False
    join: str = "and"
    at_least: int = 1
    negated: bool = False
    rows: "list[Row]" = field(default_factory=list)
    can_nest: bool = True
    # of a clause
    what: str = ""
    label: str = ""
    operator: str = ""
    operators: list[tuple[str, str]] = field(default_factory=list)
    shape: str = ""
    value: Any = ""
    value2: Any = ""
    unit: str = ""
    suffix: str = ""
    choices: list[tuple[str, str, bool]] = field(default_factory=list)
    # of a clause over a collection
    collection: str = ""
    aggregate: str = ""
    aggregates: list[tuple[str, str]] = field(default_factory=list)
    of: str = ""
    ofs: list[tuple[str, str]] = field(default_factory=list)
    window: str = ""
    window_n: Any = ""
    window_unit: str = ""
    window_day: str = ""
    where: "Row | None" = None
    #: What a rule here may be about: (group, [(value, label, description)]).
    picker: Picker = field(default_factory=list)


def rows(document: Document, catalog: Catalog, problems: list[Problem]) -> Row:
    """Return the document as the template draws it, each problem at its node."""
    return _Drawer(catalog, problems).group(document, "r", "", "", 0, None)


class _Drawer:
    def __init__(self, catalog: Catalog, problems: list[Problem]) -> None:
        self.catalog = catalog
        self.problems = problems
        self.picker = picker_options(catalog)

    def problem(self, pointer: str, *, deep: bool) -> str:
        """Return the first problem at a node; of a clause also those of its parts, not those of its inner rules."""
        for one in self.problems:
            inside = one.path.startswith(f"{pointer}/") and "/where/rules/" not in one.path[len(pointer) :]
            if one.path == pointer or (deep and inside):
                return gettext(one.message)
        return ""

    def group(
        self, group: Document, path: str, pointer: str, place: str, depth: int, collection: Collection | None
    ) -> Row:
        row = Row(path, place, depth, first=True, last=True, is_group=True)
        row.join, row.negated = group.get("combinator", "and"), bool(group.get("not"))
        row.at_least = group.get("at_least", 1)
        row.can_nest = depth < MAX_DEPTH - 2 and collection is None
        row.problem = self.problem(pointer, deep=False) if pointer else ""
        rules = group.get("rules", [])
        for index, rule in enumerate(rules):
            where, here = f"{path}-{index}", f"{pointer}/rules/{index}"
            spot = f"{place}.{index + 1}" if place else str(index + 1)
            child = (
                self.group(rule, where, here, spot, depth + 1, collection)
                if "rules" in rule
                else self.clause(rule, where, here, spot, depth + 1, collection)
            )
            child.first, child.last = index == 0, index == len(rules) - 1
            child.joint = gettext("or") if row.join == "or" else gettext("and")
            row.rows.append(child)
        return row

    def clause(
        self, clause: Document, path: str, pointer: str, place: str, depth: int, collection: Collection | None
    ) -> Row:
        row = Row(path, place, depth, first=True, last=True, problem=self.problem(pointer, deep=True))
        row.picker = _fields_of(collection) if collection else self.picker
        if "collection" in clause:
            kind, one = self.aggregate(row, clause, path, pointer, depth)
        else:
            one = collection.field(clause["field"]) if collection else self.catalog.fields.get(clause["field"])
            kind = one.kind if one else Kind.TEXT
            row.what, row.label = f"field:{clause['field']}", str(one.label) if one else clause["field"]
        row.operators = [(operator.key, gettext(operator.words)) for operator in BY_KIND[kind].values()]
        row.operator = clause.get("operator", "")
        operator = BY_KIND[kind].get(row.operator)
        if operator is not None:
            self.value(row, operator, clause.get("value"), one)
        return row

    def aggregate(self, row: Row, clause: Document, path: str, pointer: str, depth: int) -> tuple[Kind, Field | None]:
        target = self.catalog.collections.get(clause["collection"])
        row.what, row.collection = f"collection:{clause['collection']}", clause["collection"]
        if target is None:
            row.label = clause["collection"]
            return Kind.NUMBER, None
        row.label, row.aggregate = str(target.label), clause.get("aggregate", "count")
        row.aggregates = [
            (name, gettext(label))
            for name, label in AGGREGATE_LABELS.items()
            if name in COUNTS or fields_for(name, target)
        ]
        row.of = clause.get("of", "")
        row.ofs = [(one.key, str(one.label)) for one in fields_for(row.aggregate, target)]
        self.window(row, clause.get("window"))
        where = clause.get("where") or {"combinator": "and", "not": False, "rules": []}
        row.where = self.group(where, f"{path}w", f"{pointer}/where", row.place, depth + 1, target)
        one = target.field(row.of) if row.of else None
        if one is None or row.aggregate == "count_distinct":
            return Kind.NUMBER, None
        return one.kind, one

    @staticmethod
    def window(row: Row, window: Document | None) -> None:
        if not window:
            return
        kind = next((each for each in WINDOW_LABELS if each and each in window), "last" if "trailing" in window else "")
        row.window = kind
        if kind == "since":
            row.window_day = window["since"]
        elif kind in {"this", "previous"}:
            row.window_unit = window[kind]
        elif kind:
            row.window_n, row.window_unit = window.get(kind, window.get("trailing")), window.get("unit", "months")

    def value(self, row: Row, operator: Operator, value: Any, one: Field | None) -> None:
        choices = self.catalog.choices(one) if one is not None else {}
        row.shape, row.suffix = str(operator.shape), str(one.unit) if one is not None else ""
        picked: list[Any] = []
        if operator.shape is Shape.CHOICE and not choices:
            row.shape = str(Shape.TEXT)
        if operator.shape in {Shape.CHOICES, Shape.CHOICES_N} and not choices:
            row.shape = str(Shape.TEXTS)
        if isinstance(value, dict):
            row.value, row.unit = value.get("n", ""), value.get("unit", "")
            picked = list(value.get("of", []))
        elif isinstance(value, list | tuple):
            picked = list(value)
            if operator.shape in {Shape.RANGE, Shape.DAYS}:
                row.value, row.value2 = (list(value) + ["", ""])[:2]
            elif row.shape == Shape.TEXTS:
                row.value = ", ".join(str(each) for each in value)
        else:
            picked = [value]
            row.value = "" if value is None else value
        row.choices = [(choice.value, str(choice.label), choice.value in picked) for choice in choices.values()]


def picker_options(catalog: Catalog) -> Picker:
    """Return what a rule about a partner may ask, in groups."""
    groups = [
        (name, [(f"field:{one.key}", str(one.label), _described(one)) for one in fields])
        for name, fields in catalog.groups.items()
    ]
    records = [(f"collection:{one.key}", str(one.label), str(one.description)) for one in catalog.collections.values()]
    return [*groups, (gettext("Records"), records)]


def _fields_of(collection: Collection) -> Picker:
    options = [(f"field:{one.key}", str(one.label), _described(one)) for one in collection.fields]
    return [(str(collection.label), options)]


def _described(one: Field) -> str:
    example = gettext("For example %(example)s.") % {"example": one.example} if one.example else ""
    return f"{one.description} {example}".strip()
