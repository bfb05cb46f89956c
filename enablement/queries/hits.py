"""What a search of the library finds, in one statement: the best of it in order, and how many have each facet's values.

A word that stands nearly everywhere finds most of the library. So the finds come in *tiers*, each the newest first and
no more than `MOST`: what has all words in its title or summary before what has them in its text. A later tier is looked
at only while the earlier ones leave room, and only what is left in the end is ranked. Up to `MOST` everything is exact.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Q, QuerySet

from enablement.models import Asset
from enablement.querysets.assets import SearchWords

MOST = 1000
COLUMNS = ("pk", "facets", "published_at", "words", "title")
NAMES = "id, facets, published_at, words, title"
NEWEST: tuple[Any, ...] = (F("published_at").desc(), "pk")


@dataclass(frozen=True)
class Hits:
    """What was found: ids in order, no more than `MOST`, and the count of each value of a facet among them."""

    ids: list[int] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    is_more: bool = False


def look(
    tiers: Sequence[QuerySet[Asset]],
    *,
    whole: QuerySet[Asset],
    chosen: dict[str, list[str]],
    words: SearchWords,
    ranked: bool,
) -> Hits:
    """Return what tiers of assets hold, the earlier ones first, or by rank. Each tier comes with its own order.

    `chosen` are words of facets by facet: what has one of each is found. The values of a facet are counted as if it
    were not chosen, among what all others leave of the `whole`, which is all tiers together.
    """
    told = Q()
    for values in chosen.values():
        told &= Q(facets__overlap=values)
    parts = [_selected(tier.filter(told)) for tier in tiers]
    fails = [(f"{key}:", _selected(whole.order_by().filter(_but_for(key, chosen)))) for key in chosen]
    ctes, parameters = _tiers([one for one in parts if one])
    others, more_parameters = _others([(key, one) for key, one in fails if one])
    if not ctes:
        return Hits()
    order, order_parameters = _order(words) if ranked else ("tier, place", [])
    statement = f"""
        WITH {", ".join([*ctes, *others])},
        hit AS MATERIALIZED ({_union(len(ctes), len(others))})
        SELECT (SELECT array_agg(id ORDER BY {order}) FROM hit WHERE fails = ''),
            (SELECT jsonb_object_agg(word, many) FROM (
                SELECT word, count(*) AS many FROM hit, unnest(facets) AS word
                WHERE fails = '' OR starts_with(word, fails) GROUP BY word
            ) AS counted)
    """  # noqa: S608 - the texts are Django's and ours; values are parameters
    with connection.cursor() as cursor:
        cursor.execute(statement, [*parameters, *more_parameters, *order_parameters])
        ids, counts = cursor.fetchone()
    ids = ids or []
    return Hits(ids[:MOST], json.loads(counts or "{}"), len(ids) > MOST)


def _but_for(key: str, chosen: dict[str, list[str]]) -> Q:
    rest = ~Q(facets__overlap=chosen[key])
    for other, values in chosen.items():
        if other != key:
            rest &= Q(facets__overlap=values)
    return rest


def _selected(rows: QuerySet[Asset]) -> tuple[str, tuple[Any, ...]] | None:
    """Return the statement of as many as are looked at; None when nothing can be in it."""
    try:
        sql, parameters = rows.values_list(*COLUMNS)[: MOST + 1].query.sql_with_params()
    except EmptyResultSet:
        return None
    return sql, tuple(parameters)


def _tiers(selected: Sequence[tuple[str, tuple[Any, ...]]]) -> tuple[list[str], list[Any]]:
    ctes = []
    for number, (sql, _given) in enumerate(selected):
        before = " + ".join(f"(SELECT count(*) FROM tier_{one})" for one in range(number))  # noqa: S608
        room = f" WHERE {before} <= {MOST}" if before else ""
        place = "row_number() OVER () AS place"
        ctes.append(f"tier_{number} AS MATERIALIZED (SELECT *, {place} FROM ({sql}) AS one({NAMES}){room})")  # noqa: S608
    return ctes, [value for _sql, given in selected for value in given]


def _others(selected: Sequence[tuple[str, tuple[str, tuple[Any, ...]]]]) -> tuple[list[str], list[Any]]:
    ctes = [
        f"other_{number} AS MATERIALIZED (SELECT *, %s AS fails FROM ({sql}) AS one({NAMES}))"  # noqa: S608
        for number, (_key, (sql, _given)) in enumerate(selected)
    ]
    return ctes, [value for key, (_sql, given) in selected for value in (key, *given)]


def _union(tiers: int, others: int) -> str:
    found = [f"SELECT {NAMES}, {one} AS tier, place, '' AS fails FROM tier_{one}" for one in range(tiers)]  # noqa: S608
    counted = [f"SELECT {NAMES}, 0 AS tier, 0 AS place, fails FROM other_{one}" for one in range(others)]  # noqa: S608
    return " UNION ALL ".join([*found, *counted])


def _order(words: SearchWords) -> tuple[str, list[Any]]:
    """Return the order by rank: the words as typed count twice, those that may have been meant once, the title adds."""
    rank = (
        "ts_rank(words, to_tsquery('simple', %s)) * 2 + ts_rank(words, to_tsquery('simple', %s))"
        " + word_similarity(%s, title)"
    )
    return f"{rank} DESC, published_at DESC, id", [words.exact_text, words.wide_text, " ".join(words.typed)]


def meant_first(product_lines: Sequence[str]) -> list[Q]:
    """Return the tiers of a library in which nothing is looked for: what is for somebody's partner, on their lines."""
    on_lines = Q(product_lines__overlap=list(product_lines)) if product_lines else None
    for_us = Q(audience__isnull=False)
    if on_lines is None:
        return [for_us, ~for_us]
    return [for_us & on_lines, for_us & ~on_lines, ~for_us & on_lines, ~for_us & ~on_lines]
