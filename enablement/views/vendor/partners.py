"""What enablement adds to the page of a partner."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core.models import Program
from core.periods import today
from enablement.models import Readiness
from enablement.queries import activity, certifications, certifying, journeys, statements, training, vain_searches
from partners.models import Partner

JOURNEYS_SHOWN = 6


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def enablement_panel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show a partner's certifications, journeys under way, recent activity, and what it looked for in vain."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)
    at = timezone.now()
    day = today(at=at, zone=Program.current().zone)
    context = {
        "partner": partner,
        "held": certifications.held_at(partner=partner, today=day),
        "journeys": journeys.under_way(partner=partner, user=request.user, limit=JOURNEYS_SHOWN),
        "activity": activity.recent(partner=partner, today=day),
        "activity_days": activity.RECENT_DAYS,
        "vain_searches": vain_searches.of_partner(partner, at=at),
    }
    return render(request, "enablement/vendor/partners/_panel.html", context)


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def learning_panel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show what each person of a partner has learned, and what the company holds."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)
    day = today(at=timezone.now(), zone=Program.current().zone)
    context = {
        "partner": partner,
        "learners": training.learners(partner=partner, today=day),
        "measures": [one.label for one in Readiness],
        "company": [certifications.Held(held, day) for held in certifying.of_company(partner)],
        "told_elsewhere": statements.told(user=request.user).filter(person__partner=partner).exists(),
        "may_record": allowed(request.user, Permission.EDIT_PARTNERS),
    }
    return render(request, "enablement/vendor/partners/_learning.html", context)
