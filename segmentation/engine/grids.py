"""Partners by what was stored of them: how many, and what they won, in each place of a grid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from criteria.checks import check_operand
from criteria.fields import RuleKind, registry
from criteria.tree import parse_operand
from segmentation.engine.comparisons import REVENUE
from segmentation.engine.previews import limit
from segmentation.engine.stored import rows, stored_book, stored_column
from segmentation.scope import Scope


@dataclass(frozen=True, slots=True)
class Place:
    """Partners in one segment of each list and in one life stage; None is none of them."""

    segments: tuple[int | None, ...]
    stage: int | None
    count: int
    revenue: Decimal | None


def grid(lists: Sequence[Sequence[int]], *, at: datetime, visible: Any) -> list[Place]:
    """Return visible partners by the segments of some lists that they are in, and by life stage."""
    catalog = registry.catalog()
    book = stored_book(catalog, at)
    held, stage = book.column(stored_column(RuleKind.SEGMENT)), book.column(stored_column(RuleKind.STAGE))
    columns = [_one_of(held, ids) for ids in lists]
    revenue = "NULL::numeric" if check_operand(REVENUE, catalog) else book.operand(parse_operand(REVENUE))
    seen, parameters = limit(visible)
    places = ", ".join(str(place) for place in range(1, len(columns) + 2))
    sql = (
        f"SELECT {', '.join([*columns, stage])}, count(*), sum({revenue})"
        f" FROM ({rows(book, Scope.everybody())}) layer WHERE {seen} GROUP BY {places}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, {**book.parameters, **parameters})
        return [Place(tuple(row[:-3]), row[-3], row[-2], row[-1]) for row in cursor.fetchall()]


def _one_of(held: str, ids: Sequence[int]) -> str:
    cases = " ".join(f"WHEN {held} @> ARRAY[{int(pk)}] THEN {int(pk)}" for pk in ids)
    return f"CASE {cases} END" if cases else "NULL::int"
