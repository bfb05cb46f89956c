"""Alerts: the list with its history, those of one partner, and when they are opened."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core.models import Program
from core.periods import today
from partners.forms.refusals import show_refusal
from partners.models import Partner
from portal.forms.alerts import AlertPolicyForm
from portal.queries import alerts as reads
from scorecards.models import Alert, AlertKind, AlertPolicy
from scorecards.services import alerts

PAGE_SIZE = 50


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def alert_list(request: HttpRequest) -> HttpResponse:
    """List the alerts of the partners one sees, open or over."""
    query = {name: request.GET.get(name, "").strip()[:100] for name in ("kind", "state", "q")}
    rows = reads.listed(
        Alert.objects.visible_to(request.user), kind=query["kind"], over=query["state"] == "over", words=query["q"]
    )
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    day = today(at=timezone.now(), zone=Program.current().zone)
    context = {
        "page": page,
        "told": reads.told(page.object_list, day=day),
        "kinds": AlertKind.choices,
        "may_change": allowed(request.user, Permission.MANAGE_PROGRAM),
        "query": urlencode({name: value for name, value in query.items() if value}),
        **query,
    }
    return render(request, "portal/vendor/alerts/list.html", context)


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def partner_alerts_panel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the alerts of one partner, for its page: those that hold, and a few that are over."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)
    day = today(at=timezone.now(), zone=Program.current().zone)
    context = {"partner": partner, "told": reads.of_partner(partner, day=day)}
    return render(request, "portal/vendor/alerts/_panel.html", context)


@vendor_view(Permission.MANAGE_PROGRAM)
@require_http_methods(["GET", "HEAD", "POST"])
def alert_policy(request: HttpRequest) -> HttpResponse:
    """Show and change when alerts are opened; what that would do is shown before it is done."""
    at = timezone.now()
    form = AlertPolicyForm(request.POST or None, instance=AlertPolicy.current())
    effects = None
    if request.method == "POST" and form.is_valid():
        if request.POST.get("act") == "preview":
            effects = reads.effects(reads.policy_with(form.values), at=at)
        else:
            try:
                changed = alerts.update_policy(by=request.user, at=at, changes=form.values)
            except ValidationError as error:
                show_refusal(form, error)
            else:
                said = _("Saved. Alerts follow within minutes.") if changed else _("Nothing was different.")
                messages.success(request, said)
                return redirect("vendor:alert-policy")
    history: Any = AlertPolicy.objects.get(pk=1).events.order_by("-pgh_id")[:10]  # type: ignore[attr-defined]
    context = {"form": form, "effects": effects, "history": history, "kept": AlertPolicy.current()}
    return render(request, "portal/vendor/alerts/policy.html", context, status=422 if form.errors else 200)
