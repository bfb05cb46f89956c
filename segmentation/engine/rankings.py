"""Who has most and who has least of a measure."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from criteria.fields import registry
from criteria.tree import parse_formula
from segmentation.engine.previews import limit
from segmentation.engine.stored import rows, stored_book
from segmentation.scope import Scope

Ranked = list[tuple[int, Decimal]]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Partners by their value, by database id: the highest first, and the lowest, lowest first."""

    best: Ranked
    last: Ranked


def ranking(document: Any, *, at: datetime, visible: Any, most: int = 5) -> Ranking:
    """Return the visible partners with the highest and the lowest values, each in one list only.

    Raises CriteriaError when the formula cannot be read.
    """
    book = stored_book(registry.catalog(), at)
    value = book.formula(parse_formula(document))
    seen, parameters = limit(visible)
    sql = f"""
WITH known AS MATERIALIZED (
  SELECT * FROM (SELECT partner_id, {value} AS value FROM ({rows(book, Scope.everybody())}) layer WHERE {seen}) asked
  WHERE value IS NOT NULL
), best AS (
  SELECT partner_id, value, 1 AS list FROM known ORDER BY value DESC, partner_id LIMIT {int(most)}
), last AS (
  SELECT partner_id, value, 2 AS list FROM known WHERE partner_id NOT IN (SELECT partner_id FROM best)
  ORDER BY value, partner_id LIMIT {int(most)}
)
(SELECT * FROM best ORDER BY value DESC, partner_id) UNION ALL (SELECT * FROM last ORDER BY value, partner_id)"""
    with connection.cursor() as cursor:
        cursor.execute(sql, {**book.parameters, **parameters})
        found = cursor.fetchall()
    lists = {which: [(partner, amount) for partner, amount, one in found if one == which] for which in (1, 2)}
    return Ranking(lists[1], lists[2])
