"""Why a rule holds or not for one partner: every clause with what is asked, what the partner has, and what is missing.

The answers come from the compiled clauses themselves, selected for one partner (`leaf_columns`), so there is no second
evaluator that could disagree.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from criteria.checks import as_number, field_of, kind_of
from criteria.fields import Catalog, Field, Kind
from criteria.operators import BY_KIND, Shape
from criteria.sentence import Speaker
from criteria.sql import Book, day_of
from criteria.tree import COUNTS, Clause, Group, Node


@dataclass(frozen=True, slots=True)
class Explanation:
    """One node explained. `asked`, `has` and `missing` are texts; a group has parts, joined in a way.

    `share` is how much of a number asked for is there, 0 to 1, or None where that makes no sense.
    """

    path: str
    met: bool
    asked: str
    has: str = ""
    missing: str = ""
    share: float | None = None
    joined: str = ""
    at_least: int = 0
    negated: bool = False
    parts: "tuple[Explanation, ...]" = ()
    clause: Clause | None = field(default=None, compare=False)

    @property
    def leaves(self) -> "list[Explanation]":
        """The clauses below, left to right."""
        return [leaf for part in self.parts for leaf in part.leaves] if self.joined else [self]


def leaf_columns(tree: Group, book: Book) -> Iterator[tuple[str, str, str]]:
    """Yield for each node its path, its condition and, for a clause on a value, the value itself."""
    yield from _columns(tree, "", book)


def _columns(node: Node, path: str, book: Book) -> Iterator[tuple[str, str, str]]:
    kind = kind_of(node.operand, book.catalog) if isinstance(node, Clause) else None
    value = book.operand(node.operand) if isinstance(node, Clause) and kind is not Kind.RULES else ""
    if kind is Kind.MOMENT:
        value = day_of(value)
    yield path, book.predicate(node), value
    if isinstance(node, Group):
        for index, rule in enumerate(node.rules):
            yield from _columns(rule, f"{path}/rules/{index}", book)


def explanation(
    tree: Group,
    catalog: Catalog,
    speaker: Speaker,
    met: Mapping[str, bool],
    values: Mapping[str, Any],
) -> Explanation:
    """Return the tree explained with the answers and values of one partner, both by path."""
    return _explain(tree, "", catalog, speaker, met, values)


def _explain(
    node: Node,
    path: str,
    catalog: Catalog,
    speaker: Speaker,
    met: Mapping[str, bool],
    values: Mapping[str, Any],
) -> Explanation:
    if isinstance(node, Group):
        parts = tuple(
            _explain(rule, f"{path}/rules/{index}", catalog, speaker, met, values)
            for index, rule in enumerate(node.rules)
        )
        asked = speaker.tree(node)
        return Explanation(
            path,
            met[path],
            asked,
            joined=node.combinator,
            at_least=node.at_least,
            negated=node.negated,
            parts=parts,
        )
    return _leaf(node, path, catalog, speaker, met=met[path], value=values.get(path))


def _leaf(
    clause: Clause,
    path: str,
    catalog: Catalog,
    speaker: Speaker,
    *,
    met: bool,
    value: Any,
) -> Explanation:
    kind = kind_of(clause.operand, catalog)
    one = _measured_field(clause, catalog)
    asked = speaker.clause(clause)
    if kind is Kind.RULES:
        has = speaker.translate("yes") if met else speaker.translate("no")
        return Explanation(path, met, asked, has=has, clause=clause)
    missing, share = ("", 1.0) if met else _missing(clause, kind, value, one, speaker)
    if kind not in {Kind.NUMBER, Kind.MONEY}:
        share = None
    return Explanation(
        path,
        met,
        asked,
        _shown(value, kind, one, catalog, speaker),
        missing,
        share,
        clause=clause,
    )


def _measured_field(clause: Clause, catalog: Catalog) -> Field | None:
    if clause.operand.field:
        return field_of(clause.operand, catalog)
    if clause.operand.aggregate in {*COUNTS, "count_distinct"}:
        return None
    target = catalog.collections.get(clause.operand.collection)
    return target.field(clause.operand.of) if target else None


def _shown(value: Any, kind: Kind | None, one: Field | None, catalog: Catalog, speaker: Speaker) -> str:
    if value is None or value in ("", []):
        return speaker.translate("no") if kind is Kind.YES_NO else speaker.translate("nothing yet")
    if isinstance(value, bool):
        return speaker.translate("yes" if value else "no")
    unit = f" {one.unit}" if one is not None and one.unit else ""
    if isinstance(value, int | float | Decimal):
        return _number(value) + unit
    if isinstance(value, date):
        return value.isoformat()
    labels = {choice.parameter: str(choice.label) for choice in catalog.choices(one).values()} if one else {}
    if isinstance(value, list):
        return ", ".join(str(labels.get(each, each)) for each in value)
    return str(labels.get(value, value))


def _missing(
    clause: Clause, kind: Kind | None, value: Any, one: Field | None, speaker: Speaker
) -> tuple[str, float | None]:
    operator = BY_KIND[kind][clause.operator] if kind else None
    if operator is None:
        return "", None
    unit = f" {one.unit}" if one is not None and one.unit else ""
    if kind in {Kind.NUMBER, Kind.MONEY} and operator.shape is Shape.NUMBER:
        target = as_number(clause.value)
        has = Decimal(str(value or 0))
        if target is not None and operator.key in {">=", ">"}:
            share = float(max(Decimal(0), min(has / target, Decimal(1)))) if target > 0 else 0.0
            text = speaker.translate("{n} more") if operator.key == ">=" else speaker.translate("more than {n} more")
            return text.format(n=_number(target - has) + unit), share
        if target is not None and operator.key in {"<=", "<"}:
            return speaker.translate("{n} too many").format(n=_number(has - target) + unit), 0.0
    if operator.shape is Shape.NONE and operator.key == "is_set":
        return speaker.translate("Fill this in"), None
    if operator.shape in {Shape.CHOICES, Shape.CHOICE} and not operator.negative:
        return speaker.value(clause, operator), None
    return "", None


def _number(value: float | Decimal) -> str:
    return f"{Decimal(str(value)):,.2f}".rstrip("0").rstrip(".")
