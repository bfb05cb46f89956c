"""How what partners hold, were promised and were told on ladders moves when two become one."""

from django.utils.translation import gettext_lazy as _

from partners.models import (
    ManualOverride,
    TierHolding,
    TierInvitation,
    TierMove,
    TierProposal,
    TierReviewOutcome,
)
from partners.services.merge_parts import Moves, Part
from partners.services.merge_rules import both, end, give_way


def move_tiers(moves: Moves) -> None:
    """Move tiers held. Two never overlap on one ladder: the higher one keeps its days, the other gives way."""
    held = TierHolding.objects.filter(partner_id__in=[moves.survivor_id, moves.merged_id]).select_related("tier")
    give_way(
        held,
        moves,
        group=lambda row: row.track_id,
        weakness=lambda row: (row.ends_at is not None, -row.tier.rank),
        reason=str(_("Goes on in the merged record.")),
    )
    moves.take_all(TierHolding, TierMove)


def move_promises(moves: Moves) -> None:
    """Move overrides by hand and invitations; where both have an open one, the survivor's holds."""
    for model, column in ((ManualOverride, "track_id"), (TierInvitation, "tier_id")):
        seen = set()
        for row in both(model, moves):
            if getattr(row, column) in seen:
                end([row], moves)
            seen.add(getattr(row, column))
    moves.take_all(ManualOverride, TierInvitation)


def move_reviews(moves: Moves) -> None:
    """Move proposals and what reviews said; where both have one, the survivor's stands."""
    ours = TierProposal.objects.open().filter(partner_id=moves.survivor_id).values_list("track_id", flat=True)
    moves.set_aside(TierProposal.objects.open().filter(partner_id=moves.merged_id, track_id__in=list(ours)))
    judged = TierReviewOutcome.objects.filter(partner_id=moves.survivor_id).values_list("review_id", flat=True)
    moves.set_aside(TierReviewOutcome.objects.filter(partner_id=moves.merged_id, review_id__in=list(judged)))
    moves.take_all(TierProposal, TierReviewOutcome)


#: What this app registers about ladders.
PARTS = (
    Part(
        "tiers", _("Tiers held"), (TierHolding, TierMove), move_tiers,
        _("On a ladder where both hold a tier, the higher one is kept; the other gives way."),
    ),
    Part(
        "promises", _("Tier overrides and invitations"), (ManualOverride, TierInvitation), move_promises,
        _("Where both have one, that of the surviving record holds; the other ends today."),
    ),
    Part(
        "tier_reviews", _("Tier proposals and reviews"), (TierProposal, TierReviewOutcome), move_reviews,
        _("Where both have one, that of the surviving record stands."),
    ),
)  # fmt: skip
