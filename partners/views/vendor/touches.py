"""Touches: logged in two clicks, listed, corrected, their next steps ticked off."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from partners.forms.refusals import show_refusal
from partners.forms.touches import TouchForm
from partners.models import Partner, Touch, TouchKind
from partners.services import touches

PAGE_SIZE = 50
SHOWN = 5
CHOICES = 30


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def touch_list(request: HttpRequest) -> HttpResponse:
    """List touches with the partners the reader sees, the latest first, or the next steps, the most urgent first."""
    user: Any = request.user
    show, kind = request.GET.get("show", ""), request.GET.get("kind", "")
    words, who = request.GET.get("q", "").strip()[:100], request.GET.get("who", "")
    rows = Touch.objects.visible_to(user).select_related("partner", "logged_by").order_by("-happened_at", "-pk")
    if show == "steps":
        rows = rows.filter(next_done_at__isnull=True).exclude(next_step="").order_by("next_on", "pk")
    if kind in TouchKind.values:
        rows = rows.filter(kind=kind)
    if who == "me":
        rows = rows.filter(logged_by=user)
    if words:
        rows = rows.filter(partner__name__icontains=words) | rows.filter(note__icontains=words)
    query = {"show": show, "kind": kind, "who": who, "q": words}
    context = {
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "kinds": TouchKind.choices,
        "may_edit": allowed(user, Permission.EDIT_PARTNERS),
        "query": urlencode({name: value for name, value in query.items() if value}),
        **query,
    }
    return render(request, "partners/vendor/touches/list.html", context)


@vendor_view(Permission.EDIT_PARTNERS)
@require_safe
def touch_create(request: HttpRequest) -> HttpResponse:
    """Choose the partner to log a touch with: one's own, or any one may see by name. The form is the next page."""
    words = request.GET.get("q", "").strip()[:100]
    visible = Partner.objects.visible_to(request.user)
    rows = visible.matching(words) if words else visible.assigned_to(request.user)
    found = list(rows.order_by("name", "pk")[: CHOICES + 1])
    context = {"partners": found[:CHOICES], "has_more": len(found) > CHOICES, "words": words}
    return render(request, "partners/vendor/touches/choose.html", context)


@vendor_view(Permission.EDIT_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def touch_log(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Log a touch with one partner."""
    partner = _partner(request, public_id)
    form = TouchForm(request.POST or None, initial={"once": uuid4()})
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        once = fields.pop("once")
        try:
            touches.log(partner=partner, by=_me(request), at=timezone.now(), once_key=once, **fields)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Logged for %(partner)s.") % {"partner": partner})
            return redirect("vendor:partner-detail", partner.public_id)
    context = {"form": form, "partner": partner}
    return render(request, "partners/vendor/touches/form.html", context, status=422 if form.errors else 200)


@vendor_view(Permission.EDIT_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def touch_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Correct a touch."""
    touch = _touch(request, public_id)
    initial = {name: getattr(touch, name) for name in touches.EDITABLE}
    form = TouchForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        changes = {name: value for name, value in form.cleaned_data.items() if name != "once"}
        try:
            touches.update(touch=touch, by=_me(request), at=timezone.now(), changes=changes)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            return redirect("vendor:partner-detail", touch.partner.public_id)
    context = {"form": form, "partner": touch.partner, "touch": touch}
    return render(request, "partners/vendor/touches/form.html", context, status=422 if form.errors else 200)


@vendor_view(Permission.EDIT_PARTNERS)
@require_POST
def touch_finish(request: Any, public_id: UUID) -> HttpResponse:
    """Tick off the next step of a touch."""
    touch = _touch(request, public_id)
    touches.finish_step(touch=touch, by=request.user, at=timezone.now())
    if request.htmx:
        return _panel(request, touch.partner)
    return redirect("vendor:touch-list")


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def partner_touches_panel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show when somebody was last in touch with a partner, for its page."""
    return _panel(request, _partner(request, public_id))


def _panel(request: HttpRequest, partner: Partner) -> HttpResponse:
    rows = Touch.objects.visible_to(request.user).filter(partner=partner).select_related("logged_by", "partner")
    may_edit = allowed(request.user, Permission.EDIT_PARTNERS)
    context = {
        "partner": partner,
        "touches": rows.order_by("-happened_at", "-pk")[:SHOWN],
        "may_edit": may_edit,
        "form": TouchForm(initial={"once": uuid4()}, auto_id="touch_%s") if may_edit else None,
        "once": uuid4(),
    }
    return render(request, "partners/vendor/touches/_panel.html", context)


def _partner(request: HttpRequest, public_id: UUID) -> Partner:
    return get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)


def _touch(request: HttpRequest, public_id: UUID) -> Touch:
    return get_object_or_404(Touch.objects.visible_to(request.user).select_related("partner"), public_id=public_id)


def _me(request: HttpRequest) -> Any:
    return request.user
