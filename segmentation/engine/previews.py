"""What criteria would pick, without writing anything."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from criteria.fields import registry
from criteria.tree import Group
from segmentation.engine.stored import rows, stored_book, visible_ids
from segmentation.scope import Scope


@dataclass(frozen=True, slots=True)
class Match:
    """How many partners a draft picks, out of how many, some of them, and where they are."""

    count: int
    total: int
    sample: list[int]
    regions: list[tuple[int | None, int]]


def preview(tree: Group, *, at: datetime, visible: Any, sample: int = 5) -> Match:
    """Return what criteria pick now among visible partners, without writing anything. Raises CriteriaError.

    `visible` is a queryset of the partners the reader may see.
    """
    book = stored_book(registry.catalog(), at)
    condition = book.predicate(tree)
    visible_sql, visible_parameters = visible_ids(visible)
    sql = f"""
WITH found AS MATERIALIZED (
  SELECT partner_id, region_id FROM ({rows(book, Scope.everybody(), "p.region_id AS region_id")}) layer
  WHERE ({condition}) AND partner_id IN ({visible_sql})
)
SELECT (SELECT count(*) FROM found), (SELECT count(*) FROM ({visible_sql}) everybody),
  ARRAY(SELECT partner_id FROM found ORDER BY partner_id LIMIT {int(sample)}),
  (SELECT coalesce(json_agg(json_build_array(region_id, n) ORDER BY n DESC), '[]') FROM
    (SELECT region_id, count(*) AS n FROM found GROUP BY 1) regions)"""
    with connection.cursor() as cursor:
        cursor.execute(sql, {**book.parameters, **visible_parameters})
        count, total, some, regions = cursor.fetchone()
    return Match(count, total, some, [(region, n) for region, n in regions])
