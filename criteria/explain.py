"""Why a rule holds or not for one partner: every clause with what is asked, what the partner has, and what is missing.

The answers come from the compiled clauses themselves, selected for one partner (`leaf_columns`), so there is no second
evaluator that could disagree.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from criteria.checks import as_number, kind_of, measured_field, operator_of
from criteria.fields import MEASURE_PREFIX, Catalog, Field, Kind
from criteria.operators import CHANGES, Shape
from criteria.predicates import SIZES
from criteria.sentence import Speaker
from criteria.sql import Book
from criteria.tree import Clause, Group, Node, clauses

NUMERIC = (Kind.NUMBER, Kind.MONEY)
#: What decides a clause on a place: how far away it is.
DISTANCE = Field("distance", "distance", Kind.NUMBER, "", unit="km")


@dataclass(frozen=True, slots=True)
class Explanation:
    """One node explained. `asked`, `has` and `missing` are texts; a group has parts, joined in a way.

    `title` is the note that whoever wrote a group gave it. `share` is how much of a number asked for is there, 0 to 1,
    or None where that makes no sense. `value` is what the database has.
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
    title: str = ""
    clause: Clause | None = field(default=None, compare=False)
    value: Any = field(default=None, compare=False)

    @property
    def may_count_records(self) -> bool:
        """Whether records may stand behind the value: of a measure its formula tells."""
        if self.clause is None:
            return False
        operand = self.clause.operand
        return bool(operand.collection) or operand.per_area is not None or operand.field.startswith(MEASURE_PREFIX)

    @property
    def leaves(self) -> "list[Explanation]":
        """The clauses below, left to right."""
        return [leaf for part in self.parts for leaf in part.leaves] if self.joined else [self]


def leaf_columns(tree: Group, book: Book) -> Iterator[tuple[str, str, str]]:
    """Yield for each node that asks something its path, its condition and, for a clause on a value, the value."""
    yield from _columns(tree, "", book)


def deciding_values(tree: Group, book: Book) -> Iterator[str]:
    """Yield the value that decides each clause, in the order of `clauses`; NULL for one that asks about rules."""
    for _path, clause in clauses(tree):
        asks_rules = kind_of(clause.operand, book.catalog) is Kind.RULES
        yield "NULL" if asks_rules else book.leaf(clause)


def _columns(node: Node, path: str, book: Book) -> Iterator[tuple[str, str, str]]:
    if node.disabled:
        return
    on_value = isinstance(node, Clause) and kind_of(node.operand, book.catalog) is not Kind.RULES
    yield path, book.predicate(node), book.leaf(node) if on_value and isinstance(node, Clause) else ""
    if isinstance(node, Group):
        for index, rule in enumerate(node.rules):
            yield from _columns(rule, f"{path}/rules/{index}", book)


def deciding(clause: Clause, catalog: Catalog) -> tuple[Kind | None, Field | None]:
    """Return the kind of value that decides a clause, and the field that gives it unit and choices."""
    kind, one, operator = (
        kind_of(clause.operand, catalog),
        measured_field(clause.operand, catalog),
        operator_of(clause, catalog),
    )
    if operator in CHANGES or kind is Kind.MOMENT:
        return Kind.DATE, None
    if operator is not None and operator.shape is Shape.CIRCLE:
        return Kind.NUMBER, DISTANCE
    return kind, one


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
            if not rule.disabled
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
            title=node.note,
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
    kind, one = deciding(clause, catalog)
    asked = speaker.clause(clause)
    if kind is Kind.RULES:
        has = speaker.translate("yes") if met else speaker.translate("no")
        return Explanation(path, met, asked, has=has, clause=clause)
    missing, share = ("", 1.0) if met else _missing(clause, value, catalog, speaker)
    if kind not in NUMERIC:
        share = None
    return Explanation(
        path,
        met,
        asked,
        shown(value, kind, one, catalog, speaker),
        missing,
        share,
        clause=clause,
        value=value,
    )


def shown(value: Any, kind: Kind | None, one: Field | None, catalog: Catalog, speaker: Speaker) -> str:
    """Return a value as people read it: with its unit, its choices by their labels."""
    if value is None or value in ("", []):
        return speaker.translate("no") if kind is Kind.YES_NO else speaker.translate("nothing yet")
    if isinstance(value, bool):
        return speaker.translate("yes" if value else "no")
    unit = f" {one.unit}" if one is not None and one.unit else ""
    if isinstance(value, int | float | Decimal):
        return _number(value) + unit
    if isinstance(value, date):
        return speaker.day(value)
    labels = {choice.parameter: str(choice.label) for choice in catalog.choices(one).values()} if one else {}
    if isinstance(value, list):
        return ", ".join(str(labels.get(each, each)) for each in value)
    return str(labels.get(value, value))


def _missing(clause: Clause, value: Any, catalog: Catalog, speaker: Speaker) -> tuple[str, float | None]:
    operator, (kind, one) = operator_of(clause, catalog), deciding(clause, catalog)
    if operator is None:
        return "", None
    unit = f" {one.unit}" if one is not None and one.unit and kind in NUMERIC else ""
    if operator.key in SIZES and kind is Kind.MULTI:
        return _gap(as_number(clause.value), len(value or ()), SIZES[operator.key], "", speaker)
    if operator.key == "within_distance" and value is not None:
        return _gap(as_number(clause.value["km"]), value, "<=", unit, speaker)
    if kind in NUMERIC and operator.shape is Shape.NUMBER:
        return _gap(as_number(clause.value), value or 0, operator.key, unit, speaker)
    if operator.shape is Shape.NONE and operator.key == "is_set":
        return speaker.translate("Fill this in"), None
    if operator.shape in {Shape.CHOICES, Shape.CHOICE} and not operator.negative:
        return speaker.value(clause, operator), None
    return "", None


def _gap(target: Decimal | None, value: Any, sign: str, unit: str, speaker: Speaker) -> tuple[str, float | None]:
    """Return what is missing of a number, or too much of it, and the share that is there."""
    has = Decimal(str(value))
    if target is not None and sign in {">=", ">"}:
        share = float(max(Decimal(0), min(has / target, Decimal(1)))) if target > 0 else 0.0
        text = speaker.translate("{n} more") if sign == ">=" else speaker.translate("more than {n} more")
        return text.format(n=_number(target - has) + unit), share
    if target is not None and sign in {"<=", "<"}:
        return speaker.translate("{n} too many").format(n=_number(has - target) + unit), 0.0
    return "", None


def _number(value: float | Decimal) -> str:
    return f"{Decimal(str(value)):,.2f}".rstrip("0").rstrip(".")
