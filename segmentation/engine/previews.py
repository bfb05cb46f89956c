"""What criteria would pick, without writing anything: estimated from a sample, or counted exactly."""

import math
import random
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from criteria.fields import registry
from criteria.tree import Group
from segmentation.engine.stored import rows, stored_book, visible_ids
from segmentation.scope import Scope

#: Up to so many partners the exact answer is as quick as an estimate.
EXACT_UP_TO = 5_000
#: How long a process remembers whether there are more: the editor asks with every pause in typing.
REMEMBERED_SECONDS = 5
SAMPLE_PARTNERS = 2_000
#: Where most ids of the range are gone, the sample is smaller rather than the draw endless.
MOST_IDS_DRAWN = 40_000
#: 95 % of samples lie so many standard errors around the truth.
STANDARD_ERRORS = 1.96
DRAW = 7

BY_REGION = "SELECT region_id AS id, count(*) AS n FROM found GROUP BY 1"
BY_TIER = (
    "SELECT held.tier_id AS id, count(*) AS n FROM found JOIN partners_tierholding held USING (partner_id)"
    " WHERE held.ends_at IS NULL GROUP BY 1"
)
BY_CATEGORY = (
    "SELECT held.category_id AS id, count(*) AS n FROM found JOIN partners_categorymembership held USING (partner_id)"
    " WHERE held.ends_at IS NULL AND held.state IN ('active', 'grace') GROUP BY 1"
)

#: What the partners in `found` are.
SHARES = ", ".join(
    f"(SELECT coalesce(json_agg(json_build_array(id, n) ORDER BY n DESC, id), '[]') FROM ({grouped}) shares)"
    for grouped in (BY_REGION, BY_TIER, BY_CATEGORY)
)

Shares = list[tuple[int | None, int]]


@dataclass(frozen=True, slots=True)
class Match:
    """How many partners criteria pick, out of how many, some of them, and what they are.

    `regions`, `tiers` (held, of all tracks) and `categories` (held) are pairs of a database id and a number of
    partners, largest first. An estimate lies between `low` and `high` in 95 of 100 cases.
    """

    count: int
    total: int
    sample: list[int]
    regions: Shares
    tiers: Shares
    categories: Shares
    low: int
    high: int
    estimated: bool = False


def is_large(visible: Any) -> bool:
    """Say whether there are so many partners that an estimate comes first. Costs nothing, however many there are.

    Only for readers who see everybody: the few that others see are counted at once.
    """
    if visible.query.where:
        return False
    asked_at, found = _large.get(EXACT_UP_TO, (-math.inf, False))
    if time.monotonic() - asked_at > REMEMBERED_SECONDS:
        found = visible.order_by()[: EXACT_UP_TO + 1].count() > EXACT_UP_TO
        _large[EXACT_UP_TO] = time.monotonic(), found
    return found


def forget_size() -> None:
    """Look anew how many partners there are when it is next asked."""
    _large.clear()


#: By the number that counts as large: when it was asked, and whether there were more.
_large: dict[int, tuple[float, bool]] = {}


def preview(tree: Group, *, at: datetime, visible: Any, sample: int = 5) -> Match:
    """Return what criteria pick now among visible partners, exactly. Raises CriteriaError.

    `visible` is a queryset of the partners the reader may see.
    """
    return _matched(tree, Scope.everybody(), at=at, visible=visible, sample=sample)


def estimate(tree: Group, *, at: datetime, visible: Any, sample: int = 5) -> Match:
    """Return about what criteria pick now, asked of some two thousand partners. Raises CriteriaError.

    The same partners are asked each time, so that the figure moves when a rule does and not by itself.
    """
    scope = sampled()
    asked = _matched(tree, scope, at=at, visible=visible, sample=sample)
    total = at_least_by_statistics(asked.total)
    if not asked.total:
        return asked
    factor = total / asked.total
    low, high = _bounds(asked.count, asked.total)

    def scaled(shares: Shares) -> Shares:
        return [(key, round(n * factor)) for key, n in shares]

    return Match(
        count=round(asked.count * factor),
        total=total,
        sample=asked.sample,
        regions=scaled(asked.regions),
        tiers=scaled(asked.tiers),
        categories=scaled(asked.categories),
        low=math.floor(low * total),
        high=math.ceil(high * total),
        estimated=True,
    )


def sampled() -> Scope:
    """Return a scope of about two thousand partners, drawn by chance among the ids there are.

    Sorting by chance would read every partner; drawing ids reads only those drawn. Statistics may be older than the
    table, so they count for no more partners than there are ids: too small a sample says nothing, a larger one is slow.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id), max(id) FROM partners_partner")
        first, last = cursor.fetchone()
    if first is None:
        return Scope.some([])
    span = range(first, last + 1)
    partners = min(max(_rows_by_statistics(), 1), len(span))
    wanted = math.ceil(SAMPLE_PARTNERS * len(span) / partners)
    drawn = min(wanted, MOST_IDS_DRAWN, len(span))
    return Scope.some(random.Random(DRAW).sample(span, drawn))  # noqa: S311  chance, not secrecy


def _matched(tree: Group, scope: Scope, *, at: datetime, visible: Any, sample: int) -> Match:
    """Return what criteria pick within a scope."""
    book = stored_book(registry.catalog(), at)
    condition = book.predicate(tree)
    seen, parameters = limit(visible)
    sql = f"""
WITH found AS MATERIALIZED (
  SELECT partner_id, region_id FROM ({rows(book, scope, "p.region_id AS region_id")}) layer
  WHERE ({condition}) AND {seen}
)
SELECT (SELECT count(*) FROM found),
  (SELECT count(*) FROM (SELECT p.id AS partner_id FROM partners_partner p WHERE {scope.condition("p.id")}) everybody
   WHERE {seen}),
  ARRAY(SELECT partner_id FROM found ORDER BY partner_id LIMIT {int(sample)}), {SHARES}"""
    with connection.cursor() as cursor:
        cursor.execute(sql, {**book.parameters, **parameters, **scope.parameters})
        count, total, some, *found = cursor.fetchone()
    return matched(count, total, some, *found)


def matched(count: int, total: int, sample: list[int], *shares: list[list[Any]]) -> Match:
    """Return an exact answer as the database gave it."""
    regions, tiers, categories = ([(key, n) for key, n in one] for one in shares)
    return Match(count, total, sample, regions, tiers, categories, low=count, high=count)


def limit(visible: Any, name: str = "visible") -> tuple[str, dict[str, Any]]:
    """Return the condition that a partner is one the reader may see; for those who see all it costs nothing."""
    if not visible.query.where:
        return "TRUE", {}
    sql, parameters = visible_ids(visible, name)
    return f"partner_id IN ({sql})", parameters


def at_least_by_statistics(partners: int) -> int:
    """Return how many partners there are by the planner's statistics, which may be older than the table."""
    return max(_rows_by_statistics(), partners)


def _rows_by_statistics() -> int:
    """Return how many partners there are by the planner's statistics; counted where it has none yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = 'partners_partner'::regclass")
        (known,) = cursor.fetchone()
        if known <= 0:
            cursor.execute("SELECT count(*) FROM partners_partner")
            (known,) = cursor.fetchone()
    return int(known)


def _bounds(hits: int, asked: int) -> tuple[float, float]:
    """Return between which shares the truth lies (Wilson's interval, which holds near nobody and everybody too)."""
    z, share = STANDARD_ERRORS, hits / asked
    middle = (share + z * z / (2 * asked)) / (1 + z * z / asked)
    half = z * math.sqrt(share * (1 - share) / asked + z * z / (4 * asked * asked)) / (1 + z * z / asked)
    return max(0.0, middle - half), min(1.0, middle + half)
