"""Draws a criteria document: every node becomes a row with its controls, and with what is wrong with it."""

import json
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from criteria.checks import DATED, FIELD_AGAINST_FIELD, NUMERIC
from criteria.fields import Catalog, Collection, Field, Kind
from criteria.operators import Operator, Shape, operators_of
from criteria.tree import AGGREGATES, COUNTING, COUNTS, MAX_DEPTH, Problem
from segmentation.forms.rule_acts import size
from segmentation.forms.rule_form import (
    PER_AREA,
    WITH_FIELD,
    Document,
    area_collections,
    area_fields,
    fields_for,
    new_group,
)
from segmentation.forms.rule_options import (
    AGGREGATE_LABELS,
    PARTNER_PICKER,
    WINDOW_LABELS,
    Option,
    fields_of,
    options_html,
    picker_options,
)
from segmentation.forms.rule_rows import Comparison, Figure, Row

#: A new group may be put into one at most so deep.
DEEPEST_WITH_GROUPS = MAX_DEPTH - 2
#: With more nodes the page holds the list of what a rule can be about once, and not with each.
WHOLE_LISTS = 8


def rows(
    document: Document,
    catalog: Catalog,
    problems: list[Problem],
    cautions: list[Problem] | None = None,
    *,
    focus: str = "",
) -> Row:
    """Return the document as the template draws it, each problem and caution at its node.

    The control that gets the `focus` has its whole list in any case.
    """
    drawer = _Drawer(catalog, problems, cautions or [])
    drawer.focus, drawer.has_whole_lists = focus, size(document) <= WHOLE_LISTS
    return drawer.root(document)


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


class _Drawer:
    """Draws a document, node by node."""

    def __init__(self, catalog: Catalog, problems: list[Problem], cautions: list[Problem]) -> None:
        self.catalog = catalog
        self.problems = problems
        self.cautions = cautions
        self.pickers: dict[str, str] = {}
        self.has_whole_lists = True
        self.focus = ""

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
        if collection is None and not self.has_whole_lists and self.focus != f"{row.path}-what":
            row.is_short = True
            return format_html('<option value="{}" selected>{}</option>', row.what, row.label)
        if row.picker_id not in self.pickers:
            self.pickers[row.picker_id] = options_html(
                fields_of(collection) if collection else picker_options(self.catalog)
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
