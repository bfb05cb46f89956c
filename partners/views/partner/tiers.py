"""The partner's tiers: what it holds, what each gives, and what the next one asks."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import partner_view
from accounts.permissions import Permission
from partners.queries import languages
from partners.queries import tiers as reads


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def tier_detail(request: Any) -> HttpResponse:
    """Show every ladder open to the partner."""
    ladders = reads.ladders_of(request.partner, language=languages.language_for(request.user))
    return render(request, "partners/partner/tiers/detail.html", {"ladders": ladders})


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def tier_history_panel(request: Any) -> HttpResponse:
    """Show what happened last on the partner's ladders."""
    moves = list(reads.history(request.partner, request.user)[: reads.LATEST_MOVES])
    named = [tier for one in moves for tier in (one.from_tier, one.to_tier, one.judged_tier) if tier is not None]
    language = languages.language_for(request.user)
    languages.name_in(language, *named)
    languages.name_tracks_in(language, *(one.track for one in moves))
    return render(request, "partners/partner/tiers/_history.html", {"history": moves})
