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
from criteria.fields import Catalog, Collection, Field, Kind, RuleKind
from criteria.fragments import day_of, distance_km, unusable
from criteria.operators import CHANGES, Shape
from criteria.predicates import Predicates
from criteria.reckoning import Reckoning
from criteria.tree import (
    COUNTING,
    PERIOD_COUNTS,
    Area,
    Clause,
    Formula,
    Group,
    Node,
    Operand,
    PerArea,
    Span,
    active,
    operand_key,
)

__all__ = ["Book", "History", "Measured", "day_of", "scoped"]

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


def no_history(_kind: RuleKind, key: str) -> History:
    """Refuse to say what was: the past of rules is not at hand here."""
    raise unusable(f"The past of “{key}” is not known here.")


@dataclass
class _Pass:
    """The figures to take of a collection in one grouped pass."""

    collection: Collection
    figures: dict[str, str] = field(default_factory=dict)


@dataclass
class Book:
    """The columns, figures and measures that a set of rules needs, each once.

    `substitutes` answer operands (by their key) with a given value instead of the partner's own, and rules (as
    `kind:key`) with yes or no: to ask what if, and what was.
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
    _passes: dict[str, _Pass] = field(default_factory=dict)
    _areas: dict[str, str] = field(default_factory=dict)
    _names: dict[Any, str] = field(default_factory=dict)
    #: The measures being put together, each with how many lie below it so far.
    _open: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
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
        return self._named("a", ("figure", key), lambda: self._figure(operand))

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
        passes = [self._grouped_pass(one) for one in self._passes.values()]
        beside = (scoped(one, scope) for one in (*joins, *passes, *self._areas.values()))
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
        return self.column(replace(one, key=f"{one.key} changed", sql=one.changed))

    def distance(self, place: str, circle: Mapping[str, Any]) -> str:
        """Return the distance in kilometres of a place from the middle of a circle."""
        latitude, longitude = (self.parameter(float(circle[name])) for name in ("latitude", "longitude"))
        return distance_km(place, latitude, longitude)

    def grouped(self, collection: Collection, figure: str) -> str:
        """Return the name of a figure taken in the grouped pass over a collection; NULL for partners without any."""
        name = self._names.setdefault(("grouped", collection.key, figure), f"f{len(self._names)}")
        self._passes.setdefault(collection.key, _Pass(collection)).figures[name] = figure
        return f"g_{collection.key}.{name}"

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
        if kind is Kind.MOMENT:  # a day was given: noon of it, so that it is that day in the program's zone
            return f"(({self.parameter(value)}::date + time '12:00') AT TIME ZONE %(zone)s)"
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

    # --- figures over records

    def _figure(self, operand: Operand) -> str:
        if operand.per_area is not None:
            return self._areas_figure(operand.per_area)
        collection = self._collection(operand)
        if operand.growth_over is not None:
            now = self._plain(operand, collection)
            before = self._plain(operand, collection, operand.growth_over)
            return f"(100.0 * ({now} - {before}) / nullif(abs({before}), 0))"
        if operand.aggregate == "count_holders":
            return self._holders(operand, collection)
        return self._plain(operand, collection)

    def _plain(self, operand: Operand, collection: Collection, earlier: Span | None = None) -> str:
        name = self.grouped(collection, self._aggregate(operand, collection, earlier))
        return f"coalesce({name}, 0)" if _is_nothing_without_records(operand) else name

    def _aggregate(self, operand: Operand, collection: Collection, earlier: Span | None = None) -> str:
        only = self._only([*self._conditions(operand, collection, earlier)])
        if operand.aggregate == "count":
            return f"count(*){only}"
        if operand.aggregate in PERIOD_COUNTS:
            return f"count(DISTINCT {self._period(PERIOD_COUNTS[operand.aggregate], collection)}){only}"
        of = self._of(operand, collection)
        match operand.aggregate:
            case "count_distinct":
                return f"count(DISTINCT {of.sql}){only}"
            case "latest":
                newest_first = f"{self._day(collection).sql} DESC NULLS LAST, {collection.record_id} DESC"
                return f"(array_agg({of.sql} ORDER BY {newest_first}){only})[1]"
            case "first":
                oldest_first = f"{self._day(collection).sql} NULLS LAST, {collection.record_id}"
                return f"(array_agg({of.sql} ORDER BY {oldest_first}){only})[1]"
            case "average":
                return f"avg({of.sql}){only}"
            case name:
                return f"{name}({of.sql}){only}"

    def _holders(self, operand: Operand, collection: Collection) -> str:
        """Return how many holders (such as people) have records in enough of the groups: each group's are listed once,
        so a holder stands in the joined list as often as groups it fulfils."""
        of, shared = self._of(operand, collection), self._conditions(operand, collection)
        lists = [
            self.grouped(
                collection,
                f"array_agg(DISTINCT ({of.sql})::text){self._only([*shared, self._where(group, collection)])}",
            )
            for group in operand.each
        ]
        wanted = operand.at_least or len(lists)
        return (
            f"(SELECT count(*) FROM (SELECT 1 FROM unnest({' || '.join(lists)}) AS holder WHERE holder IS NOT NULL"
            f" GROUP BY holder HAVING count(*) >= {int(wanted)}) held)"
        )

    def _conditions(self, operand: Operand, collection: Collection, earlier: Span | None = None) -> list[str]:
        conditions = [] if operand.window is None else [self.within(operand, collection, earlier)]
        return conditions if operand.where is None else [*conditions, self._where(operand.where, collection)]

    def _where(self, group: Group, collection: Collection) -> str:
        return f"({Predicates(self, collection).node(active(group))})"

    @staticmethod
    def _only(conditions: list[str]) -> str:
        return f" FILTER (WHERE {' AND '.join(conditions)})" if conditions else ""

    def _period(self, unit: str, collection: Collection) -> str:
        """Return the first day of the period a record's day lies in; fiscal periods are moved to begin in January."""
        day = f"{self.day_sql(self._day(collection))}::timestamp"
        if unit.startswith("fiscal_"):
            unit = unit.removeprefix("fiscal_")
            day = f"({day} - make_interval(months => {int(self.clock.fiscal_start) - 1}))"
        return f"date_trunc('{unit}', {day})"

    def within(self, operand: Operand, collection: Collection, earlier: Span | None = None) -> str:
        """Return the condition that a record's day lies in the operand's window, or in one so much earlier."""
        if operand.window is None:
            return "TRUE"
        first, end = self.clock.bounds(operand.window, earlier)
        day = self.day_sql(self._day(collection))
        return f"{day} >= {self.parameter(first)} AND {day} < {self.parameter(end)}"

    def counting(self, operand: Operand) -> str:
        """Return the condition of the records that count towards a figure, to show them one by one."""
        collection = self._collection(operand)
        groups = " OR ".join(self._where(group, collection) for group in operand.each)
        return " AND ".join(
            [_limits(collection), *self._conditions(operand, collection), *([f"({groups})"] if groups else [])]
        )

    def day_sql(self, one: Field) -> str:
        """Return a date field's day in the program's time zone."""
        return day_of(one.sql) if one.kind is Kind.MOMENT else one.sql

    def _grouped_pass(self, one: _Pass) -> str:
        collection = one.collection
        figures = ", ".join(f"{sql} AS {name}" for name, sql in one.figures.items())
        return (
            f"LEFT JOIN (SELECT {collection.partner_id} AS partner_id, {figures} FROM {collection.source}"
            f" WHERE {_limits(collection)} GROUP BY 1) g_{collection.key} ON g_{collection.key}.partner_id = p.id"
        )

    # --- figures over areas

    def _areas_figure(self, per_area: PerArea) -> str:
        name = f"e{len(self._areas)}"
        self._areas[name] = (
            "LEFT JOIN (SELECT partner_id, count(*) AS areas, count(*) FILTER (WHERE is_met) AS met"
            f" FROM ({self.areas(per_area)}) area GROUP BY 1) {name} ON {name}.partner_id = p.id"
        )
        return {
            "areas": f"coalesce({name}.areas, 0)",
            "met": f"coalesce({name}.met, 0)",
            "missing": f"coalesce({name}.areas - {name}.met, 0)",
            "share": f"(100.0 * {name}.met / {name}.areas)",
        }[per_area.figure]

    def areas(self, per_area: PerArea) -> str:
        """Return the select of every area that counts: its figure, the one needed there, and whether that is met."""
        holds = self._holds(per_area.areas, "found.figure")
        met = self._holds(per_area.need, "need.figure")
        return (
            f"SELECT wanted.partner_id, wanted.area, wanted.figure, need.figure AS needed, ({met}) IS TRUE AS is_met"
            f" FROM (SELECT * FROM ({self._area(per_area.areas)}) found WHERE {holds}) wanted"
            f" LEFT JOIN ({self._area(per_area.need)}) need"
            " ON need.partner_id = wanted.partner_id AND need.area = wanted.area"
        )

    def _area(self, area: Area) -> str:
        operand = area.clause.operand
        collection = self._collection(operand)
        by = collection.field(area.by)
        if by is None:
            raise unusable(f"{collection.label} have no field “{area.by}”.")
        apart = f"unnest(({by.sql})::text[])" if by.kind is Kind.MULTI else f"(VALUES (({by.sql})::text))"
        return (
            f"SELECT {collection.partner_id} AS partner_id, part.area AS area,"
            f" {self._aggregate(operand, collection)} AS figure"
            f" FROM {collection.source} CROSS JOIN LATERAL {apart} AS part(area)"
            f" WHERE {_limits(collection)} AND part.area <> '' GROUP BY 1, 2"
        )

    def _holds(self, area: Area, figure: str) -> str:
        clause = area.clause
        kind, operator = kind_of(clause.operand, self.catalog), operator_of(clause, self.catalog)
        if kind is None or operator is None:
            raise unusable("The condition of the areas cannot be read.")
        if _is_nothing_without_records(clause.operand):
            figure = f"coalesce({figure}, 0)"
        one = measured_field(clause.operand, self.catalog)
        return Predicates(self, None).compare(figure, kind, operator, clause.value, one)

    # --- looking things up

    def _collection(self, operand: Operand) -> Collection:
        found = self.catalog.collections.get(operand.collection)
        if found is None:
            raise unusable(f"There are no records “{operand.collection}”.")
        return found

    def _of(self, operand: Operand, collection: Collection) -> Field:
        found = collection.field(operand.of)
        if found is None:
            raise unusable(f"{collection.label} have no field “{operand.of}”.")
        return found

    def _day(self, collection: Collection) -> Field:
        day = collection.field(collection.day)
        if day is None:
            raise unusable(f"{collection.label} have no day to look at.")
        return day

    def _field(self, operand: Operand) -> Field:
        found = field_of(operand, self.catalog)
        if found is None:
            raise unusable(f"There is no field “{operand.field}”.")
        return found


_SCOPE = re.compile(r"\{scope:([a-z0-9_.]+)\}")


def scoped(text: str, scope: Callable[[str], str]) -> str:
    """Return a developer's SQL with `{scope:column}` replaced by the limit on that column of partner ids."""
    return _SCOPE.sub(lambda found: scope(found.group(1)), text)


def _limits(collection: Collection) -> str:
    limit = f"{{scope:{collection.partner_id}}}"
    return f"{limit} AND ({collection.always})" if collection.always else limit


def _is_nothing_without_records(operand: Operand) -> bool:
    """Say whether a figure is 0 for a partner without records: counting nothing and adding up nothing give 0."""
    return operand.aggregate in COUNTING or operand.aggregate == "sum"
