"""The immutable nodes that criteria and formulas are made of."""

from dataclasses import dataclass, field
from typing import Any

MAX_DEPTH = 8
MAX_NODES = 200
MAX_TEXT = 500
MAX_NOTE = 300
MAX_LIST = 1000
MAX_VALUE_DEPTH = 3

#: Figures that need no field: how many records, and in how many different periods there is one.
PERIOD_COUNTS = {
    "count_days": "day",
    "count_weeks": "week",
    "count_months": "month",
    "count_quarters": "quarter",
    "count_years": "year",
    "count_fiscal_quarters": "fiscal_quarter",
    "count_fiscal_years": "fiscal_year",
}
COUNTS = ("count", *PERIOD_COUNTS)
#: Figures that are a number of things, whatever field they are taken of.
COUNTING = (*COUNTS, "count_distinct", "count_holders")
AGGREGATES = (*COUNTING, "sum", "min", "max", "average", "first", "latest")
COMBINATORS = ("and", "or", "at_least")
WINDOWS = ("last", "next", "this", "previous", "since")
AREA_FIGURES = ("areas", "met", "missing", "share")
PEER_FUNCTIONS = ("percentile", "rank")
FUNCTIONS = (
    "sum",
    "difference",
    "product",
    "ratio",
    "growth",
    "best",
    "worst",
    "average",
    "first_known",
    "clamp",
    "round",
    "points",
    "bands",
    "credit",
    "gate",
    *PEER_FUNCTIONS,
)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where: `path` is a JSON pointer into the document."""

    path: str
    code: str
    message: str


class CriteriaError(ValueError):
    """A document that cannot be read or used. `problems` names every node at fault."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{one.path or '/'}: {one.message}" for one in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Span:
    """So many days, weeks, months or years."""

    n: int
    unit: str


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of days: `kind` is last, next, this, previous or since; `n` of `unit`, or a first `day` (ISO).

    `as_of` is a day (ISO) taken for today; `back` moves the whole window that much earlier.
    """

    kind: str
    n: int = 0
    unit: str = ""
    day: str = ""
    as_of: str = ""
    back: Span | None = None


@dataclass(frozen=True, slots=True)
class Operand:
    """What a clause compares: a field of the partner, a figure over the records of a collection, or one over areas.

    `where` and `window` say which records count. `each` belongs to count_holders: how many different values of `of`
    (such as people) have a record in `at_least` of these groups, in all of them when it is 0. `growth_over` makes of a
    figure the percent by which it exceeds the same figure so much earlier.
    """

    field: str = ""
    collection: str = ""
    aggregate: str = ""
    of: str = ""
    where: "Group | None" = None
    window: Window | None = None
    each: "tuple[Group, ...]" = ()
    at_least: int = 0
    growth_over: Span | None = None
    per_area: "PerArea | None" = None


@dataclass(frozen=True, slots=True)
class Area:
    """Records taken apart by the values of a field: in which of those areas does a clause over them hold?"""

    by: str
    clause: "Clause"


@dataclass(frozen=True, slots=True)
class PerArea:
    """ "For each area where … there must be …": how many `areas` there are, where the `need` is met or missing."""

    areas: Area
    need: Area
    figure: str


@dataclass(frozen=True, slots=True)
class Clause:
    """A leaf: an operand compared with a value. A disabled one is kept for people and asks nothing."""

    operand: Operand
    operator: str
    value: Any = None
    disabled: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Rules taken together: all of them (`and`), any (`or`), or at least so many; `negated` turns the answer round."""

    combinator: str = "and"
    rules: "tuple[Node, ...]" = ()
    at_least: int = 0
    negated: bool = False
    disabled: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """A constant in a formula, as it was written."""

    value: Any


@dataclass(frozen=True, slots=True)
class Part:
    """One part of weighted points: `each` points per unit, never more than `cap`."""

    of: "Formula"
    each: Any = 1
    cap: Any = None


@dataclass(frozen=True, slots=True)
class Function:
    """A function of other formulas: `settings` are its constants, `where` the condition of a gate or of the peers."""

    name: str
    of: "tuple[Formula, ...]" = ()
    parts: tuple[Part, ...] = ()
    where: Group | None = None
    settings: dict[str, Any] = field(default_factory=lambda: FrozenMap())


Node = Group | Clause
Formula = Number | Operand | Function


class FrozenMap(dict[str, Any]):
    """A mapping that can be hashed; nobody writes to it."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(sorted(self.items(), key=lambda item: item[0])))
