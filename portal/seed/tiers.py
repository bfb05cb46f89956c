"""How partners of the demo move on their ladders: the days that come and go, approvals, an override, an invitation."""

from datetime import datetime, timedelta
from typing import Any

from core.models import Program
from core.periods import today
from partners.models import HoldingState, ManualOverrideKind, ProposalState, TierHolding, TierProposal, TierTrack
from partners.services import manual_overrides, tier_days, tier_invitations, tier_proposals, tier_reviews

#: Partners whose approval is left to whoever looks at the demo.
LEFT_WAITING = 3


def keep(*, at: datetime, approve_all: bool) -> None:
    """Do what a day brings to ladders, and decide about who waits; on the last day a few are left waiting."""
    tier_days.keep(at=at)
    while tier_reviews.continue_one(at=at):
        pass
    waiting = list(TierProposal.objects.filter(state=ProposalState.WAITING).order_by("pk"))
    decided = waiting if approve_all else waiting[LEFT_WAITING:]
    tier_proposals.approve(proposals=decided, by=None, at=at, reason="Agreed in the partner board")


def write_by_hand(*, by: Any, at: datetime) -> None:
    """Keep one partner in grace at its tier by hand, and invite one that holds the tier below the highest."""
    day = today(at=at, zone=Program.current().zone)
    track = TierTrack.objects.order_by("position", "pk").first()
    if track is None:
        return
    held = TierHolding.objects.open().filter(track=track).select_related("partner", "tier", "track")
    in_grace = held.filter(state=HoldingState.GRACE).order_by("pk").last()
    if in_grace is not None and held.filter(state=HoldingState.GRACE).count() > 1:
        manual_overrides.begin(
            partner=in_grace.partner,
            track=track,
            kind=ManualOverrideKind.KEEP,
            last_day_on=day + timedelta(days=120),
            reason="Two large renewals slipped into the next quarter, on our side.",
            wording="Two of your renewals were delayed by us. Your tier stays until they are signed.",
            by=by,
            at=at,
        )
    highest = track.tiers.filter(retired_at__isnull=True).order_by("-rank").first()
    below = (
        held.filter(tier__rank=highest.rank - 1, state=HoldingState.HELD).order_by("pk").first() if highest else None
    )
    if highest is not None and below is not None:
        tier_invitations.invite(
            partner=below.partner,
            tier=highest,
            last_day_on=day + timedelta(days=90),
            message="We would like to have you on the advisory board next year.",
            by=by,
            at=at,
        )
