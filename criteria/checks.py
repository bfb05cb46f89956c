"""Whether a document makes sense in a program: every error names the node at fault, and how to mend it."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from criteria.fields import Catalog, Collection, Field, Kind, no_choices
from criteria.operators import BY_KIND, PERIODS, UNITS, Operator, Shape
from criteria.tree import (
    COUNTS,
    MAX_LIST,
    MAX_TEXT,
    Clause,
    CriteriaError,
    Group,
    Node,
    Operand,
    Problem,
    Window,
    is_whole,
    parse,
    parse_operand,
)

LARGEST = Decimal(10) ** 15
MAX_DIGITS = 40
LONGEST_SPAN = {"days": 36_500, "weeks": 5_200, "months": 1_200, "years": 100}
#: Operators whose value may be another field instead.
FIELD_AGAINST_FIELD = frozenset(
    {">=", "<=", ">", "<", "=", "!=", "equals", "not_equals", "on", "before", "after", "on_or_before", "on_or_after"}
)
NUMERIC = (Kind.NUMBER, Kind.MONEY)
DATED = (Kind.DATE, Kind.MOMENT)
#: Characters that text in a database cannot hold: NUL, and halves of surrogate pairs.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def check(document: Any, catalog: Catalog) -> list[Problem]:
    """Return everything wrong with a document; an empty list means it can be published."""
    try:
        tree = parse(document)
    except CriteriaError as error:
        return error.problems
    return check_tree(tree, catalog)


def check_tree(tree: Group, catalog: Catalog) -> list[Problem]:
    """Return everything wrong with a tree."""
    checker = _Checker(catalog)
    checker.group(tree, "", None)
    return checker.problems


def check_operand(document: Any, catalog: Catalog) -> list[Problem]:
    """Return everything wrong with a numeric operand, such as what a metric measures."""
    try:
        operand = parse_operand(document)
    except CriteriaError as error:
        return error.problems
    checker = _Checker(catalog)
    kind = checker.operand(operand, "", None)
    if not checker.problems and kind not in NUMERIC:
        checker.fault("/field", "not_a_number", "Choose a field that is a number.")
    return checker.problems


def operator_of(clause: Clause, catalog: Catalog, collection: Collection | None = None) -> Operator | None:
    """Return the clause's operator, or None where field or operator are unknown."""
    kind = kind_of(clause.operand, catalog, collection)
    return BY_KIND[kind].get(clause.operator) if kind else None


def kind_of(operand: Operand, catalog: Catalog, collection: Collection | None = None) -> Kind | None:
    """Return the kind of value an operand has, or None where a name is unknown."""
    if operand.field:
        field = field_of(operand, catalog, collection)
        return field.kind if field else None
    if operand.aggregate in {*COUNTS, "count_distinct"}:
        return Kind.NUMBER
    target = catalog.collections.get(operand.collection)
    field = target.field(operand.of) if target else None
    return field.kind if field else None


def field_of(operand: Operand, catalog: Catalog, collection: Collection | None = None) -> Field | None:
    """Return the field an operand names: one of the collection inside `where`, else one of the partner."""
    return collection.field(operand.field) if collection else catalog.fields.get(operand.field)


class _Checker:
    """Walks a tree, noting every fault."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.problems: list[Problem] = []

    def fault(self, path: str, code: str, message: str) -> None:
        self.problems.append(Problem(path, code, message))

    def node(self, node: Node, path: str, collection: Collection | None) -> None:
        if isinstance(node, Group):
            self.group(node, path, collection)
        else:
            self.clause(node, path, collection)

    def group(self, group: Group, path: str, collection: Collection | None) -> None:
        if path and not group.rules:
            self.fault(
                path,
                "empty_group",
                "This group is empty. Add a rule or remove the group.",
            )
        for index, rule in enumerate(group.rules):
            self.node(rule, f"{path}/rules/{index}", collection)

    def clause(self, clause: Clause, path: str, collection: Collection | None) -> None:
        kind = self.operand(clause.operand, path, collection)
        if kind is None:
            return
        operator = BY_KIND[kind].get(clause.operator)
        if operator is None:
            self.fault(
                f"{path}/operator",
                "unknown_operator",
                f"“{clause.operator[:40]}” does not fit this field.",
            )
            return
        field = field_of(clause.operand, self.catalog, collection) if clause.operand.field else self._of(clause.operand)
        self.value(clause, operator, kind, field, path, collection)

    def _of(self, operand: Operand) -> Field | None:
        target = self.catalog.collections.get(operand.collection)
        return target.field(operand.of) if target and operand.of and operand.aggregate in {"first", "latest"} else None

    # --- operands

    def operand(self, operand: Operand, path: str, collection: Collection | None) -> Kind | None:
        if operand.field:
            field = field_of(operand, self.catalog, collection)
            if field is None:
                self.fault(
                    f"{path}/field",
                    "unknown_field",
                    f"There is no field “{operand.field[:60]}”.",
                )
            return field.kind if field else None
        if collection is not None:
            self.fault(
                f"{path}/collection",
                "nested_collection",
                "Records cannot be asked about other records.",
            )
            return None
        target = self.catalog.collections.get(operand.collection)
        if target is None:
            self.fault(
                f"{path}/collection",
                "unknown_collection",
                f"There are no records “{operand.collection[:60]}”.",
            )
            return None
        if operand.where is not None:
            self.group(operand.where, f"{path}/where", target)
        if operand.window is not None:
            self.window(operand.window, f"{path}/window")
        return self.aggregate(operand, target, path)

    def aggregate(self, operand: Operand, target: Collection, path: str) -> Kind | None:
        if operand.aggregate in COUNTS:
            return Kind.NUMBER
        field = target.field(operand.of)
        if field is None:
            self.fault(
                f"{path}/of",
                "unknown_field",
                f"{target.label} have no field “{operand.of[:60]}”.",
            )
            return None
        allowed = {
            "count_distinct": tuple(kind for kind in Kind if kind not in {Kind.MULTI, Kind.RULES}),
            "sum": NUMERIC,
            "average": NUMERIC,
            "min": NUMERIC + DATED,
            "max": NUMERIC + DATED,
            "first": NUMERIC + DATED + (Kind.TEXT, Kind.CHOICE),
            "latest": NUMERIC + DATED + (Kind.TEXT, Kind.CHOICE),
        }[operand.aggregate]
        if field.kind not in allowed:
            self.fault(
                f"{path}/of",
                "wrong_type",
                f"“{field.label}” has no {operand.aggregate.replace('_', ' ')}.",
            )
            return None
        return Kind.NUMBER if operand.aggregate == "count_distinct" else field.kind

    def window(self, window: Window, path: str) -> None:
        if window.kind == "since":
            self.day(window.day, f"{path}/since")
        elif window.kind in {"this", "previous"}:
            if window.unit not in PERIODS:
                self.fault(path, "unknown_unit", f"Choose one of {', '.join(PERIODS)}.")
        else:
            self.span(window.n, window.unit, path)

    # --- values

    def value(
        self,
        clause: Clause,
        operator: Operator,
        kind: Kind,
        field: Field | None,
        path: str,
        collection: Collection | None,
    ) -> None:
        value, path = clause.value, f"{path}/value"
        if operator.shape is Shape.NONE:
            return
        if value is None or value in ("", ()):
            self.fault(path, "value_missing", "Enter a value.")
            return
        if isinstance(value, dict) and set(value) == {"field"}:
            self.other_field(value, operator, kind, path, collection)
            return
        match operator.shape:
            case Shape.TEXT:
                self.text(value, path)
            case Shape.TEXTS:
                self.each(value, path, self.text)
            case Shape.NUMBER:
                self.number(value, path)
            case Shape.RANGE:
                self.pair(value, path, self.number, as_number)
            case Shape.DAY:
                self.day(value, path)
            case Shape.DAYS:
                self.pair(value, path, self.day, str)
            case Shape.SPAN:
                self.span_value(value, path)
            case Shape.PERIOD:
                if value not in PERIODS:
                    self.fault(path, "unknown_unit", f"Choose one of {', '.join(PERIODS)}.")
            case Shape.CHOICE:
                self.choice(value, path, field)
            case Shape.CHOICES:
                self.each(value, path, lambda one, where: self.choice(one, where, field))
            case Shape.CHOICES_N:
                self.choices_n(value, path, field)

    def other_field(
        self,
        value: dict[str, Any],
        operator: Operator,
        kind: Kind,
        path: str,
        collection: Collection | None,
    ) -> None:
        other = field_of(Operand(field=str(value["field"])), self.catalog, collection)
        if other is None:
            self.fault(
                f"{path}/field",
                "unknown_field",
                f"There is no field “{str(value['field'])[:60]}”.",
            )
        elif operator.key not in FIELD_AGAINST_FIELD:
            self.fault(path, "wrong_type", "This comparison needs a value, not a field.")
        elif _family(other.kind) != _family(kind):
            self.fault(
                f"{path}/field",
                "wrong_type",
                f"“{other.label}” cannot be compared with this field.",
            )

    def text(self, value: Any, path: str) -> None:
        if not isinstance(value, str) or not value.strip():
            self.fault(path, "not_text", "Enter a text.")
        elif len(value) > MAX_TEXT:
            self.fault(path, "too_long", f"At most {MAX_TEXT} characters.")
        elif _UNSTORABLE.search(value):
            self.fault(path, "not_text", "This text holds a character that cannot be stored.")

    def number(self, value: Any, path: str) -> None:
        number = as_number(value)
        if number is None:
            self.fault(path, "not_a_number", "Enter a number.")
        elif abs(number) > LARGEST:
            self.fault(path, "too_large", "This number is too large.")

    def day(self, value: Any, path: str) -> None:
        if as_day(value) is None:
            self.fault(path, "not_a_day", "Enter a day as year-month-day.")

    def span_value(self, value: Any, path: str) -> None:
        if not isinstance(value, dict) or set(value) != {"n", "unit"}:
            self.fault(path, "not_a_span", "Say how many days, weeks, months or years.")
            return
        self.span(value["n"], value["unit"], path)

    def span(self, n: Any, unit: Any, path: str) -> None:
        if unit not in UNITS:
            self.fault(f"{path}/unit", "unknown_unit", f"Choose one of {', '.join(UNITS)}.")
        elif not is_whole(n) or not 1 <= n <= LONGEST_SPAN[unit]:
            self.fault(
                path,
                "bad_number",
                f"Enter a whole number of {unit} from 1 to {LONGEST_SPAN[unit]}.",
            )

    def choice(self, value: Any, path: str, field: Field | None) -> None:
        is_text = isinstance(value, str) and 0 < len(value) <= MAX_TEXT and not _UNSTORABLE.search(value)
        offered = None if field is None or field.choices is no_choices else self.catalog.choices(field)
        if not is_text or (offered is not None and value not in offered):
            self.fault(
                path,
                "unknown_choice",
                f"“{str(value)[:60]}” is not one of the choices.",
            )

    def choices_n(self, value: Any, path: str, field: Field | None) -> None:
        if not isinstance(value, dict) or set(value) != {"n", "of"} or not isinstance(value["of"], tuple):
            self.fault(path, "not_a_list", "Say how many, and of which.")
            return
        self.each(value["of"], f"{path}/of", lambda one, where: self.choice(one, where, field))
        if not is_whole(value["n"]) or not 1 <= value["n"] <= len(set(value["of"])):
            self.fault(
                f"{path}/n",
                "bad_number",
                "Enter how many: 1 up to the number of choices.",
            )

    def each(self, values: Any, path: str, one_check: Any) -> None:
        if not isinstance(values, tuple):
            self.fault(path, "not_a_list", "Enter one value or more.")
            return
        if len(values) > MAX_LIST:
            self.fault(path, "too_long", f"At most {MAX_LIST} values.")
            return
        for index, one in enumerate(values):
            one_check(one, f"{path}/{index}")

    def pair(self, values: Any, path: str, one_check: Any, key: Any) -> None:
        if not isinstance(values, tuple) or len(values) != 2:
            self.fault(path, "not_a_range", "Enter a first and a last value.")
            return
        before = len(self.problems)
        for index, one in enumerate(values):
            one_check(one, f"{path}/{index}")
        if len(self.problems) == before and key(values[0]) > key(values[1]):
            self.fault(path, "empty_range", "The first value is larger than the last.")


def as_number(value: Any) -> Decimal | None:
    """Return the value as an exact number, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    if isinstance(value, int) and value.bit_length() > MAX_DIGITS * 4:
        return None
    text = str(value).strip()
    if len(text) > MAX_DIGITS:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(int(number.as_tuple().exponent)) <= MAX_DIGITS else None


def as_day(value: Any) -> date | None:
    """Return the day of a text like 2030-03-18, or None."""
    if not isinstance(value, str):
        return None
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if day.isoformat() == value else None


def _family(kind: Kind) -> str:
    families: Iterable[tuple[str, tuple[Kind, ...]]] = (
        ("number", NUMERIC),
        ("day", DATED),
    )
    return next((name for name, kinds in families if kind in kinds), kind)
