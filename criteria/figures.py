"""Figures over a partner's records, as SQL: one grouped pass per collection, and one for each question about areas."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from criteria.checks import kind_of, measured_field, operator_of
from criteria.fields import Collection, Field, Kind
from criteria.fragments import day_of, settled, unusable
from criteria.predicates import Predicates, divides
from criteria.tree import COUNTING, PERIOD_COUNTS, Area, Group, Operand, PerArea, Span, active

if TYPE_CHECKING:
    from criteria.sql import Book


@dataclass
class _Pass:
    """The figures to take of a collection in one grouped pass."""

    collection: Collection
    figures: dict[str, str] = field(default_factory=dict)


class Figures:
    """The figures that a book's rules ask for, each taken once."""

    def __init__(self, book: "Book") -> None:
        self.book = book
        self._passes: dict[str, _Pass] = {}
        self._areas: dict[str, str] = {}
        self._names: dict[tuple[str, str], str] = {}

    @property
    def joins(self) -> list[str]:
        """What has to stand beside the partner's row, with `{scope:column}` where the limit on partners goes."""
        return [*(self._pass(one) for one in self._passes.values()), *self._areas.values()]

    def grouped(self, collection: Collection, figure: str) -> str:
        """Return the name of a figure taken in the grouped pass over a collection; NULL for partners without any."""
        name = self._names.setdefault((collection.key, figure), f"f{len(self._names)}")
        self._passes.setdefault(collection.key, _Pass(collection)).figures[name] = figure
        return f"g_{collection.key}.{name}"

    def of(self, operand: Operand) -> str:
        """Return the expression of a figure, over what stands in `joins`."""
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
        return f"({Predicates(self.book, collection).node(active(group))})"

    @staticmethod
    def _only(conditions: list[str]) -> str:
        return f" FILTER (WHERE {' AND '.join(conditions)})" if conditions else ""

    def _period(self, unit: str, collection: Collection) -> str:
        """Return the first day of the period a record's day lies in; fiscal periods are moved to begin in January."""
        day = f"{self.day_sql(self._day(collection))}::timestamp"
        if unit.startswith("fiscal_"):
            unit = unit.removeprefix("fiscal_")
            day = f"({day} - make_interval(months => {int(self.book.clock.fiscal_start) - 1}))"
        return f"date_trunc('{unit}', {day})"

    def within(self, operand: Operand, collection: Collection, earlier: Span | None = None) -> str:
        """Return the condition that a record's day lies in the operand's window, or in one so much earlier."""
        if operand.window is None:
            return "TRUE"
        first, end = self.book.clock.bounds(operand.window, earlier)
        day = self.day_sql(self._day(collection))
        return f"{day} >= {self.book.parameter(first)} AND {day} < {self.book.parameter(end)}"

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

    def _pass(self, one: _Pass) -> str:
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
        kind, operator = kind_of(clause.operand, self.book.catalog), operator_of(clause, self.book.catalog)
        if kind is None or operator is None:
            raise unusable("The condition of the areas cannot be read.")
        if _is_nothing_without_records(clause.operand):
            figure = f"coalesce({figure}, 0)"
        if divides(clause.operand):
            figure = settled(figure)
        one = measured_field(clause.operand, self.book.catalog)
        return Predicates(self.book, None).compare(figure, kind, operator, clause.value, one)

    def _collection(self, operand: Operand) -> Collection:
        found = self.book.catalog.collections.get(operand.collection)
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


def _limits(collection: Collection) -> str:
    limit = f"{{scope:{collection.partner_id}}}"
    return f"{limit} AND ({collection.always})" if collection.always else limit


def _is_nothing_without_records(operand: Operand) -> bool:
    """Say whether a figure is 0 for a partner without records: counting nothing and adding up nothing give 0."""
    return operand.aggregate in COUNTING or operand.aggregate == "sum"
