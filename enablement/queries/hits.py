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
#: Facets of which a value leaves a fraction of a library, the smallest first. How something is told may leave it all.
NARROWING = ("unit", "market", "line", "stage", "time", "language")
#: What tiers and orders look at, of what was narrowed.
NEAR_COLUMNS = ("id", "facets", "published_at", "words", "title", "minutes", "audience_id", "product_lines")
Sql = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True)
class Hits:
    """What was found: ids in order, no more than `MOST`, and the count of each value of a facet among them."""

    ids: list[int] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    is_more: bool = False


@dataclass(frozen=True)
class Tier:
    """What is looked at together. `is_within`: by its condition alone it is of the whole, which need not be asked."""

    condition: Q = Q()
    is_within: bool = False


def look(
    seen: QuerySet[Asset],
    *,
    whole: QuerySet[Asset],
    tiers: Sequence[Tier],
    by: Sequence[Any],
    chosen: Mapping[str, list[str]],
    words: SearchWords,
    ranked: bool,
) -> Hits:
    """Return what the tiers of a `whole` hold: by rank, or the earlier tiers first and each in the order `by`.

    `chosen` are words of facets by facet: what has one of each is found. The values of a facet are counted as if it
    were not chosen, among what all others leave of the whole. What may be `seen` is said once: within the statement the
    name of the assets' table stands for it, so that nothing else of the statement reaches beyond.
    """
    try:
        ctes = [_named(_table(), _sql(seen.order_by()), kept=False)]
    except EmptyResultSet:
        return Hits()
    narrow = next((key for key in NARROWING if key in chosen), None)
    if narrow:
        ctes.append(_named("near", _sql(whole.filter(_near(narrow, chosen)).values_list(*NEAR_COLUMNS)), kept=True))
    found = []
    for tier in tiers:
        rows = (Asset.objects if narrow or tier.is_within else whole).filter(tier.condition & _told(chosen))
        found.append(_first(rows.order_by(*by), near=bool(narrow)))
    others = []
    for key in chosen:
        near = narrow not in (None, key)
        rows = (Asset.objects if near else whole).filter(_but_for(key, chosen))
        others.append((f"{key}:", _first(rows, near=near)))
    ctes += [*_tiers(found), *_others(others)]
    order = _order(words) if ranked else ("tier, place", ())
    statement = f"""
        WITH {", ".join(sql for sql, _parameters in ctes)}, hit AS MATERIALIZED ({_union(len(tiers), len(others))})
        SELECT (SELECT array_agg(id ORDER BY {order[0]}) FROM hit WHERE fails = ''),
            (SELECT jsonb_object_agg(word, many) FROM (
                SELECT word, count(*) AS many FROM hit, unnest(facets) AS word
                WHERE fails = '' OR starts_with(word, fails) GROUP BY word
            ) AS counted)
    """  # noqa: S608 - the texts are Django's and ours; values are parameters
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for _sql, parameters in [*ctes, order] for value in parameters])
        ids, counts = cursor.fetchone()
    ids = ids or []
    return Hits(ids[:MOST], json.loads(counts or "{}"), len(ids) > MOST)


def _told(chosen: Mapping[str, list[str]]) -> Q:
    """Return the condition that of each facet one of the chosen values is there."""
    told = Q()
    for values in chosen.values():
        told &= Q(facets__overlap=values)
    return told


def _but_for(key: str, chosen: Mapping[str, list[str]]) -> Q:
    """Return the condition that of each facet one of the chosen values is there, of one facet none."""
    rest = {other: values for other, values in chosen.items() if other != key}
    return ~Q(facets__overlap=chosen[key]) & _told(rest)


def _near(narrow: str, chosen: Mapping[str, list[str]]) -> Q:
    """Return the condition that all is there that was chosen, but for one facet at most, which is not the narrow one.

    All of it is read once then, for tiers and counts: that costs less than to look up words that stand nearly
    everywhere for each of them.
    """
    near = _told(chosen)
    for key in chosen:
        if key != narrow:
            near |= _but_for(key, chosen)
    return near


def _table() -> str:
    return connection.ops.quote_name(Asset._meta.db_table)


def _named(name: str, of: Sql, *, kept: bool) -> Sql:
    """Return a part of the statement: kept, so that it is worked out once, or put in wherever its name stands."""
    sql, parameters = of
    return f"{name} AS {'' if kept else 'NOT '}MATERIALIZED ({sql})", parameters


def _first(rows: QuerySet[Asset], *, near: bool) -> Sql:
    """Return the statement of as many as are looked at, of what was narrowed or of all."""
    sql, parameters = _sql(rows.values_list(*COLUMNS)[: MOST + 1])
    begin = f"WITH {_table()} AS NOT MATERIALIZED (SELECT * FROM near) " if near else ""  # noqa: S608
    return f"{begin}{sql}", parameters


def _sql(rows: QuerySet[Any]) -> Sql:
    sql, parameters = rows.query.sql_with_params()
    return sql, tuple(parameters)


def _tiers(selected: Sequence[Sql]) -> list[Sql]:
    ctes = []
    for number, (sql, parameters) in enumerate(selected):
        before = " - ".join(f"(SELECT count(*) FROM tier_{one})" for one in range(number))  # noqa: S608
        room = f" LIMIT (SELECT {MOST + 1} - {before})" if before else ""
        rows = f"SELECT *, row_number() OVER () AS place FROM ({sql}) AS one({NAMES}){room}"  # noqa: S608
        ctes.append(_named(f"tier_{number}", (rows, parameters), kept=True))
    return ctes


def _others(selected: Sequence[tuple[str, Sql]]) -> list[Sql]:
    ctes = []
    for number, (fails, (sql, parameters)) in enumerate(selected):
        rows = f"SELECT *, %s AS fails FROM ({sql}) AS one({NAMES})"  # noqa: S608
        ctes.append(_named(f"other_{number}", (rows, (fails, *parameters)), kept=True))
    return ctes


def _union(tiers: int, others: int) -> str:
    found = [f"SELECT {NAMES}, {one} AS tier, place, '' AS fails FROM tier_{one}" for one in range(tiers)]  # noqa: S608
    counted = [f"SELECT {NAMES}, 0 AS tier, 0 AS place, fails FROM other_{one}" for one in range(others)]  # noqa: S608
    return " UNION ALL ".join([*found, *counted])


def _order(words: SearchWords) -> Sql:
    """Return the order by rank: the words as typed count twice, those that may have been meant once, the title adds."""
    rank = (
        "ts_rank(words, to_tsquery('simple', %s)) * 2 + ts_rank(words, to_tsquery('simple', %s))"
        " + word_similarity(%s, title)"
    )
    return f"{rank} DESC, published_at DESC, id", (words.exact_text, words.wide_text, " ".join(words.typed))


def meant_first(product_lines: Sequence[str]) -> list[Tier]:
    """Return the tiers of a library in which nothing is looked for: what is for somebody's partner, on their lines."""
    on_lines = Q(product_lines__overlap=list(product_lines)) if product_lines else None
    for_us = Q(audience__isnull=False)
    if on_lines is None:
        return [Tier(for_us), Tier(~for_us)]
    return [Tier(one & other) for one in (for_us, ~for_us) for other in (on_lines, ~on_lines)]
