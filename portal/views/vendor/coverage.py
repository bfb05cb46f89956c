"""Where time goes, and managers side by side."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core.models import Program
from core.periods import today
from partners.models import Partner
from partners.queries.partners import managers
from partners.querysets import looked_after_ids
from portal.queries import roll_up, time_spent
from portal.queries.dashboard_filters import Names
from portal.views.vendor.home import reader_of

PAGE_SIZE = 50


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def time_spent_page(request: HttpRequest) -> HttpResponse:
    """Show where the time of touches went against what partners are worth."""
    user: Any = request.user
    asked = request.GET.get("days", "")
    days = int(asked) if asked.isdigit() and int(asked) in time_spent.PERIODS else time_spent.DEFAULT_PERIOD
    reader = reader_of(user)
    visible = Partner.objects.visible_to(user)
    sees_all = allowed(user, Permission.VIEW_ALL_PARTNERS)
    if not sees_all:  # those of colleagues who are away are theirs
        visible = visible.filter(pk__in=looked_after_ids(user, covers=False))
    everybody = request.GET.get("whose") == "all" or sees_all
    found = time_spent.where_time_goes(visible, Names.load(), reader, days=days, by=None if everybody else user)
    context = {
        "found": found,
        "hours": found.minutes / 60,
        "page": Paginator(found.partners, PAGE_SIZE).get_page(request.GET.get("page")),
        "query": f"days={days}{'&whose=all' if everybody else ''}",
        "periods": [(f"?days={one}{'&whose=all' if everybody else ''}", _label(one)) for one in time_spent.PERIODS],
        "current": f"?days={days}{'&whose=all' if everybody else ''}",
        "everybody": everybody,
        "sees_all": sees_all,
        "classes": [
            (_("By tier"), found.by_tier), (_("By life stage"), found.by_stage), (_("By category"), found.by_category),
        ],
    }  # fmt: skip
    return render(request, "portal/vendor/coverage/time_spent.html", context)


def _label(days: int) -> str:
    return {30: _("30 days"), 90: _("90 days"), 365: _("A year")}[days]


@vendor_view(Permission.VIEW_ALL_PARTNERS)
@require_safe
def manager_list(request: HttpRequest) -> HttpResponse:
    """Show managers side by side; each leads to their dashboard."""
    at = timezone.now()
    found = roll_up.roll_up(managers(), at=at, today=today(at=at, zone=Program.current().zone))
    return render(request, "portal/vendor/coverage/managers.html", {"found": found})
