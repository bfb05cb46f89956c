"""A partner's specializations: what each asks, what is there, what is missing."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import partner_view
from accounts.permissions import Permission
from deals.models import CustomerReference
from enablement.queries import specializations


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def specialization_list(request: Any) -> HttpResponse:
    """Show every specialization with where the partner stands, its references, and what it once held."""
    past = request.partner.specializations.filter(ends_at__isnull=False).select_related("specialization")
    context = {
        "standings": specializations.standings(request.partner, timezone.now()),
        "references": CustomerReference.objects.of(request.partner).order_by("-submitted_at", "-pk")[:10],
        "past": past.order_by("-ends_at", "-pk"),
    }
    return render(request, "enablement/partner/specializations/list.html", context)
