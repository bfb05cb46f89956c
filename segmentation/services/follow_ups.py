"""What follows when a partner's verdicts are known: suggested categories, tiers, and the apps above."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from partners.models import Category, Tier
from partners.services import memberships, tiers
from segmentation.models import Classification, RuleTransition
from segmentation.signals import partners_classified


def apply(*, partner_ids: Sequence[int], at: datetime) -> None:
    """Bring what depends on the verdicts of some partners in line with them. Doing it twice changes nothing."""
    rows = Classification.objects.filter(partner_id__in=partner_ids).order_by("partner_id")
    evidence = _evidence(partner_ids)
    known_categories = set(Category.objects.filter(retired_at__isnull=True).values_list("pk", flat=True))
    known_tiers = set(Tier.objects.values_list("pk", flat=True))
    for row in rows:
        decided = evidence.get(row.partner_id, {})
        eligible = [pk for pk in row.category_ids if pk in known_categories]
        if eligible:
            memberships.suggest(
                partner_id=row.partner_id, category_ids=eligible, evidence=decided.get("category", {}), at=at
            )
        tiers.follow_qualification(
            partner_id=row.partner_id,
            tier_ids=[pk for pk in row.tier_ids if pk in known_tiers],
            evidence=decided.get("tier", {}),
            at=at,
        )
    partners_classified.send(sender="segmentation", partner_ids=list(partner_ids))


def handle(payload: dict[str, list[int]]) -> None:
    """Handle the outbox topic `segmentation.classified`."""
    apply(partner_ids=payload["partner_ids"], at=timezone.now())


def _evidence(partner_ids: Sequence[int]) -> dict[int, dict[str, dict[str, object]]]:
    """Return the newest evidence for entering each rule: {partner: {kind: {rule id: evidence}}}."""
    found: dict[int, dict[str, dict[str, object]]] = {}
    entered = RuleTransition.objects.filter(partner_id__in=partner_ids, entered=True, kind__in=["category", "tier"])
    for move in entered.order_by("at", "id"):
        found.setdefault(move.partner_id, {}).setdefault(move.kind, {})[str(move.rule_id)] = move.evidence
    return found
