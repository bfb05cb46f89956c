"""What was: a rule answered with the values kept when a partner entered or left it, at that moment's clock."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from criteria.checks import measured_field, operator_of
from criteria.explain import Explanation
from criteria.fields import Catalog, Field, Kind, RuleKind, registry
from criteria.operators import CHANGES, Shape
from criteria.sentence import Speak, Speaker
from criteria.sql import Book, History, changed_key, distance_key
from criteria.tree import Group, clauses, operand_key
from segmentation.engine.explanations import explained
from segmentation.engine.stored import MOVES, RuleIds, clock


def explain_past(
    tree: Group, values: Mapping[str, Any], *, partner_id: int, at: datetime, speak: Speak = Speaker
) -> Explanation:
    """Return why a tree held or not at a past moment, with the values kept then by the path of their clause.

    Rules that it asks for are answered from what the partner had entered and left by that moment. Raises CriteriaError.
    """
    catalog = registry.catalog()
    ids = RuleIds()

    def verdict(kind: RuleKind, key: str) -> str:
        return f"(coalesce({_last_move(book, kind, ids.of(kind, key), 'is_in')}, FALSE))"

    def history(kind: RuleKind, key: str) -> History:
        rule_id = ids.of(kind, key)
        entered, left = (_last_move(book, kind, rule_id, way) for way in ("entered", "left"))
        return History(entered, left, verdict(kind, key))

    book = Book(catalog, clock(at), verdict, history, _kept(tree, values, catalog))
    return explained({"": tree}, book, partner_id=partner_id, speak=speak)[""]


def _kept(tree: Group, values: Mapping[str, Any], catalog: Catalog) -> dict[str, Any]:
    """Return the values kept at a moment as what a book takes for what it would look up."""
    kept: dict[str, Any] = {}
    for path, clause in clauses(tree):
        one, operator = measured_field(clause.operand, catalog), operator_of(clause, catalog)
        if one is not None and one.kind is Kind.RULES:
            continue
        if one is not None and operator in CHANGES:
            key = changed_key(one)
        elif operator is not None and operator.shape is Shape.CIRCLE:
            key = distance_key(clause.value)
        else:
            key = operand_key(clause.operand)
        kept[key] = values.get(path)
    return kept


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
