"""Everything that happened to a partner on its ladders, newest first, with the evidence of each day."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from partners.models import Partner, Tier, TierMove
from partners.queries import tiers
from segmentation.models import RuleKind, RuleTransition
from segmentation.queries.why import Past, why_then

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened: a move on a ladder, or that the figures came to reach a `tier` or ceased to."""

    at: datetime
    move: TierMove | None = None
    tier: Tier | None = None
    change: RuleTransition | None = None


def tier_moves(partner: Partner, user: Any) -> list[Happening]:
    """Return how a partner moved on its ladders, and which tiers its figures came to reach and ceased to reach."""
    moved = [Happening(move.at, move=move) for move in tiers.history(partner, user)[:SHOWN]]
    changes = list(RuleTransition.objects.filter(partner=partner, kind=RuleKind.TIER).order_by("-at", "-id")[:SHOWN])
    reached = Tier.objects.filter(pk__in={change.rule_id for change in changes}).select_related("track").in_bulk()
    changed = [
        Happening(change.at, tier=reached[change.rule_id], change=change)
        for change in changes
        if change.rule_id in reached
    ]
    return sorted([*moved, *changed], key=lambda one: one.at, reverse=True)[:SHOWN]


def evidence_of(partner: Partner, tier: Tier, evidence: dict[str, Any], at: datetime) -> Past:
    """Return what a tier asked and a partner had, by the evidence kept with a decision about it."""
    as_kept = RuleTransition(partner=partner, kind=RuleKind.TIER, rule_id=tier.pk, at=at, evidence=evidence)
    past = why_then(move=as_kept, definition=tier)
    as_kept.entered = past.explanation is None or past.explanation.met
    return past
