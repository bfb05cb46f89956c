"""Our way up the ladders that are open to us."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import partner_view
from accounts.permissions import Permission
from partners.queries import languages
from segmentation.queries.progress import forecasts, progress
from segmentation.queries.tier_moves import tier_moves


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def tier_progress(request: Any) -> HttpResponse:
    """Show for every ladder what the next tier asks, the cheapest way there, and what the next review would find."""
    context = {
        "tracks": progress(
            request.partner, at=timezone.now(), is_own=True, language=languages.language_for(request.user)
        ),
        "side": "partner",
        "trail": _trail(),
    }
    return render(request, "segmentation/partner/progress/page.html", context)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def tier_forecast_panel(request: Any) -> HttpResponse:
    """Show what the next review would find: with nothing new, and with our pipeline."""
    context = {
        "forecasts": forecasts(
            request.partner, at=timezone.now(), is_own=True, language=languages.language_for(request.user)
        ),
        "side": "partner",
        "trail": _trail(),
    }
    template = "_tier_forecasts.html" if request.headers.get("HX-Request") else "partner/progress/forecast.html"
    return render(request, f"segmentation/{template}", context)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def tier_history(request: Any) -> HttpResponse:
    """Show everything that happened to us on the ladders, with the evidence of each day."""
    context = {"moves": tier_moves(request.partner, request.user), "side": "partner", "trail": _trail()}
    return render(request, "segmentation/partner/progress/history.html", context)


def _trail() -> list[tuple[str, str]]:
    return [(_("Tier and benefits"), reverse("partner:tier-detail"))]
