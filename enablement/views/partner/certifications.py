"""The certifications of a partner's people."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import partner_view
from accounts.permissions import Permission
from core.models import Program
from core.periods import today
from enablement.queries import certifications


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def certification_list(request: Any) -> HttpResponse:
    """Show who holds what, until when."""
    day = today(at=timezone.now(), zone=Program.current().zone)
    held = certifications.held_at(partner=request.partner, today=day)
    return render(
        request,
        "enablement/partner/certifications/list.html",
        {
            "held": held,
            "certified_people": len({one.held.person_id for one in held if not one.is_expired}),
            "valid": sum(1 for one in held if not one.is_expired),
            "expiring": sum(1 for one in held if one.expires_soon),
        },
    )
