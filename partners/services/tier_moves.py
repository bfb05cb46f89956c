"""The one place that writes who holds which tier: for any number of partners at once, with the history and its news."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from core.models import Program
from core.periods import today
from core.refusals import Refusal
from core.services import outbox
from partners import tier_policy
from partners.models import (
    HoldingSource,
    HoldingState,
    ManualOverride,
    MoveKind,
    Partner,
    Tier,
    TierHolding,
    TierMove,
    TierReview,
    TierTrack,
)
from partners.queries.tier_standings import members_of
from partners.signals import announce_partners

#: Told in the outbox: `move_ids`, so many in one message.
TIER_CHANGED = "partners.tier_changed"
MOVES_PER_MESSAGE = 100
#: Moves that end what was held and, where there is a tier to go to, begin another holding.
CHANGES_TIER = (MoveKind.PROMOTED, MoveKind.DEMOTED, MoveKind.ENDED)
#: Moves that nobody needs to hear of.
UNTOLD = (MoveKind.KEPT,)


class NotAllowed(Refusal):
    """The tier cannot be held by this partner."""


@dataclass(frozen=True, kw_only=True)
class Move:
    """One thing to happen to a partner on a ladder. `held` is what it holds before."""

    partner_id: int
    track_id: int
    kind: MoveKind
    held: TierHolding | None = None
    to_tier: Tier | None = None
    source: HoldingSource = HoldingSource.RULE
    reason: str = ""
    grace_ends_on: date | None = None
    judged_tier_id: int | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    review: TierReview | None = None
    override: ManualOverride | None = None


def write(moves: Sequence[Move], *, by: Any | None, at: datetime) -> list[TierMove]:
    """Carry out moves of partners that are locked: holdings, history, one message for many, one announcement."""
    if not moves:
        return []
    _end([one.held for one in moves if one.kind in CHANGES_TIER and one.held is not None], at=at)
    begun = _begin([one for one in moves if one.kind in CHANGES_TIER and one.to_tier is not None], by=by, at=at)
    _change_grace(moves, at=at)
    written = TierMove.objects.bulk_create([_row(one, begun, by=by, at=at) for one in moves])
    told = [row.pk for row in written if row.kind not in UNTOLD]
    for start in range(0, len(told), MOVES_PER_MESSAGE):
        outbox.put(topic=TIER_CHANGED, payload={"move_ids": told[start : start + MOVES_PER_MESSAGE]})
    announce_partners([row.partner_id for row in written if row.kind != MoveKind.KEPT])
    return written


def _end(held: Sequence[TierHolding], *, at: datetime) -> None:
    if held:
        TierHolding.objects.filter(pk__in=[one.pk for one in held]).update(ends_at=Greatest(Value(at), F("starts_at")))


def _begin(moves: Sequence[Move], *, by: Any | None, at: datetime) -> dict[tuple[int, int], TierHolding]:
    tracks = TierTrack.objects.in_bulk({one.track_id for one in moves})
    day = today(at=at, zone=Program.current().zone)
    rows = [
        TierHolding(
            partner_id=one.partner_id,
            track_id=one.track_id,
            tier=one.to_tier,
            starts_at=max(at, one.held.starts_at) if one.held else at,
            source=one.source,
            may_fall_on=tier_policy.may_fall_on(tracks[one.track_id], day) if one.kind == MoveKind.PROMOTED else None,
            reason=one.reason,
            decided_by=by,
            evidence=dict(one.evidence),
        )
        for one in moves
    ]
    return {(row.partner_id, row.track_id): row for row in TierHolding.objects.bulk_create(rows)}


def _change_grace(moves: Sequence[Move], *, at: datetime) -> None:
    """Let grace periods begin, together those that end on one day, and end."""
    by_day: dict[date, list[int]] = {}
    rescued = []
    for one in moves:
        if one.held is not None and one.kind == MoveKind.GRACE_BEGAN and one.grace_ends_on is not None:
            by_day.setdefault(one.grace_ends_on, []).append(one.held.pk)
        elif one.held is not None and one.kind == MoveKind.RESCUED:
            rescued.append(one.held.pk)
    for last_day, pks in by_day.items():
        TierHolding.objects.filter(pk__in=pks).update(
            state=HoldingState.GRACE, grace_began_at=at, grace_ends_on=last_day, notice_given_days=None
        )
    if rescued:
        TierHolding.objects.filter(pk__in=rescued).update(
            state=HoldingState.HELD, grace_began_at=None, grace_ends_on=None, notice_given_days=None
        )


def _row(one: Move, begun: Mapping[tuple[int, int], TierHolding], *, by: Any | None, at: datetime) -> TierMove:
    before = one.held.tier_id if one.held else None
    changes = one.kind in CHANGES_TIER
    after = (one.to_tier.pk if one.to_tier else None) if changes else before
    return TierMove(
        partner_id=one.partner_id,
        track_id=one.track_id,
        kind=one.kind,
        at=at,
        from_tier_id=before,
        to_tier_id=after,
        holding=begun.get((one.partner_id, one.track_id), one.held) if changes else one.held,
        grace_ends_on=one.grace_ends_on,
        source=one.source,
        review=one.review,
        override=one.override,
        decided_by=by,
        reason=one.reason[:300],
        judged_tier_id=one.judged_tier_id,
        evidence=dict(one.evidence),
    )


def lock(partner_ids: Iterable[int]) -> None:
    """Lock partners in the order of their ids, so that nobody waits for each other in a circle."""
    list(
        Partner.objects.select_for_update(no_key=True)
        .filter(pk__in=set(partner_ids))
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def held_by(partner_id: int, track_id: int) -> TierHolding | None:
    """Return what a partner holds on a ladder."""
    return TierHolding.objects.open().filter(partner_id=partner_id, track_id=track_id).select_related("tier").first()


def expect_open_to(partner: Partner, tier: Tier) -> None:
    """Refuse a tier of a ladder for a category that the partner is not in."""
    category = tier.track.category
    if category is not None and not members_of([partner.pk], [category.pk]):
        raise NotAllowed(
            _("%(track)s is for %(category)s, and %(partner)s is not in that category.")
            % {"track": tier.track, "category": category, "partner": partner},
            code="other_category",
        )
