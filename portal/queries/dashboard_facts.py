"""What a dashboard knows of many partners, one statement for each kind of thing, by partner id."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from core.periods import add_months
from partners.models.memberships import HOLDING_STATES, WAITING_STATES

TREND_MONTHS = 8
#: The score of how many months ago the present one is compared with.
COMPARED_MONTHS = 3
NOTHING = Decimal(0)

DEALS = """
WITH mine AS (SELECT DISTINCT partner_id, deal_id FROM deals_dealparticipant WHERE partner_id = ANY(%(ids)s)),
told AS (
    SELECT mine.partner_id, deal.program_amount AS worth, deal.stage = 'open' AS is_open,
        date_trunc('month', deal.closed_on)::date AS month
    FROM mine JOIN deals_deal deal ON deal.id = mine.deal_id
    WHERE deal.stage = 'open' OR (deal.stage = 'won' AND deal.closed_on >= %(since)s)
)
SELECT partner_id, month, coalesce(sum(worth) FILTER (WHERE is_open), 0),
    coalesce(sum(worth) FILTER (WHERE NOT is_open AND (partner_id IS NULL OR month >= %(year)s)), 0)
FROM told GROUP BY GROUPING SETS ((partner_id), (month))"""
WAITS = """
SELECT 'alert', id, public_id::text, partner_id, kind, facts::text, NULL::date, NULL::bigint
FROM scorecards_alert WHERE ends_at IS NULL AND partner_id = ANY(%(ids)s)
UNION ALL SELECT 'task', id, public_id::text, partner_id, title, NULL, due_on, assignee_id
FROM scorecards_partnertask WHERE done_at IS NULL AND side = 'vendor' AND partner_id = ANY(%(ids)s)
UNION ALL SELECT 'step', id, public_id::text, partner_id, next_step, NULL, next_on, logged_by_id
FROM partners_touch WHERE logged_by_id = %(user)s AND next_done_at IS NULL AND next_step <> ''
    AND partner_id = ANY(%(ids)s)
ORDER BY 2"""
STAYS = """
SELECT what, partner_id, held_id, state, grace_ends_on FROM (
    SELECT 'category' AS what, partner_id, category_id AS held_id, state, NULL::date AS grace_ends_on,
        (NOT is_primary)::int AS first, id AS second
    FROM partners_categorymembership WHERE ends_at IS NULL AND partner_id = ANY(%(ids)s)
    UNION ALL SELECT 'tier', partner_id, tier_id, '', grace_ends_on, track.position, track.id
    FROM partners_tierholding holding JOIN partners_tiertrack track ON track.id = holding.track_id
    WHERE holding.ends_at IS NULL AND partner_id = ANY(%(ids)s)
) held ORDER BY first, second"""
SCORES = """
SELECT whose.id, array_agg(score.value ORDER BY moment.day)
FROM unnest(%(ids)s::bigint[]) whose(id) CROSS JOIN unnest(%(days)s::date[]) moment(day)
LEFT JOIN LATERAL (
    SELECT value FROM scorecards_score
    WHERE partner_id = whose.id AND scorecard_id = (SELECT id FROM scorecards_scorecard WHERE is_main)
        AND day <= moment.day ORDER BY day DESC LIMIT 1
) score ON true GROUP BY whose.id"""


class Waiting(NamedTuple):
    """Something open about a partner: an alert, a task of ours, or the next step of a touch."""

    what: str
    pk: int
    public_id: str
    partner_id: int
    text: str
    facts: str | None
    due_on: date | None
    user_id: int | None

    @property
    def key(self) -> str:
        """The name by which somebody's choices about it are kept."""
        return f"{self.what}-{self.pk}"


@dataclass(slots=True)
class Deals:
    """What deals are worth: open and won by partner, and won by month."""

    pipeline: Mapping[int, Decimal]
    won: Mapping[int, Decimal]
    won_by_month: Mapping[date, Decimal]
    this_month: date

    @property
    def won_now(self) -> Decimal:
        """Won in the last twelve months, this one included."""
        return self._won(0, 12)

    @property
    def won_before(self) -> Decimal:
        """Won in the twelve months before those."""
        return self._won(12, 24)

    @property
    def trend(self) -> list[float]:
        """Won in each of the last whole months."""
        months = [add_months(self.this_month, -back) for back in range(TREND_MONTHS, 0, -1)]
        return [float(self.won_by_month.get(month, NOTHING)) for month in months]

    def _won(self, first: int, last: int) -> Decimal:
        months = (add_months(self.this_month, -back) for back in range(first, last))
        return sum((self.won_by_month.get(month, NOTHING) for month in months), NOTHING)


def deals(ids: Sequence[int], *, today: date) -> Deals:
    """Return what the deals of partners are worth."""
    this_month = today.replace(day=1)
    asked = {"ids": list(ids), "since": add_months(this_month, -23), "year": add_months(this_month, -11)}
    pipeline, won, months = {}, {}, {}
    for partner_id, month, is_open, is_won in _rows(DEALS, asked):
        if partner_id is not None:
            pipeline[partner_id], won[partner_id] = is_open, is_won
        elif month is not None:
            months[month] = is_won
    return Deals(pipeline, won, months, this_month)


def waiting(ids: Sequence[int], *, user_id: int) -> dict[int, list[Waiting]]:
    """Return what is open about partners, the next steps of one person's own touches among it."""
    found: defaultdict[int, list[Waiting]] = defaultdict(list)
    for row in _rows(WAITS, {"ids": list(ids), "user": user_id}):
        one = Waiting(*row)
        found[one.partner_id].append(one)
    return found


@dataclass(slots=True)
class Scores:
    """The main score of partners today and at the ends of past months; None where there was none."""

    by_partner: Mapping[int, Sequence[int | None]] = field(default_factory=dict)

    def now(self, partner_id: int) -> int | None:
        """Return the present score."""
        values = self.by_partner.get(partner_id)
        return values[-1] if values else None

    def change(self, partner_id: int) -> int | None:
        """Return the change against some months ago."""
        values = self.by_partner.get(partner_id) or [None]
        now, then = values[-1], values[-1 - COMPARED_MONTHS] if len(values) > COMPARED_MONTHS else None
        return now - then if now is not None and then is not None else None

    @property
    def trend(self) -> list[float]:
        """The average at each moment, of those that had a score then; moments at which nobody had one left out."""
        moments = zip(*self.by_partner.values(), strict=True) if self.by_partner else []
        known = ([value for value in moment if value is not None] for moment in moments)
        return [sum(values) / len(values) for values in known if values]


def scores(ids: Sequence[int], *, today: date) -> Scores:
    """Return the scores of partners."""
    this_month = today.replace(day=1)
    days = [add_months(this_month, -back) - timedelta(days=1) for back in range(TREND_MONTHS - 2, -1, -1)]
    return Scores(dict(_rows(SCORES, {"ids": list(ids), "days": [*days, today]})))


class HeldTier(NamedTuple):
    """A tier that a partner holds."""

    tier_id: int
    grace_ends_on: date | None


@dataclass(frozen=True, slots=True)
class Stays:
    """By partner, the categories it is in, how many wait for a decision, and its tier on the first track."""

    categories: Mapping[int, list[int]]
    waiting: Mapping[int, int]
    tiers: Mapping[int, HeldTier]


def stays(ids: Sequence[int]) -> Stays:
    """Return the categories and tiers of partners."""
    categories: defaultdict[int, list[int]] = defaultdict(list)
    waiting: defaultdict[int, int] = defaultdict(int)
    tiers: dict[int, HeldTier] = {}
    for what, partner_id, held_id, state, grace_ends_on in _rows(STAYS, {"ids": list(ids)}):
        if what == "tier":
            tiers.setdefault(partner_id, HeldTier(held_id, grace_ends_on))
        elif state in HOLDING_STATES:
            categories[partner_id].append(held_id)
        elif state in WAITING_STATES:
            waiting[partner_id] += 1
    return Stays(categories, waiting, tiers)


def _rows(statement: str, parameters: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()
