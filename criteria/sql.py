"""Criteria as SQL. Names come from the catalog, which developers wrote; values always travel as parameters.

One `Book` collects everything several rules ask for — columns of the partner, figures over its records, measures — so
that what two rules ask is computed once. Predicates then speak of it by short names.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from criteria.checks import field_of, kind_of, measured_field, operator_of
from criteria.clock import Clock
from criteria.fields import Catalog, Field, Kind, RuleKind
from criteria.figures import Figures
from criteria.fragments import day_of, distance_km, unusable
from criteria.operators import CHANGES, Shape
from criteria.predicates import Predicates
from criteria.reckoning import Reckoning
from criteria.tree import (
    Clause,
    Formula,
    Group,
    Node,
    Operand,
    active,
    operand_key,
)

__all__ = ["Book", "History", "Measured", "changed_key", "day_of", "distance_key", "scoped"]

#: Given a kind of rule and a key, returns a SQL boolean: does the partner fulfil that rule?
Verdicts = Callable[[RuleKind, str], str]


@dataclass(frozen=True, slots=True)
class History:
    """When a partner last `entered` and last `left` a rule, as SQL moments, and whether it was in it `before` now."""

    entered: str
    left: str
    before: str


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure in use: the short name of its value, its expression, and how many measures lie below it."""

    key: str
    name: str
    sql: str
    depth: int


def changed_key(one: Field) -> str:
    """Return the name under which the day of a field's last change is substituted."""
    return f"changed:{one.key}"


def distance_key(circle: Mapping[str, Any]) -> str:
    """Return the name under which the distance from the middle of a circle is substituted."""
    return f"distance:{circle['latitude']} {circle['longitude']}"


def no_history(_kind: RuleKind, key: str) -> History:
    """Refuse to say what was: the past of rules is not at hand here."""
    raise unusable(f"The past of “{key}” is not known here.")


@dataclass
class Book:
    """The columns, figures and measures that a set of rules needs, each once.

    `substitutes` answer operands (by their key) with a given value instead of the partner's own, rules (as `kind:key`)
    with yes or no, days of change (`changed_key`) and distances (`distance_key`): to ask what if, and what was.
    """

    catalog: Catalog
    clock: Clock
    verdict: Verdicts
    history: Callable[[RuleKind, str], History] = no_history
    substitutes: Mapping[str, Any] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    measures: dict[str, Measured] = field(default_factory=dict)
    joins: dict[str, None] = field(default_factory=dict)
    _names: dict[Any, str] = field(default_factory=dict)
    #: The measures being put together, each with how many lie below it so far.
    _open: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.figures = Figures(self)
        self.parameters |= {
            "now": self.clock.at,
            "today": self.clock.today,
            "zone": str(self.clock.zone),
        }

    # --- what the statement is put together from

    def predicate(self, tree: Node) -> str:
        """Return the condition of a tree over the short names; two-valued only under `IS TRUE`."""
        return Predicates(self, None).node(active(tree) if isinstance(tree, Group) else tree)

    def operand(self, operand: Operand) -> str:
        """Return the short name under which an operand's value stands."""
        key = operand_key(operand)
        if key in self.substitutes:
            return self._named("s", ("substitute", key), lambda: self._substitute(operand, self.substitutes[key]))
        if operand.field:
            return self.column(self._field(operand))
        return self._named("a", ("figure", key), lambda: self.figures.of(operand))

    def answer(self, kind: RuleKind, key: str) -> str:
        """Return the condition that the partner fulfils a rule."""
        given = self.substitutes.get(f"{kind}:{key}")
        return self.verdict(kind, key) if given is None else str(bool(given)).upper()

    def leaf(self, clause: Clause) -> str:
        """Return the value that decides a clause on a value: a moment by its day, a place by its distance."""
        one = measured_field(clause.operand, self.catalog)
        operator = operator_of(clause, self.catalog)
        if one is not None and operator in CHANGES:
            return day_of(self.changed(one))
        value = self.operand(clause.operand)
        if operator is not None and operator.shape is Shape.CIRCLE:
            return self.distance(value, clause.value)
        return day_of(value) if kind_of(clause.operand, self.catalog) is Kind.MOMENT else value

    def source(self, scope: Callable[[str], str]) -> str:
        """Return the FROM clause: the partner's row and all beside it. `scope` limits a column of partner ids."""
        joins = [self.catalog.joins[key].sql for key in self.joins]
        beside = (scoped(one, scope) for one in (*joins, *self.figures.joins))
        return "\n".join(["partners_partner p", *beside])

    def selected(self) -> list[str]:
        """Return the columns to select, each with its short name; measures stand in layers above."""
        return [f"{sql} AS {name}" for name, sql in self.columns.items()]

    def layered(self, select: str) -> str:
        """Return a select of the columns with the measures on top, those that others need below them."""
        for depth in sorted({one.depth for one in self.measures.values()}):
            level = [f"{one.sql} AS {one.name}" for one in self.measures.values() if one.depth == depth]
            # OFFSET 0 keeps the planner from putting the text of a measure where its column is read.
            select = f"SELECT layer.*, {', '.join(level)} FROM ({select}) layer OFFSET 0"
        return select

    def formula(self, formula: Formula) -> str:
        """Return the expression of a formula over the short names."""
        return Reckoning(self).formula(formula)

    # --- names

    def parameter(self, value: Any) -> str:
        """Return the placeholder of a value."""
        key = ("parameter", type(value).__name__, repr(value))
        if key not in self._names:
            self._names[key] = f"v{len(self._names)}"
            self.parameters[self._names[key]] = value
        return f"%({self._names[key]})s"

    def column(self, one: Field) -> str:
        """Return the short name of a partner's field."""
        if one.formula is not None and not one.sql:
            return self._measure(one, one.formula)
        if one.join:
            self.joins[one.join] = None
        return self._named("c", ("column", one.key), lambda: one.sql)

    def changed(self, one: Field) -> str:
        """Return the short name of the moment since which a field holds its value."""
        key = changed_key(one)
        if key in self.substitutes:
            return self._named("s", ("substitute", key), lambda: self._noon(self.substitutes[key]))
        return self.column(replace(one, key=f"{one.key} changed", sql=one.changed))

    def distance(self, place: str, circle: Mapping[str, Any]) -> str:
        """Return the distance in kilometres of a place from the middle of a circle."""
        key = distance_key(circle)
        if key in self.substitutes:
            return f"{self.parameter(self.substitutes[key])}::numeric"
        latitude, longitude = (self.parameter(float(circle[name])) for name in ("latitude", "longitude"))
        return distance_km(place, latitude, longitude)

    def _named(self, letter: str, key: Any, make: Callable[[], str]) -> str:
        if key not in self._names:
            sql = make()
            self._names[key] = f"{letter}{len(self._names)}"
            self.columns[self._names[key]] = sql
        return self._names[key]

    def _measure(self, one: Field, formula: Formula) -> str:
        if one.key in self._open:
            raise unusable(f"“{one.label}” depends on itself.")
        if one.key not in self.measures:
            self._open[one.key] = 0
            try:
                sql = self.formula(formula)
            finally:
                depth = self._open.pop(one.key)
            self.measures[one.key] = Measured(one.key, f"m{len(self.measures)}", sql, depth)
        found = self.measures[one.key]
        for above in self._open:
            self._open[above] = max(self._open[above], found.depth + 1)
        return found.name

    def _substitute(self, operand: Operand, value: Any) -> str:
        kind = kind_of(operand, self.catalog)
        if kind is Kind.MOMENT:
            return self._noon(value)
        one = measured_field(operand, self.catalog)
        by_id = one is not None and any(
            isinstance(choice.parameter, int) for choice in self.catalog.choices(one).values()
        )
        cast = {
            Kind.NUMBER: "numeric",
            Kind.MONEY: "numeric",
            Kind.DATE: "date",
            Kind.YES_NO: "boolean",
            Kind.PLACE: "point",
            Kind.MULTI: "bigint[]" if by_id else "text[]",
        }.get(kind or Kind.TEXT, "bigint" if by_id else "text")
        return f"{self.parameter(value)}::{cast}"

    def _noon(self, day: Any) -> str:
        """Return the moment for which a day was given: noon of it, so that it is that day in the program's zone."""
        return f"(({self.parameter(day)}::date + time '12:00') AT TIME ZONE %(zone)s)"

    def _field(self, operand: Operand) -> Field:
        found = field_of(operand, self.catalog)
        if found is None:
            raise unusable(f"There is no field “{operand.field}”.")
        return found


_SCOPE = re.compile(r"\{scope:([a-z0-9_.]+)\}")


def scoped(text: str, scope: Callable[[str], str]) -> str:
    """Return a developer's SQL with `{scope:column}` replaced by the limit on that column of partner ids."""
    return _SCOPE.sub(lambda found: scope(found.group(1)), text)
