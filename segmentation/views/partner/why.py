"""Why we are (not) in a category or tier: the partner's own view of criteria."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import partner_view
from accounts.permissions import Permission
from criteria.fields import RuleKind
from segmentation import queries

#: Segments are the vendor's own working view; partners see categories, tiers and stages.
SHOWN_TO_PARTNERS = {RuleKind.CATEGORY, RuleKind.TIER, RuleKind.STAGE}


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def why_panel(request: HttpRequest, kind: str, public_id: str) -> HttpResponse:
    """Show which criteria we fulfil: asked, what you have, what is missing."""
    if kind not in {each.value for each in SHOWN_TO_PARTNERS}:
        raise Http404
    definition = get_object_or_404(queries.DEFINITIONS[RuleKind(kind)], public_id=public_id)
    partner = request.partner  # type: ignore[attr-defined]
    why = queries.why(partner=partner, kind=RuleKind(kind), definition=definition, at=timezone.now())
    context = {"why": why, "partner": partner, "kind": kind, "definition": definition, "side": "partner"}
    template = "segmentation/_why.html" if request.headers.get("HX-Request") else "segmentation/partner/why/page.html"
    return render(request, template, context)
