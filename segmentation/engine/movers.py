"""Who comes to fulfil a text in place of another, and who ceases to: ids of everybody, for those who are to be told."""

from datetime import datetime
from typing import Any

from django.db import connection

from criteria.fields import registry
from criteria.tree import Group
from segmentation.engine.previews import limit
from segmentation.engine.stored import rows, stored_book
from segmentation.scope import Scope


def movers(draft: Group | None, published: Group | None, *, at: datetime, visible: Any) -> tuple[list[int], list[int]]:
    """Return the ids of who enters and who leaves when a text takes the place of another. Raises CriteriaError."""
    book = stored_book(registry.catalog(), at)
    after = book.predicate(draft) if draft is not None else "FALSE"
    before = book.predicate(published) if published is not None else "FALSE"
    seen, parameters = limit(visible)
    sql = f"""
WITH verdict AS MATERIALIZED (
  SELECT * FROM (SELECT partner_id, ({after}) IS TRUE AS after, ({before}) IS TRUE AS before
    FROM ({rows(book, Scope.everybody())}) layer WHERE {seen} OFFSET 0) both_texts
  WHERE after <> before
)
SELECT ARRAY(SELECT partner_id FROM verdict WHERE after ORDER BY 1),
  ARRAY(SELECT partner_id FROM verdict WHERE before ORDER BY 1)"""
    with connection.cursor() as cursor:
        cursor.execute(sql, {**book.parameters, **parameters})
        enters, leaves = cursor.fetchone()
    return enters, leaves
