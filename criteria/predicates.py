"""Groups and clauses as conditions in SQL. Values always travel as parameters of the book."""

from typing import TYPE_CHECKING, Any

from criteria.checks import as_day, as_number, field_of, kind_of, measured_field, operator_of
from criteria.fields import Collection, Field, Kind, RuleKind
from criteria.fragments import day_of, is_empty, like, settled, unusable
from criteria.operators import CHANGES, Operator, Shape
from criteria.tree import Clause, Group, Node, Operand

if TYPE_CHECKING:
    from criteria.sql import Book

SIZES = {"size_at_least": ">=", "size_at_most": "<=", "size_is": "="}


def divides(operand: Operand) -> bool:
    """Say whether a figure is a quotient."""
    is_share = operand.per_area is not None and operand.per_area.figure == "share"
    return is_share or operand.growth_over is not None or operand.aggregate == "average"


class Predicates:
    """Turns nodes into conditions: over the partner's short names, or over the columns of one collection."""

    def __init__(self, book: "Book", collection: Collection | None) -> None:
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
        kind, operator = kind_of(clause.operand, catalog, collection), operator_of(clause, catalog, collection)
        if kind is None or operator is None:
            named = clause.operand.field or clause.operand.collection or "areas"
            raise unusable(f"“{named}” cannot be asked “{clause.operator}”.")
        one = measured_field(clause.operand, catalog, collection)
        if not clause.operand.field:
            return self.compare(self.figure(clause.operand), kind, operator, clause.value, one)
        if one is None:
            raise unusable(f"There is no field “{clause.operand.field}”.")
        if kind is Kind.RULES:
            return self.rules(one, operator, clause.value)
        if operator in CHANGES:
            return self.change(one, operator, clause.value)
        subject = f"({one.sql})" if collection else self.book.operand(clause.operand)
        return self.compare(settled(subject) if one.formula else subject, kind, operator, clause.value, one)

    def figure(self, operand: Operand) -> str:
        return settled(self.book.operand(operand)) if divides(operand) else self.book.operand(operand)

    def change(self, one: Field, operator: Operator, value: Any) -> str:
        since = day_of(self.book.changed(one))
        recently = f"{since} > {self.book.parameter(self.book.clock.shifted(-value['n'], value['unit']))}"
        return f"(({recently}) IS NOT TRUE)" if operator.negative else recently

    def rules(self, one: Field, operator: Operator, value: Any) -> str:
        if one.rule_kind is None:
            raise unusable(f"“{one.key}” names no rules.")
        if operator.shape is Shape.CHOICES_SPAN:
            first = self.book.parameter(self.book.clock.shifted(-value["n"], value["unit"]))
            return "(" + " OR ".join(self.over_time(one.rule_kind, key, operator, first) for key in value["of"]) + ")"
        verdicts = [self.book.answer(one.rule_kind, key) for key in value]
        whole = (" AND " if operator.key == "all_of" else " OR ").join(verdicts) or "FALSE"
        return f"(({whole}) IS NOT TRUE)" if operator.negative else f"({whole})"

    def over_time(self, kind: RuleKind, key: str, operator: Operator, first: str) -> str:
        """Return the condition that a rule has held since a day, or on any day after it."""
        now, past = self.book.answer(kind, key), self.book.history(kind, key)
        if operator.key == "within_last":
            return f"({now} OR {past.before} OR {day_of(past.left)} > {first})"
        unbroken = f"({past.left} IS NULL OR {past.left} < {past.entered})"
        return f"({now} AND {unbroken} AND {day_of(past.entered)} <= {first})"

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
            empty = is_empty(subject, kind)
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
            Kind.PLACE: self.place,
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
                patterns = ", ".join(self.lowered(f"%{like(one)}%") for one in value)
                return f"{subject} LIKE ANY(ARRAY[{patterns}])"
            case "begins_with":
                pattern = f"{like(value)}%"
            case "ends_with":
                pattern = f"%{like(value)}"
            case _:
                pattern = f"%{like(value)}%"
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

    def place(self, subject: str, _operator: Operator, value: Any, _one: Field | None) -> str:
        return f"{self.book.distance(subject, value)} <= {self.book.parameter(as_number(value['km']))}"

    def multi(self, subject: str, operator: Operator, value: Any, one: Field | None) -> str:
        if operator.key in SIZES:
            size = self.book.parameter(as_number(value))
            return f"coalesce(cardinality({subject}), 0) {SIZES[operator.key]} {size}"
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
            raise unusable(f"“{missing[0]}” is no longer one of the choices of “{one.label}”.")
        return [choices[value].parameter if choices else value for value in values]

    def other(self, value: dict[str, Any]) -> str:
        one = field_of(Operand(field=value["field"]), self.book.catalog, self.collection)
        if one is None:
            raise unusable(f"There is no field “{value['field']}”.")
        found = f"({one.sql})" if self.collection else self.book.column(one)
        if one.formula:
            return settled(found)
        return day_of(found) if one.kind is Kind.MOMENT else found
