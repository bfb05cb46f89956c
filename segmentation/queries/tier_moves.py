"""Everything that happened to a partner on its ladders, newest first, with the evidence of each day."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.periods import in_address
from partners.models import Partner, Tier, TierHolding
from segmentation.models import RuleKind, RuleTransition

SHOWN = 100


@dataclass(frozen=True, slots=True)
class TierMove:
    """One thing that happened: `what` is got, ended, reached or missed. `then` names the moment of its evidence."""

    at: datetime
    what: str
    tier: Tier
    by: Any = None
    reason: str = ""
    then: str = ""


def tier_moves(partner: Partner) -> list[TierMove]:
    """Return which tiers a partner got, lost, came to reach and ceased to reach."""
    holdings = list(
        TierHolding.objects.filter(partner=partner)
        .select_related("tier__track", "decided_by")
        .order_by("-starts_at", "-pk")[:SHOWN]
    )
    changes = list(RuleTransition.objects.filter(partner=partner, kind=RuleKind.TIER).order_by("-at", "-id")[:SHOWN])
    tiers = {
        tier.pk: tier
        for tier in Tier.objects.filter(pk__in={change.rule_id for change in changes}).select_related("track")
    }
    known = [change for change in changes if change.rule_id in tiers]
    began = {(holding.track_id, holding.starts_at) for holding in holdings}
    moves = [
        TierMove(change.at, "reached" if change.entered else "missed", tiers[change.rule_id], then=change.moment)
        for change in known
    ]
    for holding in holdings:
        by, reason = holding.decided_by, holding.reason
        has_evidence = any(
            change.rule_id == holding.tier_id and change.entered and change.at <= holding.starts_at for change in known
        )
        then = in_address(holding.starts_at) if has_evidence else ""
        moves.append(TierMove(holding.starts_at, "got", holding.tier, by, reason, then))
        if holding.ends_at is not None and (holding.track_id, holding.ends_at) not in began:
            moves.append(TierMove(holding.ends_at, "ended", holding.tier))
    order = {"got": 0, "ended": 1, "reached": 2, "missed": 3}
    return sorted(moves, key=lambda move: (-move.at.timestamp(), order[move.what], -move.tier.rank))[:SHOWN]
