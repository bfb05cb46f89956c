"""What alerts are about, found for many partners in one statement. Days are those of the program."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from partners.queries import tier_forecasts
from scorecards.models import AlertKind, AlertPolicy

#: Alerts are about partners that are with us, or may come to be.
STATUSES = ("active", "prospect")
ENGAGEMENT_DAYS, BEFORE_DAYS = 30, 90

WHO = """
WITH who AS MATERIALIZED (
    SELECT id, last_active_at, coalesce(joined_on, (created_at AT TIME ZONE %(zone)s)::date) AS began_on
    FROM partners_partner WHERE status = ANY(%(statuses)s) AND {scope}
)"""
PARTS: Mapping[AlertKind, str] = {
    AlertKind.DEAL: """
SELECT part.partner_id, 'deal', jsonb_build_object('n', count(*), 'past', count(*) FILTER (WHERE deal.is_past),
    'since_on', min(deal.since_on), 'deal', (array_agg(deal.name ORDER BY deal.since_on, deal.id))[1],
    'deal_id', (array_agg(deal.public_id ORDER BY deal.since_on, deal.id))[1], 'worth', sum(deal.program_amount))
FROM (SELECT DISTINCT partner_id, deal_id FROM deals_dealparticipant WHERE partner_id IN (SELECT id FROM who)) part
JOIN LATERAL (
    SELECT id, public_id, name, program_amount, expected_close_on < %(today)s AS is_past,
        CASE WHEN expected_close_on < %(today)s THEN expected_close_on
        ELSE greatest((updated_at AT TIME ZONE %(zone)s)::date, opened_on) END AS since_on
    FROM deals_deal WHERE id = part.deal_id AND stage = 'open'
) deal ON deal.is_past OR deal.since_on <= %(today)s - %(deal_quiet_days)s
GROUP BY part.partner_id""",
    AlertKind.TIER: """
SELECT DISTINCT ON (held.partner_id) held.partner_id, 'tier', jsonb_build_object('how', 'grace', 'tier', tier.name,
    'track', track.name, 'day', held.grace_ends_on)
FROM partners_tierholding held JOIN who ON who.id = held.partner_id JOIN partners_tier tier ON tier.id = held.tier_id
JOIN partners_tiertrack track ON track.id = held.track_id
WHERE held.ends_at IS NULL AND held.state = 'grace' AND held.grace_ends_on <= %(today)s + %(tier_days)s
ORDER BY held.partner_id, held.grace_ends_on, held.id""",
    AlertKind.REVIEW: """
SELECT stay.partner_id, 'review', jsonb_build_object('n', count(*), 'day', min(review.due_on),
    'category', (array_agg(category.name ORDER BY review.due_on, review.id))[1],
    'review_id', (array_agg(review.public_id ORDER BY review.due_on, review.id))[1])
FROM partners_membershipreview review JOIN partners_categorymembership stay ON stay.id = review.membership_id
JOIN partners_category category ON category.id = stay.category_id JOIN who ON who.id = stay.partner_id
WHERE review.state IN ('asked', 'answered') AND stay.ends_at IS NULL
    AND review.due_on <= %(today)s + %(review_days)s
GROUP BY stay.partner_id""",
    AlertKind.CERTIFICATION: """
SELECT person.partner_id, 'certification', jsonb_build_object('n', count(*), 'day', min(held.expires_on),
    'name', (array_agg(proof.name ORDER BY held.expires_on, held.id))[1])
FROM partners_person person JOIN who ON who.id = person.partner_id
JOIN enablement_heldcertification held ON held.person_id = person.id
JOIN enablement_certification proof ON proof.id = held.certification_id AND proof.retired_at IS NULL
WHERE person.left_at IS NULL AND held.expires_on > %(today)s
    AND held.expires_on <= %(today)s + %(certification_days)s
    AND NOT EXISTS (SELECT FROM enablement_heldcertification later WHERE later.person_id = held.person_id
        AND later.certification_id = held.certification_id
        AND (later.expires_on IS NULL OR later.expires_on > held.expires_on))
GROUP BY person.partner_id""",
    AlertKind.ENGAGEMENT: """
SELECT partner_id, 'engagement', jsonb_build_object('recent', recent, 'before', before)
FROM (
    SELECT done.partner_id, coalesce(sum(times) FILTER (WHERE day > %(today)s - %(recent_days)s), 0) AS recent,
        coalesce(sum(times) FILTER (WHERE day <= %(today)s - %(recent_days)s), 0) AS before
    FROM enablement_activity done JOIN who ON who.id = done.partner_id
    WHERE day > %(today)s - %(recent_days)s - %(before_days)s AND day <= %(today)s GROUP BY done.partner_id
) counted
WHERE before >= %(engagement_least)s
    AND recent * %(before_days)s * 100 <= before * %(recent_days)s * (100 - %(engagement_drop_percent)s)""",
    AlertKind.SILENT: """
SELECT who.id, 'silent', jsonb_build_object('since_on', last.since_on, 'touched_on', last.touched_on,
    'active_on', last.active_on)
FROM who CROSS JOIN LATERAL (
    SELECT touched_on, active_on, greatest(touched_on, active_on, began_on) AS since_on FROM (
        SELECT max((happened_at AT TIME ZONE %(zone)s)::date) AS touched_on,
            (who.last_active_at AT TIME ZONE %(zone)s)::date AS active_on
        FROM partners_touch WHERE partner_id = who.id
    ) heard
) last WHERE last.since_on <= %(today)s - %(silent_days)s""",
}


@dataclass(frozen=True, slots=True)
class Scope:
    """Which partners are looked at: a condition on `id` and its parameters."""

    condition: str
    parameters: Mapping[str, Any]

    @classmethod
    def some(cls, ids: Sequence[int]) -> "Scope":
        """Return some partners."""
        return cls("id = ANY(%(ids)s)", {"ids": list(ids)})

    @classmethod
    def everybody(cls) -> "Scope":
        """Return all partners."""
        return cls("true", {})


def found(policy: AlertPolicy, scope: Scope, *, today: date, zone: ZoneInfo) -> dict[tuple[int, str], dict[str, Any]]:
    """Return the facts of every alert that should be open, by partner and kind."""
    statement, parameters = _statement(policy, scope, today=today, zone=zone)
    if not statement:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} ORDER BY 1, 2", parameters)
        facts = {(partner_id, kind): json.loads(values) for partner_id, kind, values in cursor.fetchall()}
    if policy.asks_for(AlertKind.TIER) and "ids" in scope.parameters:
        _foresee(facts, policy, scope.parameters["ids"], today=today, zone=zone)
    return facts


def counted(policy: AlertPolicy, *, today: date, zone: ZoneInfo) -> dict[str, set[int]]:
    """Return by kind the partners of whom a policy would open an alert, forecasts of reviews left out."""
    statement, parameters = _statement(policy, Scope.everybody(), today=today, zone=zone)
    if not statement:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows = cursor.fetchall()
    by_kind: dict[str, set[int]] = {}
    for partner_id, kind, _facts in rows:
        by_kind.setdefault(kind, set()).add(partner_id)
    return by_kind


def _statement(policy: AlertPolicy, scope: Scope, *, today: date, zone: ZoneInfo) -> tuple[str, dict[str, Any]]:
    wanted = [part for kind, part in PARTS.items() if policy.asks_for(kind)]
    if not wanted:
        return "", {}
    parameters = {
        **scope.parameters,
        "statuses": list(STATUSES),
        "today": today,
        "zone": str(zone),
        "recent_days": ENGAGEMENT_DAYS,
        "before_days": BEFORE_DAYS,
        **{name: getattr(policy, name) for name in THRESHOLDS},
    }
    return WHO.format(scope=scope.condition) + " UNION ALL ".join(f"({part})" for part in wanted), parameters


THRESHOLDS = (
    "deal_quiet_days", "tier_days", "review_days", "certification_days", "engagement_drop_percent", "engagement_least",
    "silent_days",
)  # fmt: skip


def _foresee(
    facts: dict[tuple[int, str], dict[str, Any]],
    policy: AlertPolicy,
    ids: Sequence[int],
    *,
    today: date,
    zone: ZoneInfo,
) -> None:
    """Add who would fall at the next review. Grace that runs out is nearer than what only may come."""
    for fall in tier_forecasts.falls(ids, today=today, days=policy.tier_days, zone=zone):
        facts.setdefault(
            (fall.partner_id, AlertKind.TIER.value),
            {"how": "review", "tier": fall.tier.name, "track": fall.track.name, "day": fall.day.isoformat()}
            | ({"into_grace": True} if fall.into_grace else {}),
        )
