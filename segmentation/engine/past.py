"""What was: a rule answered with the values kept when a partner entered or left it, at that moment's clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from criteria.checks import measured_field, operator_of
from criteria.explain import Explanation
from criteria.fields import Catalog, Field, Kind, RuleKind, registry
from criteria.operators import CHANGES, Shape
from criteria.sentence import Speak, Speaker
from criteria.sql import Book, History
from criteria.tree import Group, clauses, operand_key
from segmentation.engine.explanations import explained
from segmentation.engine.stored import MOVES, RuleIds, clock


@dataclass
class _Kept:
    """The values kept at a moment, by what they answer: operands, changes of fields, and distances of places."""

    operands: dict[str, Any] = field(default_factory=dict)
    changed: dict[str, Any] = field(default_factory=dict)
    distances: dict[str, Any] = field(default_factory=dict)


@dataclass
class PastBook(Book):
    """A book in which days of change and distances are those that were kept, too."""

    kept: _Kept = field(default_factory=_Kept)

    def changed(self, one: Field) -> str:
        """Return the moment since which a field had held its value: noon of the day that was kept."""
        return f"(({self.parameter(self.kept.changed.get(one.key))}::date + time '12:00') AT TIME ZONE %(zone)s)"

    def distance(self, place: str, circle: Mapping[str, Any]) -> str:
        """Return the distance that was kept."""
        return f"{self.parameter(self.kept.distances.get(_circle(circle)))}::numeric"


def explain_past(
    tree: Group, values: Mapping[str, Any], *, partner_id: int, at: datetime, speak: Speak = Speaker
) -> Explanation:
    """Return why a tree held or not at a past moment, with the values kept then by the path of their clause.

    Rules that it asks for are answered from what the partner had entered and left by that moment. Raises CriteriaError.
    """
    catalog = registry.catalog()
    kept = _kept(tree, values, catalog)
    ids = RuleIds()

    def verdict(kind: RuleKind, key: str) -> str:
        return f"(coalesce({_last_move(book, kind, ids.of(kind, key), 'is_in')}, FALSE))"

    def history(kind: RuleKind, key: str) -> History:
        rule_id = ids.of(kind, key)
        entered, left = (_last_move(book, kind, rule_id, way) for way in ("entered", "left"))
        return History(entered, left, verdict(kind, key))

    book = PastBook(catalog, clock(at), verdict, history, kept.operands, kept=kept)
    return explained({"": tree}, book, partner_id=partner_id, speak=speak)[""]


def _kept(tree: Group, values: Mapping[str, Any], catalog: Catalog) -> _Kept:
    kept = _Kept()
    for path, clause in clauses(tree):
        one, operator = measured_field(clause.operand, catalog), operator_of(clause, catalog)
        if one is not None and one.kind is Kind.RULES:
            continue
        value = values.get(path)
        if one is not None and operator in CHANGES:
            kept.changed[one.key] = value
        elif operator is not None and operator.shape is Shape.CIRCLE:
            kept.distances[_circle(clause.value)] = value
        else:
            kept.operands[operand_key(clause.operand)] = value
    return kept


def _circle(circle: Mapping[str, Any]) -> str:
    return f"{circle['latitude']} {circle['longitude']}"


_WAYS = {
    "entered": "max(move.at) FILTER (WHERE {of_rule} AND move.entered)",
    "left": "max(move.at) FILTER (WHERE {of_rule} AND NOT move.entered)",
    "is_in": "(array_agg(move.entered ORDER BY move.at DESC, move.id DESC) FILTER (WHERE {of_rule}))[1]",
}


def _last_move(book: Book, kind: RuleKind, rule_id: int, way: str) -> str:
    """Return the short name of what a partner's moves up to the book's moment say about a rule."""
    of_rule = f"move.kind = '{kind}' AND move.rule_id = {int(rule_id)} AND move.at <= %(now)s"
    figure = book.figures.grouped(MOVES, _WAYS[way].format(of_rule=of_rule))
    return book.column(Field(f"past {way} {kind} {rule_id}", way, Kind.MOMENT, figure))
