"""The partner's life with the vendor."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import partner_view
from accounts.permissions import Permission
from partners.queries import languages
from partners.queries import life_stages as reads


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def life_stage_panel(request: Any) -> HttpResponse:
    """Show the stages in order, where the partner is, since when, and what helps there."""
    standing = reads.standing_of(request.partner, language=languages.language_for(request.user))
    context = {"standing": standing, "days": standing.days(timezone.now())}
    return render(request, "partners/partner/life_stages/_panel.html", context)
