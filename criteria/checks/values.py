"""Whether a value has the shape that its operator asks for."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from criteria.checks.lookups import field_of
from criteria.fields import Catalog, Collection, Field, Kind, no_choices
from criteria.operators import PERIODS, UNITS, Operator, Shape
from criteria.tree import MAX_LIST, MAX_TEXT, Clause, Operand, Problem, Span, Window, is_whole

LARGEST = Decimal(10) ** 15
MAX_DIGITS = 40
LONGEST_SPAN = {"days": 36_500, "weeks": 5_200, "months": 1_200, "years": 100}
#: Operators whose value may be another field instead.
FIELD_AGAINST_FIELD = frozenset(
    {">=", "<=", ">", "<", "=", "!=", "equals", "not_equals", "on", "before", "after", "on_or_before", "on_or_after"}
)
NUMERIC = (Kind.NUMBER, Kind.MONEY)
DATED = (Kind.DATE, Kind.MOMENT)
#: Years in which a window may be told to lie, so that no calendar ends when it is moved.
YEARS = (1900, 2200)
#: Characters that text in a database cannot hold: NUL, and halves of surrogate pairs.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class ValueChecks:
    """Notes what is wrong with values, windows and spans of time."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.problems: list[Problem] = []

    def fault(self, path: str, code: str, message: str) -> None:
        self.problems.append(Problem(path, code, message))

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
