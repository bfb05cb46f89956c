"""Whether a document makes sense in a program: every error names the node at fault, and how to mend it."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from criteria.fields import Catalog, Collection, Field, Kind, no_choices
from criteria.operators import CHANGES, PERIODS, UNITS, Operator, Shape, operators_of
from criteria.tree import (
    COUNTING,
    COUNTS,
    MAX_LIST,
    MAX_TEXT,
    PEER_FUNCTIONS,
    Area,
    Clause,
    CriteriaError,
    Formula,
    Function,
    Group,
    Node,
    Number,
    Operand,
    PerArea,
    Problem,
    Span,
    Window,
    is_whole,
    parse,
    parse_formula,
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
#: Kinds whose field holds one value that can be told from another.
SINGLE = tuple(kind for kind in Kind if kind not in {Kind.MULTI, Kind.RULES, Kind.PLACE})
DATED = (Kind.DATE, Kind.MOMENT)
#: Kinds of field that can name an area, such as a product line or a country.
NAMING = (Kind.TEXT, Kind.CHOICE, Kind.MULTI)
#: Years in which a window may be told to lie, so that no calendar ends when it is moved.
YEARS = (1900, 2200)
MAX_PLACES = 6
MAX_BANDS = 50
#: How many formulas a function takes: (fewest, most).
ARITY = {
    "sum": (1, 50),
    "difference": (2, 50),
    "product": (1, 50),
    "ratio": (2, 2),
    "growth": (2, 2),
    "best": (1, 50),
    "worst": (1, 50),
    "average": (1, 50),
    "first_known": (1, 50),
    "points": (0, 0),
}
PEERS = ("everybody", "country", "region", "category")
FREEZES = ("month", "quarter", "year", "fiscal_quarter", "fiscal_year")
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
    checker.numeric(operand, "")
    return checker.problems


def check_formula(document: Any, catalog: Catalog) -> list[Problem]:
    """Return everything wrong with a formula, such as a measure is; an empty list means it can be published."""
    try:
        formula = parse_formula(document)
    except CriteriaError as error:
        return error.problems
    checker = _Checker(catalog)
    checker.formula(formula, "", is_whole_formula=True)
    return checker.problems


def operator_of(clause: Clause, catalog: Catalog, collection: Collection | None = None) -> Operator | None:
    """Return the clause's operator, or None where field or operator are unknown."""
    kind = kind_of(clause.operand, catalog, collection)
    if kind is None:
        return None
    field = field_of(clause.operand, catalog, collection) if clause.operand.field else None
    return operators_of(kind, field).get(clause.operator)


def kind_of(operand: Operand, catalog: Catalog, collection: Collection | None = None) -> Kind | None:
    """Return the kind of value an operand has, or None where a name is unknown."""
    if is_counted(operand):
        return Kind.NUMBER
    field = measured_field(operand, catalog, collection)
    return field.kind if field else None


def is_counted(operand: Operand) -> bool:
    """Say whether an operand is a plain number, whatever field it is taken of: a count, a growth, a figure of areas."""
    return operand.per_area is not None or operand.growth_over is not None or operand.aggregate in COUNTING


def measured_field(operand: Operand, catalog: Catalog, collection: Collection | None = None) -> Field | None:
    """Return the field that gives an operand its unit and choices: None for counts and for unknown names."""
    if operand.field:
        return field_of(operand, catalog, collection)
    target = catalog.collections.get(operand.collection)
    return target.field(operand.of) if target and not is_counted(operand) else None


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
        if group.disabled:
            return
        if path and not group.rules:
            self.fault(
                path,
                "empty_group",
                "This group is empty. Add a rule or remove the group.",
            )
        for index, rule in enumerate(group.rules):
            self.node(rule, f"{path}/rules/{index}", collection)

    def clause(self, clause: Clause, path: str, collection: Collection | None) -> None:
        if clause.disabled:
            return
        kind = self.operand(clause.operand, path, collection)
        if kind is None:
            return
        field = measured_field(clause.operand, self.catalog, collection)
        operator = operator_of(clause, self.catalog, collection)
        if operator is None:
            unrecorded = clause.operator in {one.key for one in CHANGES}
            fault = "It is not recorded when this changes." if unrecorded else "“{}” does not fit this field."
            self.fault(f"{path}/operator", "unknown_operator", fault.format(clause.operator[:40]))
            return
        self.value(clause, operator, kind, field, path, collection)

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
            self.fault(f"{path}/collection", "nested_collection", "Records cannot be asked about other records.")
            return None
        if operand.per_area is not None:
            self.per_area(operand.per_area, f"{path}/per_area")
            return Kind.NUMBER
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
        for index, group in enumerate(operand.each):
            self.group(group, f"{path}/each/{index}", target)
        if operand.window is not None:
            self.window(operand.window, f"{path}/window")
        kind = self.aggregate(operand, target, path)
        if operand.growth_over is not None:
            self.growth(operand, kind, path)
            return Kind.NUMBER
        return kind

    def growth(self, operand: Operand, kind: Kind | None, path: str) -> None:
        self.whole_span(operand.growth_over, f"{path}/growth_over")
        if operand.window is None:
            self.fault(f"{path}/window", "window_missing", "Say which stretch of time is compared with the one before.")
        if kind is not None and kind not in NUMERIC:
            self.fault(f"{path}/of", "wrong_type", "Only numbers grow.")

    def per_area(self, per_area: PerArea, path: str) -> None:
        for name, area in (("areas", per_area.areas), ("need", per_area.need)):
            self.area(area, f"{path}/{name}")

    def area(self, area: Area, path: str) -> None:
        self.clause(area.clause, path, None)
        target = self.catalog.collections.get(area.clause.operand.collection)
        by = target.field(area.by) if target else None
        if target is not None and (by is None or by.kind not in NAMING):
            self.fault(f"{path}/by", "unknown_field", f"{target.label} have no areas “{area.by[:60]}”.")

    def numeric(self, operand: Operand, path: str) -> None:
        before = len(self.problems)
        kind = self.operand(operand, path, None)
        if len(self.problems) == before and kind not in NUMERIC:
            self.fault(f"{path}/field", "not_a_number", "Choose a field that is a number.")

    # --- formulas

    def formula(self, formula: Formula, path: str, *, is_whole_formula: bool = False) -> None:
        if isinstance(formula, Number):
            self.number(formula.value, f"{path}/number")
        elif isinstance(formula, Operand):
            self.numeric(formula, path)
        else:
            if formula.name in PEER_FUNCTIONS and not is_whole_formula:
                self.fault(path, "peers_inside", "Make this a measure of its own, and use that one here.")
            self.function(formula, path)

    def function(self, one: Function, path: str) -> None:
        fewest, most = ARITY.get(one.name, (1, 1))
        if not fewest <= len(one.of) <= most:
            many = f"{fewest}" if fewest == most else f"{fewest} to {most}"
            self.fault(f"{path}/of", "bad_number", f"“{one.name}” takes {many} of these.")
        for index, inner in enumerate(one.of):
            self.formula(inner, f"{path}/of/{index}")
        for index, part in enumerate(one.parts):
            self.formula(part.of, f"{path}/parts/{index}/of")
            self.number(part.each, f"{path}/parts/{index}/each")
            if part.cap is not None:
                self.number(part.cap, f"{path}/parts/{index}/cap")
        if one.where is not None:
            self.group(one.where, f"{path}/where", None)
        elif one.name == "gate":
            self.fault(f"{path}/where", "value_missing", "Say what must hold.")
        self.settings(one, path)

    def settings(self, one: Function, path: str) -> None:
        settings = one.settings
        for name in ("if_zero", "from", "to", "cap", "otherwise", "target", "points"):
            if name in settings:
                self.number(settings[name], f"{path}/{name}")
        match one.name:
            case "clamp":
                self.limits(settings, path)
            case "round":
                if not is_whole(settings.get("places", 0)) or not 0 <= settings.get("places", 0) <= MAX_PLACES:
                    self.fault(f"{path}/places", "bad_number", f"Enter a whole number from 0 to {MAX_PLACES}.")
            case "credit":
                target = as_number(settings.get("target"))
                if target is None or target <= 0:
                    self.fault(f"{path}/target", "bad_number", "Enter the target: a number above 0.")
            case "bands":
                self.bands(settings.get("bands"), f"{path}/bands")
            case "percentile" | "rank":
                self.peers(settings, path)

    def limits(self, settings: dict[str, Any], path: str) -> None:
        low, high = as_number(settings.get("from")), as_number(settings.get("to"))
        if "from" not in settings and "to" not in settings:
            self.fault(f"{path}/from", "value_missing", "Say from where, or up to where.")
        elif low is not None and high is not None and low > high:
            self.fault(f"{path}/to", "empty_range", "The first value is larger than the last.")

    def bands(self, bands: Any, path: str) -> None:
        if not isinstance(bands, tuple) or not 1 <= len(bands) <= MAX_BANDS:
            self.fault(path, "not_a_list", f"Enter 1 to {MAX_BANDS} bands.")
            return
        last: Decimal | None = None
        for index, band in enumerate(bands):
            here = f"{path}/{index}"
            if not isinstance(band, dict) or set(band) != {"from", "value"}:
                self.fault(here, "not_a_band", "A band begins from a number and has a value.")
                return
            self.number(band["from"], f"{here}/from")
            self.number(band["value"], f"{here}/value")
            start = as_number(band["from"])
            if start is not None and last is not None and start <= last:
                self.fault(f"{here}/from", "empty_range", "Bands go upwards: this one begins below the one before.")
            last = start

    def peers(self, settings: dict[str, Any], path: str) -> None:
        peers, frozen = settings.get("peers", "everybody"), settings.get("frozen", "")
        if not isinstance(peers, str) or not self.knows_peers(peers):
            message = f"Choose one of {', '.join(PEERS)}, a tier ladder or a segment."
            self.fault(f"{path}/peers", "unknown_choice", message)
        if frozen != "" and frozen not in FREEZES and not is_day_in_reach(frozen):
            self.fault(f"{path}/frozen", "not_a_day", f"Enter a day, or one of {', '.join(FREEZES)}.")

    def knows_peers(self, peers: str) -> bool:
        way, _, key = peers.partition(":")
        if way == "segment":
            return key in self.choices_of("segments")
        if way == "tier":
            return any(choice.startswith(f"{key}.") for choice in self.choices_of("tiers"))
        return peers in PEERS

    def choices_of(self, name: str) -> Iterable[str]:
        field = self.catalog.fields.get(name)
        return () if field is None else self.catalog.choices(field)

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
            "count_distinct": SINGLE,
            "count_holders": SINGLE,
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
        return Kind.NUMBER if operand.aggregate in COUNTING else field.kind

    def window(self, window: Window, path: str) -> None:
        if window.as_of:
            self.day_in_reach(window.as_of, f"{path}/as_of")
        if window.back is not None:
            self.whole_span(window.back, f"{path}/back")
        if window.kind == "since":
            self.day_in_reach(window.day, f"{path}/since")
        elif window.kind in {"this", "previous"}:
            if window.unit not in PERIODS:
                self.fault(path, "unknown_unit", f"Choose one of {', '.join(PERIODS)}.")
        else:
            self.span(window.n, window.unit, path)

    def day_in_reach(self, value: str, path: str) -> None:
        if not is_day_in_reach(value):
            message = f"Enter a day as year-month-day, from {YEARS[0]} to {YEARS[1]}."
            self.fault(path, "not_a_day", message)

    def whole_span(self, span: Span | None, path: str) -> None:
        if span is not None:
            self.span(span.n, span.unit, path)

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
            case Shape.CHOICES_SPAN:
                self.choices_span(value, path, field)
            case Shape.CIRCLE:
                self.circle(value, path)

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

    def choices_span(self, value: Any, path: str, field: Field | None) -> None:
        if not isinstance(value, dict) or set(value) != {"n", "unit", "of"} or not value["of"]:
            self.fault(path, "not_a_list", "Say of which, and for how many days, weeks, months or years.")
            return
        self.each(value["of"], f"{path}/of", lambda one, where: self.choice(one, where, field))
        self.span(value["n"], value["unit"], path)

    def circle(self, value: Any, path: str) -> None:
        if not isinstance(value, dict) or set(value) != {"latitude", "longitude", "km"}:
            self.fault(path, "not_a_circle", "Enter latitude and longitude in degrees, and a distance in kilometres.")
            return
        for name, lowest, highest in (("latitude", -90, 90), ("longitude", -180, 180), ("km", 0, 20_040)):
            number = as_number(value[name])
            if number is None or not lowest <= number <= highest:
                self.fault(f"{path}/{name}", "bad_number", f"Enter a number from {lowest} to {highest}.")

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


def is_day_in_reach(value: Any) -> bool:
    """Say whether a value is a day that windows may be told to lie at."""
    day = as_day(value)
    return day is not None and YEARS[0] <= day.year <= YEARS[1]


def _family(kind: Kind) -> str:
    families: Iterable[tuple[str, tuple[Kind, ...]]] = (
        ("number", NUMERIC),
        ("day", DATED),
    )
    return next((name for name, kinds in families if kind in kinds), kind)
