"""What if we had more of something: what would follow, of what partners may see."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.access import partner_view
from accounts.permissions import Permission
from segmentation import queries
from segmentation.views.imagined import imagine
from segmentation.views.partner.why import SHOWN_TO_PARTNERS


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def what_if(request: HttpRequest) -> HttpResponse:
    """Change our values in mind and see which categories, tiers and life stage would follow. Nothing is written."""
    partner = request.partner  # type: ignore[attr-defined]
    context = imagine(request, partner=partner, kinds=SHOWN_TO_PARTNERS, veil=queries.for_partner)
    context |= {"partner": partner, "side": "partner"}
    return render(request, "segmentation/partner/what_if.html", context, status=422 if context["refused"] else 200)
