"""A criteria document as rows of the template: every node with its controls, and what is wrong with it."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from criteria.checks import DATED, FIELD_AGAINST_FIELD, NUMERIC
from criteria.fields import Catalog, Collection, Field, Kind
from criteria.operators import Operator, Shape, operators_of
from criteria.tree import AGGREGATES, AREA_FIGURES, COUNTING, COUNTS, MAX_DEPTH, Problem
from segmentation.forms.rule_acts import family_of
from segmentation.forms.rule_form import (
    PER_AREA,
    WITH_FIELD,
    Document,
    area_collections,
    area_fields,
    fields_for,
    new_group,
)

Option = tuple[str, str]
#: What can be picked, in groups: (group, [(value, label, description)]).
Picker = list[tuple[str, list[tuple[str, str, str]]]]
#: The list of what a rule about a partner may ask, which the page holds once.
PARTNER_PICKER = "picker-partner"
#: A new group may be put into one at most so deep.
DEEPEST_WITH_GROUPS = MAX_DEPTH - 2

AGGREGATE_LABELS: dict[str, str | Promise] = {
    "count": _("number of"),
    "count_distinct": _("number of different"),
    "count_days": _("number of days with"),
    "count_weeks": _("number of weeks with"),
    "count_months": _("number of months with"),
    "count_quarters": _("number of quarters with"),
    "count_years": _("number of years with"),
    "count_fiscal_quarters": _("number of fiscal quarters with"),
    "count_fiscal_years": _("number of fiscal years with"),
    "count_holders": _("number of those who have all of"),
    "sum": _("total"),
    "min": _("lowest"),
    "max": _("highest"),
    "average": _("average"),
    "first": _("first"),
    "latest": _("latest"),
}
WINDOW_LABELS: dict[str, str | Promise] = {
    "": _("at any time"),
    "last": _("in the last"),
    "next": _("in the next"),
    "this": _("in this"),
    "previous": _("in the previous"),
    "since": _("since"),
}
AREA_LABELS: dict[str, str | Promise] = {
    "missing": _("areas in which it is missing"),
    "met": _("areas in which it is met"),
    "areas": _("areas there are"),
    "share": _("percent of areas in which it is met"),
}


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


def rows(document: Document, catalog: Catalog, problems: list[Problem], cautions: list[Problem] | None = None) -> Row:
    """Return the document as the template draws it, each problem and caution at its node."""
    return _Drawer(catalog, problems, cautions or []).root(document)


def group_row(
    group: Document, catalog: Catalog, problems: list[Problem], *, path: str, pointer: str, place: str
) -> Row:
    """Return a group that stands in something else than criteria, such as the condition of a formula."""
    return _Drawer(catalog, problems, []).group(group, path, pointer, place, 0, None)


def operand_row(
    operand: Document, catalog: Catalog, problems: list[Problem], *, path: str, pointer: str, place: str
) -> Row:
    """Return what a clause is about, as it stands in a formula: without a comparison."""
    return _Drawer(catalog, problems, []).clause(operand, path, pointer, place, 0, None)


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


class _Drawer:
    """Draws a document, node by node."""

    def __init__(self, catalog: Catalog, problems: list[Problem], cautions: list[Problem]) -> None:
        self.catalog = catalog
        self.problems = problems
        self.cautions = cautions
        self.pickers: dict[str, str] = {}

    def root(self, document: Document) -> Row:
        return self.group(document, "r", "", "", 0, None)

    def problem(self, pointer: str, *, deep: bool) -> str:
        """Return the first problem at a node; of a clause also those of its parts, not those of nodes in it."""
        for one in self.problems:
            inside = one.path.startswith(f"{pointer}/") and "/rules/" not in one.path[len(pointer) :]
            if one.path == pointer or (deep and inside):
                return gettext(one.message)
        return ""

    def caution(self, pointer: str) -> str:
        return next((one.message for one in self.cautions if one.path == pointer), "")

    # --- groups

    def group(
        self, group: Document, path: str, pointer: str, place: str, depth: int, collection: Collection | None
    ) -> Row:
        row = Row(path, place, depth, is_group=True, records=collection is not None)
        row.join, row.negated = group.get("combinator", "and"), bool(group.get("not"))
        row.at_least = group.get("at_least", 1)
        row.can_nest = depth <= DEEPEST_WITH_GROUPS
        row.label = gettext("group")
        row.problem = self.problem(pointer, deep=False) if pointer else ""
        self.marks(row, group, pointer)
        row.rows = self.listed(
            group.get("rules", []), path, f"{pointer}/rules", place, depth, collection, row.join == "or"
        )
        return row

    def listed(
        self,
        rules: list[Document],
        path: str,
        pointer: str,
        place: str,
        depth: int,
        collection: Collection | None,
        is_or: bool,
    ) -> list[Row]:
        """Return the rows of a list of nodes."""
        found = []
        for index, rule in enumerate(rules):
            spot = f"{place}.{index + 1}" if place else str(index + 1)
            draw = self.group if "rules" in rule else self.clause
            row = draw(rule, f"{path}-{index}", f"{pointer}/{index}", spot, depth + 1, collection)
            row.first, row.last = index == 0, index == len(rules) - 1
            row.joint = gettext("or") if is_or else gettext("and")
            found.append(row)
        return found

    def marks(self, row: Row, node: Document, pointer: str) -> None:
        row.disabled, row.note = bool(node.get("disabled")), str(node.get("note", ""))
        row.caution = self.caution(pointer) if pointer and not row.disabled else ""

    # --- clauses

    def clause(
        self, clause: Document, path: str, pointer: str, place: str, depth: int, collection: Collection | None
    ) -> Row:
        row = Row(path, place, depth, problem=self.problem(pointer, deep=True))
        self.marks(row, clause, pointer)
        row.picker_id = f"picker-{collection.key}" if collection else PARTNER_PICKER
        if PER_AREA in clause:
            self.per_area(row, clause, pointer)
        elif "collection" in clause:
            self.records(row, clause, pointer)
        else:
            self.about_field(row, clause, collection)
        row.options = self.options(row, collection)
        return row

    def options(self, row: Row, collection: Collection | None) -> SafeString:
        """Return the options of what a rule can be about, as HTML: the same for many rows, but for what is chosen."""
        if row.picker_id not in self.pickers:
            self.pickers[row.picker_id] = options_html(
                _fields_of(collection) if collection else picker_options(self.catalog)
            )
        chosen = f'value="{escape(row.what)}"'
        return SafeString(self.pickers[row.picker_id].replace(chosen, f"{chosen} selected", 1))

    def about_field(self, row: Row, clause: Document, collection: Collection | None) -> None:
        key = clause.get("field", "")
        one = collection.field(key) if collection else self.catalog.fields.get(key)
        row.what, row.label = f"field:{key}", str(one.label) if one else str(key)
        if one is None:
            row.raw = json.dumps(clause)
            return
        row.compare = self.comparison(row.path, row.place, clause, one.kind, one, row.problem)
        self.against_fields(row.compare, clause.get("value"), self.others(one, collection))

    def records(self, row: Row, clause: Document, pointer: str) -> None:
        target = self.catalog.collections.get(clause["collection"])
        row.what, row.label = f"collection:{clause['collection']}", str(clause["collection"])
        if target is None:
            row.raw = json.dumps(clause)
            return
        row.label = str(target.label)
        row.figure, kind, one = self.figure(clause, target, row.path, pointer, row.place, row.depth)
        row.compare = self.comparison(row.path, row.place, clause, kind, one, row.problem)

    def per_area(self, row: Row, clause: Document, pointer: str) -> None:
        body = clause[PER_AREA]
        row.what, row.label, row.area_figure = f"{PER_AREA}:", gettext("For each area"), body.get("figure", "")
        row.areas = self.area_part(body["areas"], f"{row.path}a", f"{pointer}/{PER_AREA}/areas", row)
        row.need = self.area_part(body["need"], f"{row.path}b", f"{pointer}/{PER_AREA}/need", row)
        row.compare = self.comparison(row.path, row.place, clause, Kind.NUMBER, None, row.problem)

    def area_part(self, part: Document, path: str, pointer: str, row: Row) -> Figure | None:
        target = self.catalog.collections.get(part.get("collection", ""))
        if target is None:
            return None
        figure, kind, one = self.figure(part, target, path, pointer, row.place, row.depth)
        figure.collection = target.key
        figure.collections = [(each.key, str(each.label)) for each in area_collections(self.catalog)]
        figure.by = part.get("by", "")
        figure.bys = [(each.key, str(each.label)) for each in area_fields(target)]
        figure.compare = self.comparison(path, row.place, part, kind, one, "")
        return figure

    # --- figures

    def figure(
        self, document: Document, target: Collection, path: str, pointer: str, place: str, depth: int
    ) -> tuple[Figure, Kind, Field | None]:
        """Return a figure over records, the kind of its value, and the field it is one value of."""
        figure = Figure(path, place, str(target.label))
        figure.aggregate = document.get("aggregate", "count")
        figure.aggregates = [
            (name, str(label))
            for name, label in AGGREGATE_LABELS.items()
            if name in AGGREGATES and (name in COUNTS or fields_for(name, target))
        ]
        figure.of = document.get("of", "")
        figure.ofs = [(one.key, str(one.label)) for one in fields_for(figure.aggregate, target)]
        self.window(figure, document.get("window"))
        if span := document.get("growth_over"):
            figure.grown, figure.grown_unit = span.get("n", ""), span.get("unit", "years")
        where = document.get("where") or new_group()
        figure.where = self.group(where, f"{path}w", f"{pointer}/where", place, depth + 1, target)
        if figure.aggregate == "count_holders":
            self.holders(figure, document, target, pointer, depth)
        one = target.field(figure.of) if figure.of else None
        if one is None or figure.aggregate in COUNTING or figure.grown:
            return figure, Kind.NUMBER, None
        return figure, one.kind, one

    def holders(self, figure: Figure, document: Document, target: Collection, pointer: str, depth: int) -> None:
        """Draw the groups in each of which one holder needs a record, as one more list of groups."""
        each = document.get("each", [])
        path = f"{figure.path}e"
        figure.holders = Row(path, figure.place, depth + 1, is_group=True, records=True)
        figure.holders.rows = self.listed(each, path, f"{pointer}/each", figure.place, depth + 1, target, False)
        figure.holders_wanted = document.get("at_least", len(each))

    @staticmethod
    def window(figure: Figure, window: Document | None) -> None:
        if not window:
            return
        kind = next((each for each in WINDOW_LABELS if each and each in window), "last" if "trailing" in window else "")
        figure.window = kind
        if kind == "since":
            figure.window_day = window["since"]
        elif kind in {"this", "previous"}:
            figure.window_unit = window[kind]
        elif kind:
            figure.window_n = window.get(kind, window.get("trailing"))
            figure.window_unit = window.get("unit", "months")
        figure.as_of = window.get("as_of", "")
        if back := window.get("back"):
            figure.back, figure.back_unit = back.get("n", ""), back.get("unit", "years")

    # --- operator and value

    def comparison(
        self, path: str, place: str, clause: Document, kind: Kind, one: Field | None, problem: str
    ) -> Comparison:
        known = operators_of(kind, one)
        notes = f"{path.rstrip('ab')}-notes"
        drawn = Comparison(path, place, operator=clause.get("operator", ""), problem=problem, notes=notes)
        for key, operator in known.items():
            drawn.operators.append((key, gettext(operator.words)))
        drawn.suffix = str(one.unit) if one is not None and one.unit else ""
        drawn.example = str(one.example) if one is not None else ""
        chosen = known.get(drawn.operator)
        if chosen is not None:
            self.value(drawn, chosen, clause.get("value"), one)
        return drawn

    @staticmethod
    def against_fields(drawn: Comparison, value: Any, others: list[Option]) -> None:
        """Offer to compare with another field as well, as operators of their own."""
        if not others:
            return
        drawn.others = others
        drawn.operators += [
            (f"{key}{WITH_FIELD}", gettext("%(operator)s the value of") % {"operator": words})
            for key, words in drawn.operators
            if key in FIELD_AGAINST_FIELD
        ]
        if isinstance(value, dict) and "field" in value:
            drawn.operator, drawn.shape, drawn.other = f"{drawn.operator}{WITH_FIELD}", "field", str(value["field"])

    def others(self, one: Field, collection: Collection | None) -> list[Option]:
        """Return the fields that a field can be compared with."""
        fields = collection.fields if collection else self.catalog.fields.values()
        family = next((kinds for kinds in (NUMERIC, DATED) if one.kind in kinds), (one.kind,))
        return [(each.key, str(each.label)) for each in fields if each.kind in family and each.key != one.key]

    def value(self, drawn: Comparison, operator: Operator, value: Any, one: Field | None) -> None:
        choices = self.catalog.choices(one) if one is not None else {}
        drawn.shape = _shape_of(operator, bool(choices))
        picked: list[Any] = []
        if isinstance(value, dict):
            drawn.value, drawn.unit = value.get("n", value.get("latitude", "")), value.get("unit", "")
            drawn.value2, drawn.km = value.get("longitude", ""), value.get("km", "")
            picked = list(value.get("of", []))
        elif isinstance(value, list | tuple):
            picked = list(value)
            if operator.shape in {Shape.RANGE, Shape.DAYS}:
                drawn.value, drawn.value2 = (list(value) + ["", ""])[:2]
            elif drawn.shape == Shape.TEXTS:
                drawn.value = ", ".join(str(each) for each in value)
        else:
            picked = [value]
            drawn.value = "" if value is None else value
        drawn.choices = [(choice.value, str(choice.label), choice.value in picked) for choice in choices.values()]


def _shape_of(operator: Operator, has_choices: bool) -> str:
    if operator.shape is Shape.CHOICE and not has_choices:
        return str(Shape.TEXT)
    if operator.shape in {Shape.CHOICES, Shape.CHOICES_N} and not has_choices:
        return str(Shape.TEXTS)
    return str(operator.shape)


def options_html(picker: Picker) -> str:
    """Return what can be picked as the options of a select."""
    return format_html_join(
        "",
        '<optgroup label="{}">{}</optgroup>',
        (
            (name, format_html_join("", '<option value="{}" data-description="{}">{}</option>', _for_html(options)))
            for name, options in picker
        ),
    )


def _for_html(options: list[tuple[str, str, str]]) -> Iterator[tuple[str, str, str]]:
    return ((value, description, label) for value, label, description in options)


def picker_options(catalog: Catalog) -> Picker:
    """Return what a rule about a partner may ask, in groups."""
    groups = [
        (name, [(f"field:{one.key}", str(one.label), _described(one)) for one in fields])
        for name, fields in catalog.groups.items()
    ]
    records = [(f"collection:{one.key}", str(one.label), _records(one)) for one in catalog.collections.values()]
    if area_collections(catalog):
        described = gettext("Something that each area needs, such as two certified people for every product line sold.")
        records.append((f"{PER_AREA}:", gettext("For each area"), described))
    return [*groups, (gettext("Records"), records)]


def _fields_of(collection: Collection) -> Picker:
    options = [(f"field:{one.key}", str(one.label), _described(one)) for one in collection.fields]
    return [(str(collection.label), options)]


def _records(collection: Collection) -> str:
    """Return what records tell, so that they are found by the names of their fields too."""
    fields = ", ".join(str(one.label) for one in collection.fields)
    return f"{collection.description} {fields}."


def _described(one: Field) -> str:
    unit = gettext("In %(unit)s.") % {"unit": one.unit} if one.unit else ""
    example = gettext("For example %(example)s.") % {"example": one.example} if one.example else ""
    return " ".join(part for part in (str(one.description), unit, example) if part)


def area_options() -> list[Option]:
    """Return what a clause for each area can count."""
    return [(key, str(AREA_LABELS[key])) for key in AREA_FIGURES]
