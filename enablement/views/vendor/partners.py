"""What enablement adds to the page of a partner."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import vendor_view
from accounts.permissions import Permission
from core.models import Program
from core.periods import today
from enablement.queries import activity, certifications, journeys
from partners.models import Partner

JOURNEYS_SHOWN = 6


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def enablement_panel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show a partner's certifications, journeys under way and recent activity."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)
    day = today(at=timezone.now(), zone=Program.current().zone)
    context = {
        "partner": partner,
        "held": certifications.held_at(partner=partner, today=day),
        "journeys": journeys.under_way(partner=partner, limit=JOURNEYS_SHOWN),
        "activity": activity.recent(partner=partner, today=day),
        "activity_days": activity.RECENT_DAYS,
    }
    return render(request, "enablement/vendor/partners/_panel.html", context)
