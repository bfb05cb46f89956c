"""What a search of the library finds, in one statement: the best of it in order, and how many have each facet's values.

A word that stands nearly everywhere finds most of the library. So the finds come in *tiers*, each the newest first, and
together no more than `MOST`: what has all words in its title or summary before what has them in its text. A later tier
only fills the room that the earlier ones leave, and only what is left in the end is ranked. Up to `MOST` all is exact.
"""

import json
from collections.abc import Mapping, Sequence
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
Selected = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True)
class Hits:
    """What was found: ids in order, no more than `MOST`, and the count of each value of a facet among them."""

    ids: list[int] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    is_more: bool = False


def look(
    seen: QuerySet[Asset],
    *,
    tiers: Sequence[QuerySet[Asset]],
    whole: QuerySet[Asset],
    chosen: Mapping[str, list[str]],
    words: SearchWords,
    ranked: bool,
) -> Hits:
    """Return what tiers of assets hold, the earlier ones first, or by rank. Each tier comes with its own order.

    `chosen` are words of facets by facet: what has one of each is found. The values of a facet are counted as if it
    were not chosen, among what all others leave of the `whole`, which is all tiers together. What may be `seen` is said
    once: within the statement the name of the assets' table stands for it, so that no tier reaches beyond.
    """
    told = Q()
    for values in chosen.values():
        told &= Q(facets__overlap=values)
    try:
        there, parameters = _sql(seen.order_by())
    except EmptyResultSet:
        return Hits()
    tier_ctes, tier_parameters = _tiers([_first(tier.filter(told)) for tier in tiers])
    others, other_parameters = _others([(f"{key}:", _first(whole.filter(_but_for(key, chosen)))) for key in chosen])
    order, order_parameters = _order(words) if ranked else ("tier, place", [])
    table = connection.ops.quote_name(Asset._meta.db_table)
    statement = f"""
        WITH {", ".join([f"{table} AS NOT MATERIALIZED ({there})", *tier_ctes, *others])},
        hit AS MATERIALIZED ({_union(len(tier_ctes), len(others))})
        SELECT (SELECT array_agg(id ORDER BY {order}) FROM hit WHERE fails = ''),
            (SELECT jsonb_object_agg(word, many) FROM (
                SELECT word, count(*) AS many FROM hit, unnest(facets) AS word
                WHERE fails = '' OR starts_with(word, fails) GROUP BY word
            ) AS counted)
    """  # noqa: S608 - the texts are Django's and ours; values are parameters
    with connection.cursor() as cursor:
        cursor.execute(statement, [*parameters, *tier_parameters, *other_parameters, *order_parameters])
        ids, counts = cursor.fetchone()
    ids = ids or []
    return Hits(ids[:MOST], json.loads(counts or "{}"), len(ids) > MOST)


def _but_for(key: str, chosen: Mapping[str, list[str]]) -> Q:
    rest = ~Q(facets__overlap=chosen[key])
    for other, values in chosen.items():
        if other != key:
            rest &= Q(facets__overlap=values)
    return rest


def _first(rows: QuerySet[Asset]) -> Selected:
    """Return the statement of as many as are looked at."""
    return _sql(rows.values_list(*COLUMNS)[: MOST + 1])


def _sql(rows: QuerySet[Any]) -> Selected:
    sql, parameters = rows.query.sql_with_params()
    return sql, tuple(parameters)


def _tiers(selected: Sequence[Selected]) -> tuple[list[str], list[Any]]:
    ctes = []
    for number, (sql, _given) in enumerate(selected):
        before = " - ".join(f"(SELECT count(*) FROM tier_{one})" for one in range(number))  # noqa: S608
        room = f" LIMIT (SELECT {MOST + 1} - {before})" if before else ""
        place = "row_number() OVER () AS place"
        ctes.append(f"tier_{number} AS MATERIALIZED (SELECT *, {place} FROM ({sql}) AS one({NAMES}){room})")  # noqa: S608
    return ctes, [value for _sql, given in selected for value in given]


def _others(selected: Sequence[tuple[str, Selected]]) -> tuple[list[str], list[Any]]:
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
