"""The partner's home page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import partner_view
from accounts.permissions import Permission
from core.models import Program
from core.periods import today
from portal.queries.home import home as gather


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what to do now, how we are doing, and what is for us."""
    at = timezone.now()
    user: Any = request.user
    person: Any = request.partner_person  # type: ignore[attr-defined]
    partner: Any = request.partner  # type: ignore[attr-defined]
    program = Program.current()
    context = {
        "home": gather(user=user, person=person, at=at, today=today(at=at, zone=program.zone)),
        "partner": partner,
        "first_name": user.name.split(" ")[0] or user.email,
        "greeting_hour": timezone.localtime(at).hour,
    }
    return render(request, "portal/partner/home.html", context)
