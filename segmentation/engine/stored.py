"""The program's clock, and the stored answers of the rule book as columns that any predicate may ask."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core.models import Program
from criteria.clock import Clock
from criteria.fields import Catalog, Collection, Field, Kind, RuleKind, registry
from criteria.sql import Book, History
from criteria.tree import CriteriaError, Problem
from segmentation.scope import Scope

ARRAYS = {RuleKind.SEGMENT: "segment_ids", RuleKind.CATEGORY: "category_ids", RuleKind.TIER: "tier_ids"}


def clock(at: datetime) -> Clock:
    """Return the program's clock at a moment."""
    program = Program.current()
    return Clock(at, program.zone, program.fiscal_year_start_month)


def stored_column(kind: RuleKind) -> Field:
    """Return the column that holds the stored answers of a kind of rule."""
    column = ARRAYS.get(kind, "stage_id")
    return Field(f"stored {column}", column, Kind.MULTI, f"k.{column}", join="classification")


def stored_verdict(book: Book, kind: RuleKind, rule_id: int) -> str:
    """Return the condition that a partner fulfils a rule, by what was stored last."""
    column = book.column(stored_column(kind))
    return f"({column} = {int(rule_id)})" if kind is RuleKind.STAGE else f"({column} @> ARRAY[{int(rule_id)}])"


def stored_book(catalog: Catalog, at: datetime, substitutes: Mapping[str, Any] | None = None) -> Book:
    """Return an empty book in which rules are asked by their stored answers: for previews, explanations and metrics."""
    ids = RuleIds()

    def verdict(kind: RuleKind, key: str) -> str:
        return stored_verdict(book, kind, ids.of(kind, key))

    def history(kind: RuleKind, key: str) -> History:
        return stored_history(book, kind, ids.of(kind, key))

    book = Book(catalog, clock(at), verdict, history, substitutes or {})
    return book


#: What partners entered and left, to ask since when a rule holds.
MOVES = Collection(
    "moves",
    "moves",
    source="segmentation_ruletransition move",
    partner_id="move.partner_id",
    record_id="move.id",
    name="''",
    day="at",
    fields=(Field("at", "at", Kind.MOMENT, "move.at"),),
)


def stored_history(book: Book, kind: RuleKind, rule_id: int) -> History:
    """Return when partners last entered and left a rule, and whether the stored answer says that they are in it."""
    of_rule = f"move.kind = '{kind}' AND move.rule_id = {int(rule_id)}"
    entered = book.figures.grouped(MOVES, f"max(move.at) FILTER (WHERE {of_rule} AND move.entered)")
    left = book.figures.grouped(MOVES, f"max(move.at) FILTER (WHERE {of_rule} AND NOT move.entered)")
    names = [
        book.column(Field(f"{way} {kind} {rule_id}", way, Kind.MOMENT, sql))
        for way, sql in (("entered", entered), ("left", left))
    ]
    return History(names[0], names[1], stored_verdict(book, kind, rule_id))


class RuleIds:
    """Database ids of rules by key, read once per kind."""

    def __init__(self) -> None:
        self._known: dict[RuleKind, dict[str, int]] = {}

    def of(self, kind: RuleKind, key: str) -> int:
        if kind not in self._known:
            choices = next(
                (one.choices for one in registry.catalog().fields.values() if one.rule_kind is kind), lambda: ()
            )
            self._known[kind] = {choice.value: choice.parameter for choice in choices()}
        if key not in self._known[kind]:
            raise CriteriaError([Problem("", "unusable", f"There is no {kind} “{key}”.")])
        return self._known[kind][key]


def rows(book: Book, scope: Scope, *more: str) -> str:
    """Return the select of one row per partner with everything that a book's predicates name, and more columns."""
    columns = ", ".join(["p.id AS partner_id", *more, *book.selected()])
    base = f"SELECT {columns} FROM {book.source(scope.condition)} WHERE {scope.condition('p.id')} OFFSET 0"
    return book.layered(base)


def visible_ids(queryset: Any, name: str = "visible") -> tuple[str, dict[str, Any]]:
    """Return a queryset's ids as SQL with named parameters, to stand inside a larger statement."""
    sql, parameters = queryset.order_by().values("pk").query.sql_with_params()
    named = {f"{name}_{index}": value for index, value in enumerate(parameters)}
    placeholders = iter([f"%({one})s" for one in named])
    return re.sub(r"%s", lambda _: next(placeholders), sql), named
