"""What is offered while somebody types: partners by name, and known values of list fields."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.access import vendor_view
from accounts.permissions import Permission
from partners.models import Partner
from partners.queries import known_values

MOST_PARTNERS = 8


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def partner_choices_panel(request: HttpRequest) -> HttpResponse:
    """Return partners that contain what was typed, each as the field writes it: its domain, else its name."""
    typed = request.GET.get("q", "").strip()
    visible = Partner.objects.visible_to(request.user)
    rows = visible.matching(typed).order_by("name", "pk")[:MOST_PARTNERS] if typed else []
    found = [
        (one.domain or one.name, one.name, " · ".join(part for part in (one.domain, one.city, one.country) if part))
        for one in rows
    ]
    return render(request, "partners/_suggestions.html", {"found": found})


@vendor_view(Permission.EDIT_PARTNERS)
@require_safe
def profile_values_panel(request: HttpRequest) -> HttpResponse:
    """Return what a list field may be completed to, with how many partners have it."""
    field, typed = request.GET.get("field", ""), request.GET.get("q", "").strip()
    known = []
    if field in known_values.LISTS and typed:
        known = known_values.of(field, typed, visible=Partner.objects.visible_to(request.user))
    found = [(value, value, _note(n)) for value, n in known]
    return render(request, "partners/_suggestions.html", {"found": found})


def _note(partners: int) -> str:
    return ngettext("%(n)d partner", "%(n)d partners", partners) % {"n": partners} if partners else ""
