"""The vendor's home page: the CAM dashboard."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core.models import Program
from core.periods import today
from partners.models import Partner
from portal.queries.dashboard import dashboard


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the partners one looks after by life stage, with what to do next; to those who see all partners, all."""
    at = timezone.now()
    sees_all = allowed(request.user, Permission.VIEW_ALL_PARTNERS)
    partners = Partner.objects.visible_to(request.user)
    context = {
        "board": dashboard(partners=partners, at=at, today=today(at=at, zone=Program.current().zone)),
        "sees_all": sees_all,
        "may_create": allowed(request.user, Permission.MANAGE_SEGMENTS),
    }
    return render(request, "portal/vendor/home.html", context)
