"""The vendor's home page: the CAM dashboard."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core.models import Program
from core.periods import today
from partners.models import Partner
from portal.queries.actions import waiting_applications
from portal.queries.dashboard import ACTIONS_SHOWN, dashboard
from scorecards.queries import score_card


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the partners one looks after by life stage, with what to do next; to those who see all partners, all."""
    at = timezone.now()
    sees_all = allowed(request.user, Permission.VIEW_ALL_PARTNERS)
    partners = Partner.objects.visible_to(request.user)
    context = {
        "board": dashboard(
            partners=partners,
            at=at,
            today=today(at=at, zone=Program.current().zone),
            applications=waiting_applications(request.user, at=at, most=ACTIONS_SHOWN),
        ),
        "sees_all": sees_all,
        "may_log": allowed(request.user, Permission.EDIT_PARTNERS),
    }
    return render(request, "portal/vendor/home.html", context)


@vendor_view(Permission.VIEW_SCORECARDS)
@require_safe
def focus_panel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one partner in focus: its score against similar partners, the biggest gap first."""
    visible = Partner.objects.visible_to(request.user).select_related("region", "classification__stage")
    partner = get_object_or_404(visible, public_id=public_id)
    context = {"partner": partner, "card": score_card(partner, at=timezone.now())}
    if request.headers.get("HX-Request"):
        return render(request, "portal/vendor/_focus.html", context)
    return render(request, "portal/vendor/focus.html", context)
