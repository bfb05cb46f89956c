"""Everything that is said of a draft before it is published, in one scan over all partners."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from criteria.fields import registry
from criteria.tree import Clause, Group, Operand, Problem
from segmentation.engine.cautions import TWINS, asked_fields, cautions
from segmentation.engine.comparisons import Impact, moves_of
from segmentation.engine.previews import SHARES, Match, limit, matched
from segmentation.engine.stored import rows, stored_book
from segmentation.scope import Scope


@dataclass(frozen=True, slots=True)
class Weighed:
    """Everything said of a draft before it is published: whom it picks, who moves, and what is odd about it."""

    match: Match
    impact: Impact
    cautions: list[Problem]


def weigh(
    tree: Group,
    *,
    after: Group,
    before: Group | None,
    at: datetime,
    visible: Any,
    movable: Any,
    segment_id: int | None = None,
    sample: int = 5,
) -> Weighed:
    """Return exactly what a tree picks and what its publication would change, in one scan. Raises CriteriaError.

    `after` and `before` are the texts as they decide, about partners who are `movable` by them; those are among the
    `visible` ones. `segment_id` is the segment being edited: another one with the same partners is named.
    """
    catalog = registry.catalog()
    book = stored_book(catalog, at)
    asked = asked_fields(tree, catalog)
    empty = [book.predicate(Clause(Operand(field=one.key), "is_empty")) for _path, one in asked]
    texts = {
        "picked": book.predicate(tree),
        "after": book.predicate(after),
        "before": book.predicate(before) if before is not None else "FALSE",
    }
    seen, parameters = limit(visible)
    can_move, more = limit(movable, "movable")
    moves = moves_of(at, sample)
    answers = [f"({sql}) IS TRUE AS {name}" for name, sql in texts.items()]
    answers += [f"({sql}) IS TRUE AS empty_{index}" for index, sql in enumerate(empty)]
    tallies = ["count(*)", *(f"count(*) FILTER (WHERE empty_{index})" for index in range(len(empty)))]
    sql = f"""
WITH answers AS MATERIALIZED (
  SELECT partner_id, region_id, {", ".join(answers)}
  FROM ({rows(book, Scope.everybody(), "p.region_id AS region_id")}) layer WHERE {seen} OFFSET 0
), tallies AS (SELECT ARRAY[{", ".join(tallies)}] AS counts FROM answers),
found AS MATERIALIZED (SELECT partner_id, region_id FROM answers WHERE picked),
verdict AS MATERIALIZED (
  SELECT partner_id, region_id, after, before FROM answers WHERE (after OR before) AND {can_move}
), {moves.steps}, {TWINS}
SELECT (SELECT counts FROM tallies), (SELECT count(*) FROM found),
  ARRAY(SELECT partner_id FROM found ORDER BY partner_id LIMIT {int(sample)}), {SHARES},
  ARRAY(SELECT id FROM twins), {moves.columns}"""
    with connection.cursor() as cursor:
        cursor.execute(sql, {**book.parameters, **parameters, **more, **moves.parameters})
        (total, *empties), count, some, regions, tiers, categories, twins, *movers = cursor.fetchone()
    match = matched(count, total, some, regions, tiers, categories)
    odd = cautions(tree, match, empties=empties, twins=twins, at=at, visible=visible, besides=segment_id)
    return Weighed(match, moves.read(*movers), odd)
