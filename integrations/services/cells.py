"""What a cell means: days, numbers, money, yes and no, lists, in the many ways people write them.

A cell that may mean two things (03/04/2026, 1.234) is read as its column is: by what the other cells of the column
show, or as the person importing chose.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext as _

from core.money import SCALES

SPACES = re.compile(r"[\s\u00a0\u202f\u2007\u2009'’]")
ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]\d{1,2}:\d{2}.*)?")
DOTTED_DAY = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d{2})(?:\s\d{1,2}:\d{2}.*)?")
SLASHED_DAY = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})(?:,?\s\d{1,2}:\d{2}.*)?")
COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
YEAR_FIRST_SLASHED = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})(?:\s\d{1,2}:\d{2}.*)?")
WORDED_DAY = re.compile(r"(\d{1,2})\.?[ -]([^\W\d]{3,9})\.?,?[ -](\d{4})")
WORDED_MONTH_FIRST = re.compile(r"([^\W\d]{3,9})\.? (\d{1,2}),? (\d{4})")
MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan", "feb", "mar mär mae", "apr", "may mai", "jun", "jul", "aug", "sep", "oct okt", "nov", "dec dez"),
        start=1,
    )
    for name in names.split()
}
CENTURY = 2000

NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*|[+-]?[.,]\d+")
SYMBOLS = {"€": "EUR", "$": "USD", "US$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "zł": "PLN", "kr": ""}
CURRENCY_WORD = re.compile(r"^([A-Z]{3}|US\$|[€$£¥₹₩]|zł|Fr\.?)\s*|\s*([A-Z]{3}|US\$|[€$£¥₹₩]|zł|Fr\.?)$")

YES = frozenset(
    [
        "yes",
        "y",
        "true",
        "t",
        "1",
        "x",
        "on",
        "ja",
        "j",
        "wahr",
        "oui",
        "o",
        "vrai",
        "si",
        "sí",
        "s",
        "sim",
        "✓",
        "✔",
        "active",
        "aktiv",
    ]
)
NO = frozenset(
    ["no", "n", "false", "f", "0", "-", "off", "nein", "falsch", "non", "faux", "não", "nao", "inactive", "inaktiv"]
)
LIST_SEPARATORS = (";", "|", "\n", ",")


class CellError(ValueError):
    """A cell cannot be understood. Has a stable code and a sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


class DayOrder(StrEnum):
    """How a column writes days with slashes."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"


class DecimalMark(StrEnum):
    """What parts whole from fraction in a column's numbers."""

    POINT = "point"
    COMMA = "comma"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a column's cells show: the reading that most of them need, and whether any of them decided it."""

    reading: str
    is_sure: bool
    contradicted: bool = False


# --- days


def day_order(cells: Iterable[str]) -> Evidence:
    """Return how a column writes its days, by the cells that can be read in one way only."""
    day_first = month_first = unclear = 0
    for cell in cells:
        if not (found := SLASHED_DAY.fullmatch(cell.strip())):
            continue
        first, second = int(found[1]), int(found[2])
        day_first += first > 12 >= second
        month_first += second > 12 >= first
        unclear += first <= 12 and second <= 12 and first != second
    order = DayOrder.MONTH_FIRST if month_first > day_first else DayOrder.DAY_FIRST
    return Evidence(order, bool(day_first or month_first) or not unclear, bool(day_first and month_first))


def day(cell: str, order: str = DayOrder.DAY_FIRST) -> date:
    """Return the day a cell means."""
    text = cell.strip()
    for pattern, places in (
        (ISO_DAY, "ymd"),
        (DOTTED_DAY, "dmy"),
        (SLASHED_DAY, order),
        (COMPACT_DAY, "ymd"),
        (YEAR_FIRST_SLASHED, "ymd"),
    ):
        if found := pattern.fullmatch(text):
            return _day(text, **dict(zip(places, map(int, found.groups()), strict=True)))
    if found := WORDED_DAY.fullmatch(text):
        return _day(text, d=int(found[1]), m=_month(text, found[2]), y=int(found[3]))
    if found := WORDED_MONTH_FIRST.fullmatch(text):
        return _day(text, d=int(found[2]), m=_month(text, found[1]), y=int(found[3]))
    raise _no_day(text)


def _day(text: str, *, d: int, m: int, y: int) -> date:
    year = y if y >= 100 else CENTURY + y
    try:
        return date(year, m, d)
    except ValueError:
        raise _no_day(text) from None


def _month(text: str, word: str) -> int:
    number = MONTHS.get(word[:3].casefold())
    if number is None:
        raise _no_day(text)
    return number


def _no_day(text: str) -> CellError:
    return CellError("not_a_date", _("“%(text)s” is not a date.") % {"text": text[:60]})


# --- numbers and money


def decimal_mark(cells: Iterable[str]) -> Evidence:
    """Return which mark parts whole from fraction in a column, by the cells that can be read in one way only."""
    votes = {DecimalMark.POINT: 0, DecimalMark.COMMA: 0}
    unclear = 0
    for cell in cells:
        digits = _digits(cell)
        if mark := _mark_of(digits):
            votes[mark] += 1
        elif "," in digits or "." in digits:
            unclear += 1
    mark = DecimalMark.COMMA if votes[DecimalMark.COMMA] > votes[DecimalMark.POINT] else DecimalMark.POINT
    return Evidence(mark, any(votes.values()) or not unclear, all(votes.values()))


def _digits(cell: str) -> str:
    return SPACES.sub("", _without_currency(cell)[0])


def _mark_of(digits: str) -> DecimalMark | None:
    """Return the decimal mark a number shows by itself, or None: 1.234 may be either, 12 has none."""
    comma, point = digits.rfind(","), digits.rfind(".")
    if comma < 0 and point < 0:
        return None
    if comma >= 0 and point >= 0:
        return DecimalMark.COMMA if comma > point else DecimalMark.POINT
    mark, at = (DecimalMark.COMMA, comma) if comma >= 0 else (DecimalMark.POINT, point)
    letter = digits[at]
    if digits.count(letter) > 1:  # 1.234.567: thousands
        return DecimalMark.POINT if mark is DecimalMark.COMMA else DecimalMark.COMMA
    whole = digits[:at].lstrip("+-")
    if len(digits) - at - 1 != 3 or len(whole) > 3 or whole in {"", "0"}:
        return mark
    return None


def number(cell: str, mark: str = DecimalMark.POINT) -> Decimal:
    """Return the number a cell means."""
    digits = SPACES.sub("", cell)
    if digits.startswith("(") and digits.endswith(")"):
        digits = f"-{digits[1:-1]}"
    digits = digits.replace("−", "-")
    if not NUMBER.fullmatch(digits):
        raise CellError("not_a_number", _("“%(text)s” is not a number.") % {"text": cell.strip()[:60]})
    shown = _mark_of(digits) or mark
    decimal, thousands = (",", ".") if shown == DecimalMark.COMMA else (".", ",")
    whole, _point, fraction = digits.partition(decimal)
    if not _grouped(whole, thousands) or thousands in fraction or decimal in fraction:
        raise CellError("not_a_number", _("“%(text)s” is not a number.") % {"text": cell.strip()[:60]})
    return Decimal(whole.replace(thousands, "") + ("." + fraction if fraction else ""))


def _grouped(whole: str, thousands: str) -> bool:
    """Whether the thousands stand where thousands stand."""
    groups = whole.lstrip("+-").split(thousands)
    return len(groups) == 1 or (1 <= len(groups[0]) <= 3 and all(2 <= len(group) <= 3 for group in groups[1:]))


def whole_number(cell: str, mark: str = DecimalMark.POINT) -> int:
    """Return the whole number a cell means: 1.200 is twelve hundred here, whatever the column's mark."""
    other = DecimalMark.COMMA if mark == DecimalMark.POINT else DecimalMark.POINT
    found = next((one for one in (number(cell, mark), number(cell, other)) if one == one.to_integral_value()), None)
    if found is None:
        raise CellError("not_a_whole_number", _("“%(text)s” is not a whole number.") % {"text": cell.strip()[:60]})
    return int(found)


def money(cell: str, mark: str = DecimalMark.POINT) -> tuple[Decimal, str]:
    """Return the amount a cell means and its currency; empty where the cell does not say one."""
    digits, currency = _without_currency(cell)
    try:
        return number(digits, mark), currency
    except CellError:
        raise CellError("not_an_amount", _("“%(text)s” is not an amount.") % {"text": cell.strip()[:60]}) from None


def _without_currency(cell: str) -> tuple[str, str]:
    text = cell.strip()
    sign = ""
    if text[:1] in "+-−" and len(text) > 1 and not text[1].isdigit():
        sign, text = text[0], text[1:].strip()
    found = CURRENCY_WORD.search(text)
    if not found:
        return sign + text, ""
    word = found[1] or found[2]
    currency = SYMBOLS.get(word, "CHF" if word.startswith("Fr") else word)
    return sign + CURRENCY_WORD.sub("", text, count=1), currency


def currency(cell: str) -> str:
    """Return the currency a cell names by code or symbol."""
    text = cell.strip()
    found = SYMBOLS.get(text, text.upper())
    if not re.fullmatch(r"[A-Z]{3}", found) or not _is_currency(found):
        raise CellError("unknown_currency", _("“%(text)s” is not a currency.") % {"text": text[:60]})
    return found


def _is_currency(code: str) -> bool:
    return code in SCALES or code in COMMON_CURRENCIES


COMMON_CURRENCIES = frozenset(
    [
        "AED",
        "ARS",
        "AUD",
        "BGN",
        "BRL",
        "CAD",
        "CHF",
        "CNY",
        "COP",
        "CZK",
        "DKK",
        "EGP",
        "EUR",
        "GBP",
        "GEL",
        "HKD",
        "HUF",
        "IDR",
        "ILS",
        "INR",
        "KES",
        "KZT",
        "LKR",
        "MAD",
        "MXN",
        "MYR",
        "NGN",
        "NOK",
        "NZD",
        "PEN",
        "PHP",
        "PKR",
        "PLN",
        "QAR",
        "RON",
        "RSD",
        "RUB",
        "SAR",
        "SEK",
        "SGD",
        "THB",
        "TRY",
        "TWD",
        "UAH",
        "USD",
        "UYU",
        "ZAR",
    ]
)


# --- yes and no, lists


def yes_no(cell: str) -> bool:
    """Return whether a cell says yes."""
    word = cell.strip().casefold()
    if word in YES:
        return True
    if word in NO:
        return False
    raise CellError("not_yes_or_no", _("“%(text)s” is neither yes nor no.") % {"text": cell.strip()[:60]})


def several(cell: str) -> list[str]:
    """Return the parts of a cell that holds several values; the first separator it has parts it."""
    separator = next((each for each in LIST_SEPARATORS if each in cell), None)
    parts = cell.split(separator) if separator else [cell]
    return [part.strip() for part in parts if part.strip()]
