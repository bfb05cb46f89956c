"""What other texts of rules would do to those who hold something: counted by partner groups, without writing.

Tiers of a track, or a category (a track with one rung), are asked with the texts that hold and with others, in one
statement, at any moment. Partners are grouped by what they hold, what they would reach by either text, and region.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from criteria.checks import check_operand
from criteria.fields import registry
from criteria.sql import Book
from criteria.tree import Group, Operand, parse_operand
from segmentation.engine.comparisons import REVENUE
from segmentation.engine.previews import limit
from segmentation.engine.stored import rows, stored_book
from segmentation.rulebook import RegionalText
from segmentation.scope import Scope

SAMPLE = 8
#: A chart ends where nearly all values lie, or a quarter beyond the marks drawn into it.
NEARLY_ALL = 0.97
BEYOND_MARKS = Decimal("1.25")


@dataclass(frozen=True, slots=True)
class Rung:
    """A tier or category by id: the text that holds, the other text, and the regions that have their own anyway."""

    id: int
    before: Group | None
    after: Group | None
    regional: tuple[RegionalText, ...] = ()


@dataclass(frozen=True, slots=True)
class Holders:
    """Who holds a rung: SQL, written by developers, of the id held by `p` at the statement's moment and of who may."""

    held: str
    open_to: str = "TRUE"

    @classmethod
    def of_track(cls, track_id: int, category_id: int | None) -> "Holders":
        """Holders of the tiers of a track, which may be for the members of one category only."""
        held = (
            "(SELECT held.tier_id FROM partners_tierholding held WHERE held.partner_id = p.id"
            f" AND held.track_id = {int(track_id)} AND held.starts_at <= %(now)s"
            " AND (held.ends_at IS NULL OR held.ends_at > %(now)s) ORDER BY held.starts_at DESC LIMIT 1)"
        )
        return cls(held, "TRUE" if category_id is None else _is_member(category_id))

    @classmethod
    def of_category(cls, category_id: int) -> "Holders":
        """Members of a category."""
        return cls(f"(CASE WHEN {_is_member(category_id)} THEN {int(category_id)} END)")


@dataclass(frozen=True, slots=True)
class Cell:
    """Partners alike: the rung they hold, the one they reach by the text that holds and by the other; None is none."""

    held: int | None
    before: int | None
    after: int | None
    region_id: int | None
    count: int
    revenue: Decimal | None
    sample: tuple[int, ...]


def simulate(rungs: Sequence[Rung], holders: Holders, *, at: datetime, visible: Any) -> list[Cell]:
    """Return everybody who may hold a rung, grouped; `rungs` from the highest down. Raises CriteriaError."""
    catalog = registry.catalog()
    book = stored_book(catalog, at)
    reached = {
        side: _reached([(rung.id, _asks(book, getattr(rung, side), rung.regional)) for rung in rungs])
        for side in ("before", "after")
    }
    revenue = "NULL::numeric" if check_operand(REVENUE, catalog) else book.operand(parse_operand(REVENUE))
    seen, parameters = limit(visible)
    base = rows(
        book, Scope.everybody(), "p.region_id AS region_id", f"{holders.held} AS held", f"{holders.open_to} AS open_to"
    )
    sql = f"""
SELECT held, before, after, region_id, count(*), sum(revenue),
  (array_agg(partner_id ORDER BY revenue DESC NULLS LAST, partner_id))[1:{SAMPLE}]
FROM (SELECT partner_id, region_id, held, {reached["before"]} AS before, {reached["after"]} AS after,
    {revenue} AS revenue
  FROM ({base}) layer WHERE (open_to OR held IS NOT NULL) AND {seen} OFFSET 0) each_partner
GROUP BY 1, 2, 3, 4"""
    with connection.cursor() as cursor:
        cursor.execute(sql, {**book.parameters, **parameters})
        return [
            Cell(held, before, after, region, count, revenue, tuple(sample))
            for held, before, after, region, count, revenue, sample in cursor.fetchall()
        ]


@dataclass(frozen=True, slots=True)
class Distribution:
    """How many partners have how much of something, in equal steps from `low` to `high`; `more` have more than that."""

    low: Decimal
    high: Decimal
    counts: tuple[int, ...]
    more: int
    empty: int


def distribution(
    operand: Operand, marks: Sequence[Decimal], holders: Holders, *, at: datetime, visible: Any, steps: int = 24
) -> Distribution | None:
    """Return how a number lies over those who may hold a rung, with room for the marks; None where nobody has one."""
    book = stored_book(registry.catalog(), at)
    value = book.operand(operand)
    seen, parameters = limit(visible)
    base = rows(book, Scope.everybody(), f"{holders.held} AS held", f"{holders.open_to} AS open_to")
    sql = f"""
WITH shown AS MATERIALIZED (
  SELECT ({value})::numeric AS value FROM ({base}) layer WHERE (open_to OR held IS NOT NULL) AND {seen}
), range AS (
  SELECT least(min(value), 0) AS low, count(*) - count(value) AS empty,
    greatest((percentile_disc({NEARLY_ALL}) WITHIN GROUP (ORDER BY value))::numeric, %(farthest)s::numeric) AS high
  FROM shown
), bucket AS (
  SELECT CASE WHEN value > high THEN {int(steps)} + 1
    ELSE least(width_bucket(value, low, high, {int(steps)}), {int(steps)}) END AS place, count(*) AS n
  FROM shown, range WHERE value IS NOT NULL AND low < high GROUP BY 1
)
SELECT low, high, empty, (SELECT coalesce(json_object_agg(place, n), '{{}}') FROM bucket) FROM range"""
    farthest = max((abs(mark) for mark in marks), default=Decimal(0)) * BEYOND_MARKS
    with connection.cursor() as cursor:
        cursor.execute(sql, {**book.parameters, **parameters, "farthest": farthest})
        low, high, empty, found = cursor.fetchone()
    if low is None or high is None or low >= high:
        return None
    counted = {int(place): n for place, n in found.items()}
    counts = tuple(counted.get(place, 0) for place in range(1, steps + 1))
    return Distribution(low, high, counts, counted.get(steps + 1, 0), empty)


def _is_member(category_id: int) -> str:
    return (
        "EXISTS (SELECT FROM partners_categorymembership member WHERE member.partner_id = p.id"
        f" AND member.category_id = {int(category_id)} AND member.starts_at <= %(now)s"
        " AND (member.ends_at > %(now)s OR (member.ends_at IS NULL AND member.state IN ('active', 'grace'))))"
    )


def _asks(book: Book, tree: Group | None, regional: Sequence[RegionalText]) -> str:
    own = "FALSE" if tree is None else f"({book.predicate(tree)}) IS TRUE"
    if not regional:
        return own
    region = book.operand(Operand(field="region"))
    cases = " ".join(
        f"WHEN ({region})::bigint[] @> ARRAY[{int(text.region_id)}]::bigint[] THEN "
        + ("FALSE" if text.tree is None else f"({book.predicate(text.tree)}) IS TRUE")
        for text in regional
    )
    return f"CASE {cases} ELSE {own} END"


def _reached(conditions: Sequence[tuple[int, str]]) -> str:
    cases = " ".join(f"WHEN {condition} THEN {int(rung_id)}" for rung_id, condition in conditions)
    return f"CASE {cases} END::bigint" if cases else "NULL::bigint"
