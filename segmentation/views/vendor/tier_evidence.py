"""The evidence of what was decided about tiers: criteria of that version with the values of that day."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import vendor_view
from accounts.permissions import Permission
from criteria.fields import RuleKind
from partners.models import Partner, Tier, TierMove, TierProposal, TierReviewOutcome
from segmentation import queries
from segmentation.models import RuleTransition
from segmentation.views.vendor.why import beside


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def of_move(request: HttpRequest, tier_move: UUID) -> HttpResponse:
    """Show by which figures a partner rose, fell, or stayed."""
    rows = TierMove.objects.visible_to(request.user).select_related("partner__region", "judged_tier")
    move = get_object_or_404(rows, public_id=tier_move)
    return _page(request, move.partner, move.judged_tier, move.evidence, move.at)


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def of_outcome(request: HttpRequest, tier_review: UUID, tier_outcome: UUID) -> HttpResponse:
    """Show by which figures a review found what it found for a partner."""
    rows = TierReviewOutcome.objects.visible_to(request.user).select_related("partner__region", "judged_tier")
    one = get_object_or_404(rows, review__public_id=tier_review, public_id=tier_outcome)
    return _page(request, one.partner, one.judged_tier, one.evidence, one.created_at)


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def of_proposal(request: HttpRequest, tier_proposal: UUID) -> HttpResponse:
    """Show by which figures a partner came to qualify for a tier that has to be approved."""
    rows = TierProposal.objects.visible_to(request.user).select_related("partner__region", "tier")
    one = get_object_or_404(rows, public_id=tier_proposal)
    return _page(request, one.partner, one.tier, one.evidence, one.starts_at)


def _page(
    request: HttpRequest, partner: Partner, tier: Tier | None, evidence: dict[str, Any], at: datetime
) -> HttpResponse:
    if tier is None:
        raise Http404
    as_kept = RuleTransition(partner=partner, kind=RuleKind.TIER, rule_id=tier.pk, at=at, evidence=evidence)
    past = queries.why_then(move=as_kept, definition=tier)
    as_kept.entered = past.explanation is None or past.explanation.met
    context = {
        "partner": partner,
        "kind": RuleKind.TIER.value,
        "rule_kind": RuleKind.TIER,
        "definition": tier,
        "side": "vendor",
        "past": past,
    }
    return render(request, "segmentation/vendor/why/past.html", beside(context))
