"""Criteria as SQL. Names come from the catalog, which developers wrote; values always travel as parameters.

One `Book` collects everything several rules ask for — columns of the partner, and aggregates of collections — so that
what two rules ask is computed once. Predicates then speak of the columns by their short names.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from criteria.checks import as_day, as_number, field_of, kind_of
from criteria.clock import Clock
from criteria.fields import Catalog, Collection, Field, Kind, RuleKind
from criteria.operators import BY_KIND, Operator, Shape
from criteria.tree import (
    COUNTS,
    Clause,
    CriteriaError,
    Group,
    Node,
    Operand,
    Problem,
    dump_operand,
    without_empty_groups,
)

#: Given a kind of rule and keys, returns one SQL boolean per key: does the partner fulfil that rule?
Verdicts = Callable[[RuleKind, str], str]


@dataclass
class Book:
    """The columns and aggregates that a set of rules needs, each once."""

    catalog: Catalog
    clock: Clock
    verdict: Verdicts
    parameters: dict[str, Any] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    aggregates: dict[str, dict[str, str]] = field(default_factory=dict)
    joins: dict[str, None] = field(default_factory=dict)
    _names: dict[Any, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.parameters |= {
            "now": self.clock.at,
            "today": self.clock.today,
            "zone": str(self.clock.zone),
        }

    # --- what the statement is put together from

    def predicate(self, tree: Node) -> str:
        """Return the condition of a tree over the short names; two-valued only under `IS TRUE`."""
        if isinstance(tree, Group):
            tree = without_empty_groups(tree)
        return _Compiler(self, None).node(tree)

    def operand(self, operand: Operand) -> str:
        """Return the short name under which an operand's value stands."""
        return self.aggregate(operand) if operand.collection else self.column(self._field(operand))

    def source(self, scope: Callable[[str], str]) -> str:
        """Return the FROM clause: the partner's row and all beside it. `scope` limits a column of partner ids."""
        parts = ["partners_partner p"]
        for key in self.joins:
            parts.append(scoped(self.catalog.joins[key].sql, scope))
        for key, wanted in self.aggregates.items():
            parts.append(self._grouped_pass(self.catalog.collections[key], wanted, scope))
        return "\n".join(parts)

    def selected(self) -> list[str]:
        """Return the columns to select, each with its short name."""
        plain = [f"{sql} AS {name}" for name, sql in self.columns.items()]
        return plain + [
            f"{_ABSENT.get(sql.split('(')[0], '{}').format(f'g_{key}.{name}')} AS {name}"
            for key, wanted in self.aggregates.items()
            for name, sql in wanted.items()
        ]

    def _grouped_pass(
        self,
        collection: Collection,
        wanted: dict[str, str],
        scope: Callable[[str], str],
    ) -> str:
        figures = ", ".join(f"{sql} AS {name}" for name, sql in wanted.items())
        limits = [
            scope(collection.partner_id),
            *([f"({collection.always})"] if collection.always else []),
        ]
        source = scoped(collection.source, scope)
        return (
            f"LEFT JOIN (SELECT {collection.partner_id} AS partner_id, {figures} FROM {source}"
            f" WHERE {' AND '.join(limits)} GROUP BY 1) g_{collection.key} ON g_{collection.key}.partner_id = p.id"
        )

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
        key = ("column", one.key)
        if key not in self._names:
            self._names[key] = f"c{len(self._names)}"
            self.columns[self._names[key]] = one.sql
            if one.join:
                self.joins[one.join] = None
        return self._names[key]

    def aggregate(self, operand: Operand) -> str:
        """Return the short name of a figure over a collection."""
        key = ("aggregate", repr(dump_operand(operand)))
        if key not in self._names:
            collection = self.catalog.collections.get(operand.collection)
            if collection is None:
                raise _unusable(f"There are no records “{operand.collection}”.")
            sql = self._figure(operand, collection)
            self._names[key] = f"a{len(self._names)}"
            self.aggregates.setdefault(collection.key, {})[self._names[key]] = sql
        return self._names[key]

    def _figure(self, operand: Operand, collection: Collection) -> str:
        conditions = []
        if operand.window is not None:
            conditions.append(self.within(operand, collection))
        if operand.where is not None:
            conditions.append(f"({_Compiler(self, collection).node(without_empty_groups(operand.where))})")
        only = f" FILTER (WHERE {' AND '.join(conditions)})" if conditions else ""
        if operand.aggregate == "count":
            return f"count(*){only}"
        if operand.aggregate in COUNTS:
            period = operand.aggregate.removeprefix("count_").removesuffix("s")
            its_day = self.day_sql(self._day(collection))
            return f"count(DISTINCT date_trunc('{period}', {its_day}::timestamp)){only}"
        of = collection.field(operand.of)
        if of is None:
            raise _unusable(f"{collection.label} have no field “{operand.of}”.")
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

    def within(self, operand: Operand, collection: Collection) -> str:
        """Return the condition that a record's day lies in the operand's window."""
        if operand.window is None:
            return "TRUE"
        first, end = self.clock.bounds(operand.window)
        day = self.day_sql(self._day(collection))
        return f"{day} >= {self.parameter(first)} AND {day} < {self.parameter(end)}"

    def day_sql(self, one: Field) -> str:
        """Return a date field's day in the program's time zone."""
        return day_of(one.sql) if one.kind is Kind.MOMENT else one.sql

    def _day(self, collection: Collection) -> Field:
        day = collection.field(collection.day)
        if day is None:
            raise _unusable(f"{collection.label} have no day to look at.")
        return day

    def _field(self, operand: Operand) -> Field:
        found = field_of(operand, self.catalog)
        if found is None:
            raise _unusable(f"There is no field “{operand.field}”.")
        return found


_SCOPE = re.compile(r"\{scope:([a-z0-9_.]+)\}")


def scoped(text: str, scope: Callable[[str], str]) -> str:
    """Return a developer's SQL with `{scope:column}` replaced by the limit on that column of partner ids."""
    return _SCOPE.sub(lambda found: scope(found.group(1)), text)


#: What a figure is for a partner without any record: counting nothing gives 0, summing nothing gives 0.
_ABSENT = {"count": "coalesce({}, 0)", "sum": "coalesce({}, 0)"}


class _Compiler:
    """Turns nodes into conditions: over the partner's short names, or over the columns of one collection."""

    def __init__(self, book: Book, collection: Collection | None) -> None:
        self.book = book
        self.collection = collection

    def node(self, node: Node) -> str:
        return self.group(node) if isinstance(node, Group) else self.clause(node)

    def group(self, group: Group) -> str:
        parts = [self.node(rule) for rule in group.rules]
        if not parts:
            return "FALSE" if group.negated else "TRUE"
        if group.combinator == "at_least":
            whole = " + ".join(f"(({part}) IS TRUE)::int" for part in parts) + f" >= {int(group.at_least)}"
        else:
            whole = (" OR " if group.combinator == "or" else " AND ").join(parts)
        return f"(({whole}) IS NOT TRUE)" if group.negated else f"({whole})"

    def clause(self, clause: Clause) -> str:
        catalog, collection = self.book.catalog, self.collection
        kind = kind_of(clause.operand, catalog, collection)
        operator = BY_KIND[kind].get(clause.operator) if kind else None
        if kind is None or operator is None:
            raise _unusable(
                f"“{clause.operand.field or clause.operand.collection}” cannot be asked “{clause.operator}”."
            )
        if clause.operand.collection:
            subject = self.book.operand(clause.operand)
            target = catalog.collections[clause.operand.collection].field(clause.operand.of)
            return self.compare(subject, kind, operator, clause.value, target)
        one = field_of(clause.operand, catalog, collection)
        if one is None:
            raise _unusable(f"There is no field “{clause.operand.field}”.")
        if kind is Kind.RULES:
            return self.rules(one, operator, clause.value)
        subject = f"({one.sql})" if collection else self.book.column(one)
        return self.compare(subject, kind, operator, clause.value, one)

    def rules(self, one: Field, operator: Operator, value: Any) -> str:
        if one.rule_kind is None:
            raise _unusable(f"“{one.key}” names no rules.")
        verdicts = [self.book.verdict(one.rule_kind, key) for key in value]
        whole = (" AND " if operator.key == "all_of" else " OR ").join(verdicts) or "FALSE"
        return f"(({whole}) IS NOT TRUE)" if operator.negative else f"({whole})"

    def compare(
        self,
        subject: str,
        kind: Kind,
        operator: Operator,
        value: Any,
        one: Field | None,
    ) -> str:
        """Return the condition of one comparison; a negative operator is the exact opposite of its positive one."""
        if operator.key in {"is_empty", "is_set"}:
            empty = _empty(subject, kind)
            return empty if operator.key == "is_empty" else f"NOT {empty}"
        positive = {
            Kind.TEXT: self.text,
            Kind.CHOICE: self.choice,
            Kind.NUMBER: self.number,
            Kind.MONEY: self.number,
            Kind.DATE: self.day,
            Kind.MOMENT: self.day,
            Kind.YES_NO: lambda subject, *_: f"{subject} IS TRUE",
            Kind.MULTI: self.multi,
        }[kind](subject, operator, value, one)
        return f"(({positive}) IS NOT TRUE)" if operator.negative else positive

    def text(self, subject: str, operator: Operator, value: Any, _one: Field | None) -> str:
        subject = f"lower({subject})"
        if isinstance(value, dict):
            return f"{subject} = lower({self.other(value)})"
        match operator.key:
            case "equals" | "not_equals":
                return f"{subject} = {self.lowered(value)}"
            case "in" | "not_in":
                return f"{subject} = ANY(ARRAY[{', '.join(self.lowered(one) for one in value)}])"
            case "contains_any":
                patterns = ", ".join(self.lowered(f"%{_like(one)}%") for one in value)
                return f"{subject} LIKE ANY(ARRAY[{patterns}])"
            case "begins_with":
                pattern = f"{_like(value)}%"
            case "ends_with":
                pattern = f"%{_like(value)}"
            case _:
                pattern = f"%{_like(value)}%"
        return f"{subject} LIKE {self.lowered(pattern)}"

    def lowered(self, text: str) -> str:
        """Return a text in lower case, by the database: Python has other ideas about some letters."""
        return f"lower({self.book.parameter(text)})"

    def choice(self, subject: str, operator: Operator, value: Any, one: Field | None) -> str:
        if operator.shape is Shape.CHOICES:
            return f"{subject} = ANY({self.book.parameter(self.stored(value, one))})"
        return f"{subject} = {self.book.parameter(self.stored([value], one)[0])}"

    def number(self, subject: str, operator: Operator, value: Any, _one: Field | None) -> str:
        if operator.key == "between":
            low, high = (self.book.parameter(as_number(one)) for one in value)
            return f"{subject} BETWEEN {low} AND {high}"
        sign = "=" if operator.key == "!=" else operator.key
        other = self.other(value) if isinstance(value, dict) else self.book.parameter(as_number(value))
        return f"{subject} {sign} {other}"

    def day(self, subject: str, operator: Operator, value: Any, one: Field | None) -> str:
        if one is not None and one.kind is Kind.MOMENT:
            subject = day_of(subject)
        clock, parameter = self.book.clock, self.book.parameter
        match operator.key:
            case "within_last":
                first = parameter(clock.shifted(-value["n"], value["unit"]))
                return f"({subject} > {first} AND {subject} <= %(today)s)"
            case "within_next":
                last = parameter(clock.shifted(value["n"], value["unit"]))
                return f"({subject} >= %(today)s AND {subject} < {last})"
            case "older_than":
                return f"{subject} <= {parameter(clock.shifted(-value['n'], value['unit']))}"
            case "in_this" | "in_previous" | "in_next":
                start, end = clock.period(value, {"in_this": 0, "in_previous": -1, "in_next": 1}[operator.key])
                return f"({subject} >= {parameter(start)} AND {subject} < {parameter(end)})"
            case "between":
                return f"{subject} BETWEEN {parameter(as_day(value[0]))} AND {parameter(as_day(value[1]))}"
            case "anniversary_within_next":
                return self.anniversary(subject, parameter(clock.shifted(value["n"], value["unit"])))
        that_day = self.other(value) if isinstance(value, dict) else f"{parameter(as_day(value))}::date"
        sign = {
            "on": "=",
            "before": "<",
            "after": ">",
            "on_or_before": "<=",
            "on_or_after": ">=",
        }[operator.key]
        return f"{subject} {sign} {that_day}"

    @staticmethod
    def anniversary(subject: str, end: str) -> str:
        """Return the condition that an anniversary lies in [today, end): this year's, or the one after it.

        The 29th of February is kept on the 28th in years that have none.
        """
        years = f"(extract(year FROM %(today)s)::int - extract(year FROM {subject})::int)"
        this_years = f"({subject} + make_interval(years => {years}))::date"
        next_years = f"({subject} + make_interval(years => greatest({years} + 1, 1)))::date"
        return (
            f"(({years} >= 1 AND {this_years} >= %(today)s AND {this_years} < {end})"
            f" OR ({next_years} >= %(today)s AND {next_years} < {end}))"
        )

    def multi(self, subject: str, operator: Operator, value: Any, one: Field | None) -> str:
        picked = value["of"] if operator.shape is Shape.CHOICES_N else value
        stored = self.stored(dict.fromkeys(picked), one)
        cast = "bigint[]" if stored and isinstance(stored[0], int) else "text[]"
        subject = f"({subject})::{cast}"
        if operator.shape is Shape.CHOICES_N:
            hits = " + ".join(f"({subject} @> {self.book.parameter([each])}::{cast})::int" for each in stored)
            return f"({hits}) >= {int(value['n'])}"
        wanted = f"{self.book.parameter(stored)}::{cast}"
        match operator.key:
            case "all_of":
                return f"{subject} @> {wanted}"
            case "exactly":
                return f"({subject} @> {wanted} AND {subject} <@ {wanted})"
            case _:
                return f"{subject} && {wanted}"

    def stored(self, values: Any, one: Field | None) -> list[Any]:
        """Return what the database holds for values people picked. Raises CriteriaError for one that is gone."""
        if one is None:
            return list(values)
        choices = self.book.catalog.choices(one)
        missing = [value for value in values if value not in choices]
        if missing and choices:
            raise _unusable(f"“{missing[0]}” is no longer one of the choices of “{one.label}”.")
        return [choices[value].parameter if choices else value for value in values]

    def other(self, value: dict[str, Any]) -> str:
        one = field_of(Operand(field=value["field"]), self.book.catalog, self.collection)
        if one is None:
            raise _unusable(f"There is no field “{value['field']}”.")
        found = f"({one.sql})" if self.collection else self.book.column(one)
        return day_of(found) if one.kind is Kind.MOMENT else found


def day_of(moment: str) -> str:
    """Return the day of a moment in the program's time zone."""
    return f"({moment} AT TIME ZONE %(zone)s)::date"


def _empty(subject: str, kind: Kind) -> str:
    if kind is Kind.TEXT or kind is Kind.CHOICE:
        return f"(coalesce({subject}::text, '') = '')"
    if kind is Kind.MULTI:
        return f"(coalesce(cardinality({subject}), 0) = 0)"
    return f"({subject} IS NULL)"


def _like(value: str) -> str:
    return value.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def _unusable(message: str) -> CriteriaError:
    return CriteriaError([Problem("", "unusable", message)])
