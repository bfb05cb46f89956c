"""Numbers of partners: what metrics and measures are worth, how they spread, and who stands where among peers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from criteria.fields import Kind, registry
from criteria.sql import Book
from criteria.tree import PEER_FUNCTIONS, Formula, Function, parse_formula
from segmentation.engine.stored import rows, stored_book, visible_ids
from segmentation.scope import Scope

#: What partners have in common with their peers, as a field whose value names the group.
PEER_FIELDS = {"country": "country", "region": "region", "category": "primary_category"}


def values(
    expressions: Mapping[str, Any], *, partner_ids: Sequence[int] | None, at: datetime
) -> dict[int, dict[str, Decimal | None]]:
    """Return formulas (JSON documents by key) of partners, None for all of them: {partner id: {key: value}}.

    A place among peers is found among all partners, whoever is asked for. Raises CriteriaError when a formula cannot
    be read.
    """
    if not expressions:
        return {}
    scope = Scope.everybody() if partner_ids is None else Scope.some(partner_ids)
    found: dict[int, dict[str, Decimal | None]] = {}
    formulas = {key: parse_formula(document) for key, document in expressions.items()}
    plain = {key: one for key, one in formulas.items() if not is_among_peers(one)}
    if plain:
        book = stored_book(registry.catalog(), at)
        columns = [book.formula(one) for one in plain.values()]
        sql = f"SELECT partner_id, {', '.join(columns)} FROM ({rows(book, scope)}) layer"
        for row in _fetched(sql, {**book.parameters, **scope.parameters}):
            found[row[0]] = dict(zip(plain, row[1:], strict=True))
    for key, one in formulas.items():
        if isinstance(one, Function) and is_among_peers(one):
            sql, parameters = peer_select(one, at=at)
            limited = f"SELECT partner_id, {one.name} FROM ({sql}) standing WHERE {scope.condition('partner_id')}"
            for partner_id, value in _fetched(limited, {**parameters, **scope.parameters}):
                found.setdefault(partner_id, {})[key] = value
    return {partner_id: {key: each.get(key) for key in formulas} for partner_id, each in found.items()}


def is_among_peers(formula: Formula) -> bool:
    """Say whether a formula is a percentile or rank among peers."""
    return isinstance(formula, Function) and formula.name in PEER_FUNCTIONS


def peer_select(formula: Function, *, at: datetime) -> tuple[str, dict[str, Any]]:
    """Return a select of partner_id, value, percentile, rank and peers for all partners that have a value.

    Percentile: 100 × peers with a lower value / other peers (SQL's `percent_rank`), empty for one alone. Rank: 1 is the
    highest value, equal values share a rank. `peers` is how many are compared, the partner included.
    """
    book = stored_book(registry.catalog(), at)
    value = book.formula(formula.of[0])
    group, limit = peer_group(str(formula.settings.get("peers", "everybody")), book)
    if formula.where is not None:
        limit = f"{limit} AND {book.predicate(formula.where)}"
    everybody = rows(book, Scope.everybody())
    sql = f"""
SELECT partner_id, value, peers, rank,
  CASE WHEN peers > 1 THEN 100.0 * (percent_rank() OVER (PARTITION BY peer_group ORDER BY value))::numeric END
    AS percentile
FROM (
  SELECT partner_id, peer_group, value, count(*) OVER (PARTITION BY peer_group) AS peers,
    rank() OVER (PARTITION BY peer_group ORDER BY value DESC) AS rank
  FROM (SELECT partner_id, {group} AS peer_group, {value} AS value FROM ({everybody}) layer WHERE {limit}) asked
  WHERE value IS NOT NULL AND peer_group IS NOT NULL
) ranked"""
    return sql, dict(book.parameters)


def peer_group(peers: str, book: Book) -> tuple[str, str]:
    """Return what names a partner's group of peers, as text, and who takes part at all."""
    way, _, key = peers.partition(":")
    fields = book.catalog.fields
    if way == "segment":
        one = fields["segments"]
        return "'all'::text", book.answer(one.rule_kind, key) if one.rule_kind else "FALSE"
    if way == "tier":
        one = fields["tiers"]
        rungs = [choice.parameter for name, choice in book.catalog.choices(one).items() if name.startswith(f"{key}.")]
        held = f"SELECT count(*) FROM unnest({book.column(one)}) AS rung WHERE rung = ANY({book.parameter(rungs)})"
        return f"nullif(({held}), 0)::text", "TRUE"
    if way in PEER_FIELDS:
        one = fields[PEER_FIELDS[way]]
        name = book.column(one)
        own = f"({name})[cardinality({name})]" if one.kind is Kind.MULTI else name
        return f"nullif({own}::text, '')", "TRUE"
    return "'all'::text", "TRUE"


@dataclass(frozen=True, slots=True)
class Spread:
    """How a number lies over partners: how many have one, how many none, its range, quartiles and a histogram.

    `buckets` are (from, to, how many), the last one up to and with its end.
    """

    known: int
    empty: int
    lowest: Decimal | None
    quartiles: tuple[Decimal, Decimal, Decimal] | None
    highest: Decimal | None
    buckets: list[tuple[Decimal, Decimal, int]]


def spread(document: Any, *, at: datetime, visible: Any, buckets: int = 12) -> Spread:
    """Return how a formula lies over visible partners. Raises CriteriaError when it cannot be read."""
    select, parameters = _one_value(parse_formula(document), at)
    visible_sql, visible_parameters = visible_ids(visible)
    sql = f"""
WITH shown AS MATERIALIZED (
  SELECT everybody.id, found.value::numeric FROM ({visible_sql}) everybody(id)
  LEFT JOIN ({select}) found ON found.partner_id = everybody.id
), range AS (
  SELECT count(value) AS known, count(*) - count(value) AS empty, min(value) AS low, max(value) AS high,
    percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY value) AS quartiles FROM shown
), bucket AS (
  SELECT least(width_bucket(value, low, high, {int(buckets)}), {int(buckets)}) AS place, count(*) AS n
  FROM shown, range WHERE value IS NOT NULL AND low < high GROUP BY 1
)
SELECT known, empty, low, quartiles, high,
  (SELECT coalesce(json_agg(json_build_array(place, n) ORDER BY place), '[]') FROM bucket) FROM range"""
    known, empty, low, quartiles, high, counted = next(iter(_fetched(sql, {**parameters, **visible_parameters})))
    thirds = tuple(Decimal(str(one)) for one in quartiles) if known else None
    return Spread(known, empty, low, thirds, high, _buckets(low, high, known, dict(counted), buckets))  # type: ignore[arg-type]


def _one_value(formula: Formula, at: datetime) -> tuple[str, dict[str, Any]]:
    if isinstance(formula, Function) and is_among_peers(formula):
        sql, parameters = peer_select(formula, at=at)
        return f"SELECT partner_id, {formula.name} AS value FROM ({sql}) standing", parameters
    book = stored_book(registry.catalog(), at)
    value = book.formula(formula)
    return f"SELECT partner_id, {value} AS value FROM ({rows(book, Scope.everybody())}) layer", dict(book.parameters)


def _buckets(
    low: Decimal | None, high: Decimal | None, known: int, counted: Mapping[int, int], buckets: int
) -> list[tuple[Decimal, Decimal, int]]:
    if low is None or high is None:
        return []
    if low == high:
        return [(low, high, known)]
    width = (high - low) / buckets
    return [(low + width * place, low + width * (place + 1), counted.get(place + 1, 0)) for place in range(buckets)]


def _fetched(sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def average(document: Any, *, at: datetime, visible: Any) -> tuple[int, Decimal | None]:
    """Return how many visible partners have a value of a formula, and its average. Raises CriteriaError."""
    select, parameters = _one_value(parse_formula(document), at)
    visible_sql, visible_parameters = visible_ids(visible)
    sql = f"""
SELECT count(found.value), avg(found.value::numeric) FROM ({visible_sql}) everybody(id)
JOIN ({select}) found ON found.partner_id = everybody.id"""
    count, mean = next(iter(_fetched(sql, {**parameters, **visible_parameters})))
    return count, None if mean is None else round(Decimal(str(mean)), 4)
