"""What a value in the document of a program may be: read with every fault named, printed again, and described."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol
from zoneinfo import available_timezones

from django.utils.functional import Promise
from django.utils.translation import gettext as _

#: Control characters that no text needs; a line break may stand in a long one.
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
CONTROLS_AND_BREAKS = re.compile(r"[\x00-\x1f\x7f]")
LONGEST_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a document: where (a JSON pointer), a stable code, and how to mend it."""

    pointer: str
    code: str
    message: str


class WrongValueError(ValueError):
    """A value that does not fit its shape."""

    def __init__(self, code: str, message: str, path: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.path = code, message, path


class Shape(Protocol):
    """How one member of an entry is read, printed and described."""

    def read(self, value: Any) -> Any:
        """Return the value as services take it. Raises WrongValueError."""

    def dump(self, value: Any) -> Any:
        """Return the value as it stands in a document."""

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the value."""


class Plain:
    """Shapes whose values are the same inside and outside."""

    def dump(self, value: Any) -> Any:
        """Return the value itself."""
        return value


@dataclass(frozen=True)
class Key(Plain):
    """A name that stays: letters, digits, hyphens and underscores, unless a pattern says otherwise."""

    length: int
    pattern: str = r"[A-Za-z0-9_-]+"
    says: str | Promise = ""

    def read(self, value: Any) -> str:
        """Return the key."""
        if not isinstance(value, str) or not value:
            raise WrongValueError("not_a_key", _("Give a key: the name by which this is found again."))
        if len(value) > self.length or not re.fullmatch(self.pattern, value, re.ASCII):
            wanted = self.says or _("letters, digits, hyphens and underscores")
            raise WrongValueError(
                "not_a_key",
                _("“%(key)s” is no key. Use %(wanted)s, at most %(length)d.")
                % {"key": value[:60], "wanted": wanted, "length": self.length},
            )
        return value

    def schema(self) -> dict[str, Any]:
        """Describe a key."""
        return {"type": "string", "pattern": f"^{self.pattern}$", "maxLength": self.length}


@dataclass(frozen=True)
class Text(Plain):
    """A text. Short ones are one line without white space around it."""

    length: int = LONGEST_TEXT
    lines: bool = False
    needed: bool = False

    def read(self, value: Any) -> str:
        """Return the text."""
        if not isinstance(value, str):
            raise WrongValueError("not_text", _("Give a text in quotation marks."))
        kept = value if self.lines else value.strip()
        if self.needed and not kept.strip():
            raise WrongValueError("required", _("Give a text that is not empty."))
        if len(kept) > self.length:
            raise WrongValueError(
                "too_long",
                _("This has %(has)d characters; %(length)d are allowed.") % {"has": len(kept), "length": self.length},
            )
        if (CONTROLS if self.lines else CONTROLS_AND_BREAKS).search(kept):
            raise WrongValueError("not_text", _("This holds characters that cannot be shown."))
        return kept

    def schema(self) -> dict[str, Any]:
        """Describe a text."""
        return {"type": "string", "maxLength": self.length} | ({"minLength": 1} if self.needed else {})


@dataclass(frozen=True)
class Texts(Plain):
    """A list of short texts, each once."""

    length: int
    most: int

    def read(self, value: Any) -> list[str]:
        """Return the texts."""
        if not isinstance(value, list):
            raise WrongValueError("not_a_list", _("Give a list of texts in square brackets."))
        if len(value) > self.most:
            raise WrongValueError("too_many", _("At most %(count)d are allowed.") % {"count": self.most})
        one = Text(self.length, needed=True)
        found = []
        for index, item in enumerate(value):
            try:
                found.append(one.read(item))
            except WrongValueError as error:
                raise WrongValueError(error.code, error.message, f"/{index}") from error
        return list(dict.fromkeys(found))

    def schema(self) -> dict[str, Any]:
        """Describe the list."""
        return {"type": "array", "items": Text(self.length, needed=True).schema(), "maxItems": self.most}


@dataclass(frozen=True)
class Keys(Texts):
    """A list of keys of something else, each once and in order: which of them is first says nothing."""

    length: int = 100
    most: int = 200

    def read(self, value: Any) -> list[str]:
        """Return the keys."""
        return sorted(super().read(value))


@dataclass(frozen=True)
class Whole(Plain):
    """A whole number within bounds, or null where there may be none."""

    low: int
    high: int
    nothing: bool = False

    def read(self, value: Any) -> int | None:
        """Return the number."""
        if value is None and self.nothing:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not self.low <= value <= self.high:
            raise WrongValueError(
                "bad_number",
                _("Give a whole number from %(low)d to %(high)d.") % {"low": self.low, "high": self.high},
            )
        return value

    def schema(self) -> dict[str, Any]:
        """Describe the number."""
        kind = ["integer", "null"] if self.nothing else "integer"
        return {"type": kind, "minimum": self.low, "maximum": self.high}


@dataclass(frozen=True)
class Wholes(Plain):
    """A list of whole numbers within bounds, each once, the largest first."""

    low: int
    high: int
    most: int

    def read(self, value: Any) -> list[int]:
        """Return the numbers."""
        if not isinstance(value, list) or len(value) > self.most:
            raise WrongValueError(
                "not_a_list", _("Give a list of at most %(most)d whole numbers.") % {"most": self.most}
            )
        one = Whole(self.low, self.high)
        found: set[int] = set()
        for index, item in enumerate(value):
            try:
                found.add(one.read(item) or 0)
            except WrongValueError as error:
                raise WrongValueError(error.code, error.message, f"/{index}") from error
        return sorted(found, reverse=True)

    def schema(self) -> dict[str, Any]:
        """Describe the list."""
        return {"type": "array", "items": Whole(self.low, self.high).schema(), "maxItems": self.most}


@dataclass(frozen=True)
class DaysOfYear(Plain):
    """A list of days of the year, written month-day, each once and in order."""

    most: int = 24
    pattern: str = r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"

    def read(self, value: Any) -> list[str]:
        """Return the days."""
        if not isinstance(value, list) or len(value) > self.most:
            raise WrongValueError("not_a_list", _("Give a list of at most %(most)d days.") % {"most": self.most})
        for index, item in enumerate(value):
            if not isinstance(item, str) or not re.fullmatch(self.pattern, item, re.ASCII):
                raise WrongValueError("not_a_day", _("Give a day as month-day, such as 07-01."), f"/{index}")
        return sorted(set(value))

    def schema(self) -> dict[str, Any]:
        """Describe the list."""
        return {
            "type": "array",
            "items": {"type": "string", "pattern": f"^{self.pattern}$"},
            "maxItems": self.most,
        }


@dataclass(frozen=True)
class Figure:
    """An exact number. In a document it is a number, or a text where a number would lose digits."""

    digits: int
    places: int
    above: Decimal | None = None
    nothing: bool = False

    def read(self, value: Any) -> Decimal | None:
        """Return the number."""
        if value is None and self.nothing:
            return None
        number = self._number(value)
        if number is None:
            raise WrongValueError("not_a_number", _("Give a number."))
        if self.above is not None and number <= self.above:
            raise WrongValueError("bad_number", _("Give a number above %(low)s.") % {"low": self.above})
        if number != number.quantize(Decimal(1).scaleb(-self.places)):
            raise WrongValueError("bad_number", _("At most %(places)d decimal places.") % {"places": self.places})
        return number

    def _number(self, value: Any) -> Decimal | None:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            return None
        try:
            number = Decimal(str(value)[:60])
        except InvalidOperation:
            return None
        largest = Decimal(10) ** (self.digits - self.places)
        return number if number.is_finite() and abs(number) < largest else None

    def dump(self, value: Decimal | None) -> int | float | str | None:
        """Return a number that has all the digits, or a text."""
        if value is None:
            return None
        if value == value.to_integral_value():
            return int(value)
        return float(value) if Decimal(repr(float(value))) == value else format(value.normalize(), "f")

    def schema(self) -> dict[str, Any]:
        """Describe the number."""
        limit: dict[str, Any] = {} if self.above is None else {"exclusiveMinimum": int(self.above)}
        kinds: list[dict[str, Any]] = [
            {"type": "number", **limit},
            {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"},
        ]
        return {"anyOf": [*kinds, {"type": "null"}] if self.nothing else kinds}


@dataclass(frozen=True)
class Flag(Plain):
    """Yes or no."""

    def read(self, value: Any) -> bool:
        """Return the answer."""
        if not isinstance(value, bool):
            raise WrongValueError("not_a_boolean", _("Give true or false, without quotation marks."))
        return value

    def schema(self) -> dict[str, Any]:
        """Describe the answer."""
        return {"type": "boolean"}


@dataclass(frozen=True)
class OneOf(Plain):
    """One of a few words."""

    words: Sequence[str] = field(default_factory=tuple)

    def read(self, value: Any) -> str:
        """Return the word."""
        if value not in self.words:
            raise WrongValueError(
                "unknown_choice", _("Choose one of: %(choices)s.") % {"choices": ", ".join(self.words)}
            )
        return str(value)

    def schema(self) -> dict[str, Any]:
        """Describe the words."""
        return {"enum": list(self.words)}


@dataclass(frozen=True)
class Day:
    """A day, written year-month-day."""

    def read(self, value: Any) -> date:
        """Return the day."""
        try:
            day = date.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            day = None
        if day is None or day.isoformat() != value:
            raise WrongValueError("not_a_day", _("Give a day as year-month-day, such as 2026-01-31."))
        return day

    def dump(self, value: date) -> str:
        """Return the day as text."""
        return value.isoformat()

    def schema(self) -> dict[str, Any]:
        """Describe a day."""
        return {"type": "string", "format": "date"}


@dataclass(frozen=True)
class Zone(Plain):
    """A time zone by its name in the tz database."""

    def read(self, value: Any) -> str:
        """Return the name."""
        if value not in available_timezones():
            raise WrongValueError("unknown_choice", _("Give the name of a time zone, such as Europe/Berlin."))
        return str(value)

    def schema(self) -> dict[str, Any]:
        """Describe a time zone."""
        return {"type": "string", "minLength": 1}


@dataclass(frozen=True)
class Currency(Plain):
    """A currency by its three letters."""

    def read(self, value: Any) -> str:
        """Return the letters."""
        if not isinstance(value, str) or not re.fullmatch(r"[A-Z]{3}", value, re.ASCII):
            raise WrongValueError("not_a_currency", _("Give the three capital letters of a currency, such as EUR."))
        return value

    def schema(self) -> dict[str, Any]:
        """Describe a currency."""
        return {"type": "string", "pattern": "^[A-Z]{3}$"}


@dataclass(frozen=True)
class Reference(Plain):
    """The key of something else, or null for nothing."""

    length: int = 100
    nothing: bool = True

    def read(self, value: Any) -> str | None:
        """Return the key."""
        if value is None and self.nothing:
            return None
        if not isinstance(value, str) or not 0 < len(value) <= self.length:
            raise WrongValueError("not_a_key", _("Give the key of what is meant."))
        return value

    def schema(self) -> dict[str, Any]:
        """Describe a reference."""
        one = {"type": "string", "minLength": 1, "maxLength": self.length}
        return {"anyOf": [one, {"type": "null"}]} if self.nothing else one


@dataclass(frozen=True)
class Rule(Plain):
    """A document of the criteria language (null: holds for nobody). What stands in it is checked by the language."""

    definition: str = "criteria"
    nothing: bool = True

    def read(self, value: Any) -> dict[str, Any] | None:
        """Return the document."""
        if value is None and self.nothing:
            return None
        if not isinstance(value, dict):
            raise WrongValueError("not_a_document", _("Give one document of the criteria language, in braces."))
        return value

    def schema(self) -> dict[str, Any]:
        """Describe the document."""
        one = {"$ref": f"#/$defs/{self.definition}"}
        return {"anyOf": [one, {"type": "null"}]} if self.nothing else one


@dataclass(frozen=True)
class Member:
    """One member of an entry: its name, what it may be, and what it means."""

    name: str
    shape: Shape
    help: str | Promise
    needed: bool = False


def read_members(
    document: Any, members: Iterable[Member], pointer: str, *, besides: Iterable[str] = ()
) -> tuple[dict[str, Any], list[Fault]]:
    """Return the values of an entry's members that can be read, and everything wrong with it."""
    if not isinstance(document, dict):
        return {}, [Fault(pointer, "not_an_object", _("Give an object in braces."))]
    known = {one.name: one for one in members}
    faults = [
        Fault(f"{pointer}/{name}", "required", _("“%(name)s” is missing.") % {"name": name})
        for name, one in known.items()
        if one.needed and name not in document
    ]
    values: dict[str, Any] = {}
    for name, value in document.items():
        if name in known:
            try:
                values[name] = known[name].shape.read(value)
            except WrongValueError as error:
                faults.append(Fault(f"{pointer}/{name}{error.path}", error.code, error.message))
        elif name not in besides:
            faults.append(unknown(name, [*known, *besides], pointer))
    return values, faults


def unknown(name: str, known: Iterable[str], pointer: str) -> Fault:
    """Return the fault of a member that has no meaning."""
    message = _("“%(name)s” has no meaning here. Known are: %(known)s.")
    return Fault(f"{pointer}/{escaped(name)}", "unknown_key", message % {"name": name[:60], "known": ", ".join(known)})


def escaped(name: str) -> str:
    """Return a name as it stands in a JSON pointer."""
    return name[:100].replace("~", "~0").replace("/", "~1")
