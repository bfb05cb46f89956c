"""By which figures we rose, fell or stayed: our own view of the evidence."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import partner_view
from accounts.permissions import Permission
from criteria.fields import RuleKind
from partners.models import TierMove
from segmentation import queries
from segmentation.queries.tier_moves import evidence_of


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def of_move(request: Any, tier_move: UUID) -> HttpResponse:
    """Show the criteria and our values of that day, where we may see them."""
    rows = TierMove.objects.of(request.partner).select_related("partner__region", "judged_tier")
    move = get_object_or_404(rows, public_id=tier_move)
    if move.judged_tier is None:
        raise Http404
    past = evidence_of(move.partner, move.judged_tier, move.evidence, move.at)
    context = {
        "past": replace(past, explanation=past.explanation and queries.for_partner(past.explanation)),
        "definition": move.judged_tier,
        "side": "partner",
        "heading": _("What moved you on %(tier)s") % {"tier": move.judged_tier},
        "here": reverse("partner:why-panel", args=["tier", move.judged_tier.public_id]),
        "moves": queries.moves_of(partner=move.partner, kind=RuleKind.TIER, definition=move.judged_tier),
    }
    if request.headers.get("HX-Request"):
        return render(request, "segmentation/_past.html", context)
    return render(request, "segmentation/partner/why/past.html", context)
