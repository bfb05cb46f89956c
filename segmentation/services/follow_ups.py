"""What follows when a partner's verdicts are known: suggested categories, tiers, and the apps above."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils import timezone

from partners.services import suggestions, tiers
from segmentation.models import Classification, RuleTransition
from segmentation.signals import partners_classified

#: What decided, by the id of a rule.
Evidence = dict[str, object]


def apply(*, partner_ids: Sequence[int], at: datetime) -> None:
    """Bring what depends on the verdicts of some partners in line with them. Doing it twice changes nothing."""
    rows = Classification.objects.filter(partner_id__in=partner_ids).order_by("partner_id")
    entered, left = (_evidence(partner_ids, entered=way) for way in (True, False))
    suggestions.follow_eligibility(
        eligible={row.partner_id: row.category_ids for row in rows},
        evidence=entered["category"],
        left=left["category"],
        at=at,
    )
    tiers.follow_qualifications(
        qualified={row.partner_id: row.tier_ids for row in rows},
        evidence=_of_what_holds({row.partner_id: row.tier_ids for row in rows}, entered["tier"], left["tier"]),
        at=at,
    )
    partners_classified.send(sender="segmentation", partner_ids=list(partner_ids), at=at)


def _of_what_holds(
    met: Mapping[int, Sequence[int]], entered: Mapping[int, Evidence], left: Mapping[int, Evidence]
) -> dict[int, Evidence]:
    """Return by partner the evidence of each tier it qualifies for, and of each that it ceased to qualify for."""
    return {
        pk: {tier: kept for tier, kept in entered.get(pk, {}).items() if int(tier) in tier_ids}
        | {tier: kept for tier, kept in left.get(pk, {}).items() if int(tier) not in tier_ids}
        for pk, tier_ids in met.items()
    }


def handle(payload: Mapping[str, list[int]]) -> None:
    """Handle the outbox topic `segmentation.classified`."""
    apply(partner_ids=payload["partner_ids"], at=timezone.now())


def _evidence(partner_ids: Sequence[int], *, entered: bool) -> dict[str, dict[int, dict[str, object]]]:
    """Return the newest evidence for entering or leaving each rule: {kind: {partner: {rule id: evidence}}}."""
    found: dict[str, dict[int, dict[str, object]]] = {"category": {}, "tier": {}}
    moves = RuleTransition.objects.filter(partner_id__in=partner_ids, entered=entered, kind__in=list(found))
    for move in moves.order_by("at", "id"):
        found[move.kind].setdefault(move.partner_id, {})[str(move.rule_id)] = move.evidence
    return found
