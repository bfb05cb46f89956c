"""Fragments that other pages load: why a partner is (not) in something, and everything that holds for it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import vendor_view
from accounts.permissions import Permission
from criteria.fields import RuleKind
from partners.models import Partner
from segmentation import queries


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def why_panel(request: HttpRequest, kind: str, public_id: str, partner_id: str) -> HttpResponse:
    """Show why a partner fulfils a rule or not: asked, has, missing."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=partner_id)
    try:
        rule_kind = RuleKind(kind)
    except ValueError:
        raise Http404 from None
    definition = get_object_or_404(queries.DEFINITIONS[rule_kind], public_id=public_id)
    why = queries.why(partner=partner, kind=rule_kind, definition=definition, at=timezone.now())
    context = {"why": why, "partner": partner, "kind": kind, "definition": definition, "side": "vendor"}
    template = "segmentation/_why.html" if request.headers.get("HX-Request") else "segmentation/vendor/why/page.html"
    return render(request, template, context)


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def partner_classification_panel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show the segments, life stage and qualifications of a partner, and what it entered and left."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)
    context = {
        "partner": partner,
        "standing": queries.standing(partner),
        "moves": queries.transitions(partner, limit=12),
    }
    page = "segmentation/vendor/why/classification.html"
    template = "segmentation/vendor/why/_classification.html" if request.headers.get("HX-Request") else page
    return render(request, template, context)
