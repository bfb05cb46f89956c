"""A partner's way up its ladders, as its channel account manager sees it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import vendor_view
from accounts.permissions import Permission
from partners.models import Partner
from segmentation.queries.progress import forecasts, progress
from segmentation.queries.tier_moves import tier_moves


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def partner_progress(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show for every ladder what the next tier asks, the cheapest way there, and what the next review would find."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user).select_related("region"), public_id=public_id)
    context = {
        "partner": partner,
        "tracks": progress(partner, at=timezone.now(), is_own=False),
        "side": "vendor",
        "trail": _trail(partner),
    }
    return render(request, "segmentation/vendor/progress/page.html", context)


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def partner_forecast_panel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show what the next review would find: with nothing new, and with the pipeline."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user).select_related("region"), public_id=public_id)
    context = {
        "partner": partner,
        "forecasts": forecasts(partner, at=timezone.now(), is_own=False),
        "side": "vendor",
        "trail": _trail(partner),
    }
    template = "_tier_forecasts.html" if request.headers.get("HX-Request") else "vendor/progress/forecast.html"
    return render(request, f"segmentation/{template}", context)


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def partner_tier_history(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show everything that happened to a partner on its ladders, with the evidence of each day."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)
    context = {
        "partner": partner,
        "moves": tier_moves(partner, request.user),
        "side": "vendor",
        "trail": _trail(partner),
    }
    return render(request, "segmentation/vendor/progress/history.html", context)


def _trail(partner: Partner) -> list[tuple[str, str]]:
    return [
        (_("Partners"), reverse("vendor:partner-list")),
        (partner.name, reverse("vendor:partner-detail", args=[partner.public_id])),
    ]
