"""The partner's tiers: what it holds, what each gives, and what the next one asks."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import partner_view
from accounts.permissions import Permission
from partners.queries import tiers as reads


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def tier_detail(request: Any) -> HttpResponse:
    """Show every ladder open to the partner."""
    return render(request, "partners/partner/tiers/detail.html", {"ladders": reads.ladders_of(request.partner)})


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def tier_history_panel(request: Any) -> HttpResponse:
    """Show what happened last on the partner's ladders."""
    moves = reads.history(request.partner, request.user)[: reads.LATEST_MOVES]
    return render(request, "partners/partner/tiers/_history.html", {"history": moves})
