"""The evidence of what was decided about tiers: criteria of that version with the values of that day."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import vendor_view
from accounts.permissions import Permission
from criteria.fields import RuleKind
from partners.models import Partner, Tier, TierMove, TierProposal, TierReviewOutcome
from segmentation.queries.tier_moves import evidence_of
from segmentation.views.vendor.why import beside


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def of_move(request: HttpRequest, tier_move: UUID) -> HttpResponse:
    """Show by which figures a partner rose, fell, or stayed."""
    rows = TierMove.objects.visible_to(request.user).select_related("partner__region", "judged_tier")
    move = get_object_or_404(rows, public_id=tier_move)
    heading = _("What moved %(partner)s on %(tier)s") % {"partner": move.partner, "tier": move.judged_tier}
    return _page(request, move.partner, move.judged_tier, move.evidence, move.at, heading)


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def of_outcome(request: HttpRequest, tier_review: UUID, tier_outcome: UUID) -> HttpResponse:
    """Show by which figures a review found what it found for a partner."""
    rows = TierReviewOutcome.objects.visible_to(request.user).select_related("partner__region", "judged_tier")
    one = get_object_or_404(rows, review__public_id=tier_review, public_id=tier_outcome)
    heading = _("What the review found of %(partner)s: %(tier)s") % {"partner": one.partner, "tier": one.judged_tier}
    return _page(request, one.partner, one.judged_tier, one.evidence, one.created_at, heading)


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def of_proposal(request: HttpRequest, tier_proposal: UUID) -> HttpResponse:
    """Show by which figures a partner came to qualify for a tier that has to be approved."""
    rows = TierProposal.objects.visible_to(request.user).select_related("partner__region", "tier")
    one = get_object_or_404(rows, public_id=tier_proposal)
    heading = _("What %(partner)s reached for %(tier)s") % {"partner": one.partner, "tier": one.tier}
    return _page(request, one.partner, one.tier, one.evidence, one.starts_at, heading)


def _page(
    request: HttpRequest, partner: Partner, tier: Tier | None, evidence: dict[str, Any], at: datetime, heading: str
) -> HttpResponse:
    if tier is None:
        raise Http404
    past = evidence_of(partner, tier, evidence, at)
    context = {
        "partner": partner,
        "kind": RuleKind.TIER.value,
        "rule_kind": RuleKind.TIER,
        "definition": tier,
        "side": "vendor",
        "past": past,
        "heading": heading,
    }
    if request.headers.get("HX-Request"):
        return render(request, "segmentation/_past.html", context)
    return render(request, "segmentation/vendor/why/past.html", beside(context))
