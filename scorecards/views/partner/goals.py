"""What the vendor is after, as partners read it, with their own part."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import partner_view
from accounts.permissions import Permission
from scorecards.queries import goals as reads


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def goal_list(request: Any) -> HttpResponse:
    """Show the goals of today with the partner's part, and those to come."""
    at = timezone.now()
    context = {"goals": reads.for_partner(request.partner, at=at), "coming": reads.coming(at=at)}
    return render(request, "scorecards/partner/goals/list.html", context)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def goals_panel(request: Any) -> HttpResponse:
    """Show the goals of today in short, for the home page."""
    context = {"goals": reads.for_partner(request.partner, at=timezone.now())}
    return render(request, "scorecards/partner/goals/_panel.html", context)
