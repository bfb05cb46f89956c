"""A draft beside what is published: who would enter and leave, now and at moments of the past."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from criteria.checks import check_operand
from criteria.fields import registry
from criteria.tree import Group, parse_operand
from segmentation.engine.previews import Shares, at_least_by_statistics, limit, sampled
from segmentation.engine.stored import rows, stored_book
from segmentation.scope import Scope

#: What partners are worth to the vendor, in the one criteria language: won in the last twelve months.
REVENUE: Mapping[str, Any] = {
    "collection": "deals",
    "aggregate": "sum",
    "of": "amount",
    "where": {"combinator": "and", "rules": [{"field": "stage", "operator": "equals", "value": "won"}]},
    "window": {"last": 12, "unit": "months"},
}


@dataclass(frozen=True, slots=True)
class Side:
    """Partners that would move one way, the most valuable first, and what they won in the last twelve months."""

    count: int
    sample: list[int]
    regions: Shares
    revenue: Decimal | None


@dataclass(frozen=True, slots=True)
class Impact:
    """What publishing a draft would change: who enters, who leaves, and how many stay."""

    enters: Side
    leaves: Side
    stays: int


@dataclass(frozen=True, slots=True)
class Then:
    """How many partners two texts of a rule pick at a moment, by the records as they are today.

    Of an estimate the numbers are those of the sample, multiplied up.
    """

    at: datetime
    before: int
    after: int
    enters: int
    leaves: int
    estimated: bool = False


def compare(draft: Group, published: Group | None, *, at: datetime, visible: Any, sample: int = 5) -> Impact:
    """Return who would enter and leave if a draft took the place of what is published. Raises CriteriaError.

    Both texts are asked now, in one statement, so that nothing but the text makes the difference; None means that
    nothing is published. Revenue is read for those who move alone.
    """
    book = stored_book(registry.catalog(), at)
    after = book.predicate(draft)
    before = book.predicate(published) if published is not None else "FALSE"
    seen, parameters = limit(visible)
    moves = moves_of(at, sample)
    sql = f"""
WITH verdict AS MATERIALIZED (
  SELECT * FROM (SELECT partner_id, region_id, ({after}) IS TRUE AS after, ({before}) IS TRUE AS before
    FROM ({rows(book, Scope.everybody(), "p.region_id AS region_id")}) layer WHERE {seen} OFFSET 0) both_texts
  WHERE after OR before
), {moves.steps}
SELECT {moves.columns}"""
    with connection.cursor() as cursor:
        cursor.execute(sql, {**book.parameters, **parameters, **moves.parameters})
        return moves.read(*cursor.fetchone())


_SIDE = """
  (SELECT json_build_array(count(*), sum(revenue)::text,
     (SELECT coalesce(json_agg(partner_id), '[]') FROM
       (SELECT partner_id FROM moved WHERE {way} ORDER BY revenue DESC NULLS LAST, partner_id LIMIT {sample}) first),
     (SELECT coalesce(json_agg(json_build_array(region_id, n) ORDER BY n DESC, region_id), '[]') FROM
       (SELECT region_id, count(*) AS n FROM moved WHERE {way} GROUP BY 1) regions))
   FROM moved WHERE {way})"""


@dataclass(frozen=True, slots=True)
class MovesSql:
    """What is added to a statement whose step `verdict` says `before` and `after`, to know who moves."""

    steps: str
    columns: str
    parameters: Mapping[str, Any]

    def read(self, enters: list[Any], leaves: list[Any], stays: int) -> Impact:
        """Return the impact that the columns tell."""
        return Impact(_side(enters, bool(self.parameters)), _side(leaves, bool(self.parameters)), stays)


def moves_of(at: datetime, sample: int) -> MovesSql:
    """Return what tells who enters and leaves. Revenue is read for those who move alone."""
    worth, parameters = _worth(at)
    steps = f"""moving AS MATERIALIZED (
  SELECT partner_id, region_id, after FROM verdict WHERE after <> before
), moved AS MATERIALIZED (
  SELECT moving.*, worth.revenue FROM moving LEFT JOIN ({worth}) worth USING (partner_id)
)"""
    sides = (_SIDE.format(way=way, sample=int(sample)) for way in ("after", "NOT after"))
    columns = f"{', '.join(sides)}, (SELECT count(*) FROM verdict WHERE after AND before)"
    return MovesSql(steps, columns, parameters)


def compare_over(
    draft: Group, published: Group | None, *, moments: Sequence[datetime], visible: Any, exact: bool = True
) -> list[Then]:
    """Return for each moment how many partners a draft picks and how many what is published. Raises CriteriaError.

    Windows and days are those of the moment; fields, records and answers of other rules are what they are today, for
    no history of them is kept. So a figure over past windows is true where records were told in time. Without `exact`
    some two thousand partners are asked, where the reader may see everybody.
    """
    scope = Scope.everybody() if exact or visible.query.where else sampled()
    return [_then(draft, published, scope, at=at, visible=visible) for at in moments]


def _then(draft: Group, published: Group | None, scope: Scope, *, at: datetime, visible: Any) -> Then:
    book = stored_book(registry.catalog(), at)
    after = book.predicate(draft)
    before = book.predicate(published) if published is not None else "FALSE"
    seen, parameters = limit(visible)
    sql = f"""
SELECT count(*), count(*) FILTER (WHERE before), count(*) FILTER (WHERE after),
  count(*) FILTER (WHERE after AND NOT before), count(*) FILTER (WHERE before AND NOT after)
FROM (SELECT ({after}) IS TRUE AS after, ({before}) IS TRUE AS before FROM ({rows(book, scope)}) layer
  WHERE {seen} OFFSET 0) both_texts"""
    with connection.cursor() as cursor:
        cursor.execute(sql, {**book.parameters, **parameters, **scope.parameters})
        asked, *counts = cursor.fetchone()
    is_sample = scope.ids is not None
    factor = at_least_by_statistics(asked) / max(asked, 1) if is_sample else 1
    old, new, enters, leaves = (round(n * factor) for n in counts)
    return Then(at, old, new, enters, leaves, estimated=is_sample)


def _worth(at: datetime) -> tuple[str, dict[str, Any]]:
    """Return a select of the revenue of those who move; of nothing in a program without deals."""
    catalog = registry.catalog()
    if check_operand(REVENUE, catalog):
        return "SELECT NULL::bigint AS partner_id, NULL::numeric AS revenue WHERE FALSE", {}
    book = stored_book(catalog, at)
    name = book.operand(parse_operand(REVENUE))
    movers = Scope.found_by("SELECT partner_id FROM moving")
    sql = f"SELECT partner_id, {name} AS revenue FROM ({rows(book, movers)}) layer"
    renamed = re.sub(r"%\((\w+)\)s", r"%(worth_\1)s", sql)
    return renamed, {f"worth_{key}": value for key, value in book.parameters.items()}


def _side(row: list[Any], has_revenue: bool) -> Side:
    count, revenue, sample, regions = row
    worth = Decimal(revenue or 0) if has_revenue else None
    return Side(count, sample, [(key, n) for key, n in regions], worth)
