"""How a clause may compare: for each kind of field its operators, with the shape of the value each asks for.

A negative operator is the exact opposite of its positive one: "is not Germany" holds for a partner without a country.
"""

from dataclasses import dataclass
from enum import StrEnum

from criteria.fields import Field, Kind


class Shape(StrEnum):
    """What a clause's value looks like."""

    NONE = "none"
    TEXT = "text"
    TEXTS = "texts"
    NUMBER = "number"
    RANGE = "range"
    DAY = "day"
    DAYS = "days"
    SPAN = "span"
    PERIOD = "period"
    CHOICE = "choice"
    CHOICES = "choices"
    CHOICES_N = "choices_n"
    CHOICES_SPAN = "choices_span"
    CIRCLE = "circle"


@dataclass(frozen=True, slots=True)
class Operator:
    """One comparison. `words` reads it in a sentence: "{field} {words} {value}"."""

    key: str
    words: str
    shape: Shape
    negative: bool = False


UNITS = ("days", "weeks", "months", "years")
PERIODS = ("day", "week", "month", "quarter", "half", "year", "fiscal_quarter", "fiscal_half", "fiscal_year")

_EMPTY = (
    Operator("is_empty", "is empty", Shape.NONE),
    Operator("is_set", "is filled in", Shape.NONE),
)
_CHOICE = (
    Operator("equals", "is", Shape.CHOICE),
    Operator("not_equals", "is not", Shape.CHOICE, negative=True),
    Operator("in", "is one of", Shape.CHOICES),
    Operator("not_in", "is none of", Shape.CHOICES, negative=True),
    *_EMPTY,
)
_TEXT = (
    Operator("equals", "is", Shape.TEXT),
    Operator("not_equals", "is not", Shape.TEXT, negative=True),
    Operator("in", "is one of", Shape.TEXTS),
    Operator("not_in", "is none of", Shape.TEXTS, negative=True),
    Operator("contains", "contains", Shape.TEXT),
    Operator("not_contains", "does not contain", Shape.TEXT, negative=True),
    Operator("contains_any", "contains any of", Shape.TEXTS),
    Operator("begins_with", "begins with", Shape.TEXT),
    Operator("ends_with", "ends with", Shape.TEXT),
    *_EMPTY,
)
_NUMBER = (
    Operator(">=", "is at least", Shape.NUMBER),
    Operator("<=", "is at most", Shape.NUMBER),
    Operator(">", "is more than", Shape.NUMBER),
    Operator("<", "is less than", Shape.NUMBER),
    Operator("=", "is", Shape.NUMBER),
    Operator("!=", "is not", Shape.NUMBER, negative=True),
    Operator("between", "is between", Shape.RANGE),
    *_EMPTY,
)
_DATE = (
    Operator("within_last", "is within the last", Shape.SPAN),
    Operator("within_next", "is within the next", Shape.SPAN),
    Operator("older_than", "is longer ago than", Shape.SPAN),
    Operator("in_this", "is in this", Shape.PERIOD),
    Operator("in_previous", "was in the previous", Shape.PERIOD),
    Operator("in_next", "is in the next", Shape.PERIOD),
    Operator("on", "is on", Shape.DAY),
    Operator("before", "is before", Shape.DAY),
    Operator("after", "is after", Shape.DAY),
    Operator("on_or_before", "is on or before", Shape.DAY),
    Operator("on_or_after", "is on or after", Shape.DAY),
    Operator("between", "is between", Shape.DAYS),
    Operator("anniversary_within_next", "has its anniversary within the next", Shape.SPAN),
    *_EMPTY,
)
_YES_NO = (
    Operator("is_true", "is yes", Shape.NONE),
    Operator("is_false", "is not yes", Shape.NONE, negative=True),
)
_MULTI = (
    Operator("any_of", "is any of", Shape.CHOICES),
    Operator("all_of", "includes all of", Shape.CHOICES),
    Operator("none_of", "is none of", Shape.CHOICES, negative=True),
    Operator("at_least_n_of", "includes at least", Shape.CHOICES_N),
    Operator("exactly", "is exactly", Shape.CHOICES),
    Operator("size_at_least", "has at least so many entries:", Shape.NUMBER),
    Operator("size_at_most", "has at most so many entries:", Shape.NUMBER),
    Operator("size_is", "has exactly so many entries:", Shape.NUMBER),
    *_EMPTY,
)
_RULES = (
    Operator("any_of", "is any of", Shape.CHOICES),
    Operator("all_of", "includes all of", Shape.CHOICES),
    Operator("none_of", "is none of", Shape.CHOICES, negative=True),
    Operator("for_at_least", "has without a break been for at least", Shape.CHOICES_SPAN),
    Operator("within_last", "was on any day of the last", Shape.CHOICES_SPAN),
)
_PLACE = (
    Operator("within_distance", "is within", Shape.CIRCLE),
    Operator("further_than", "is not within", Shape.CIRCLE, negative=True),
    *_EMPTY,
)
#: For fields of which we know since when they hold their value.
CHANGES = (
    Operator("changed_within_last", "changed within the last", Shape.SPAN),
    Operator("unchanged_for", "has been what it is for at least", Shape.SPAN, negative=True),
)

BY_KIND: dict[Kind, dict[str, Operator]] = {
    kind: {operator.key: operator for operator in operators}
    for kind, operators in {
        Kind.TEXT: _TEXT,
        Kind.NUMBER: _NUMBER,
        Kind.MONEY: _NUMBER,
        Kind.DATE: _DATE,
        Kind.MOMENT: _DATE,
        Kind.YES_NO: _YES_NO,
        Kind.CHOICE: _CHOICE,
        Kind.MULTI: _MULTI,
        Kind.RULES: _RULES,
        Kind.PLACE: _PLACE,
    }.items()
}


def operators_of(kind: Kind, field: Field | None = None) -> dict[str, Operator]:
    """Return how values of a kind may be compared; of a field whose changes are recorded, also by when it changed."""
    known = BY_KIND[kind]
    return {**known, **{one.key: one for one in CHANGES}} if field is not None and field.changed else known
