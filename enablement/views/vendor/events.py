"""The vendor's events: planned, published, cancelled; who comes, and who was there."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core import csv_export, markdown
from core.refusals import Refusal
from enablement.forms.events import CancelEventForm, EventForm, RecordingForm
from enablement.models import Event, EventKind, EventState
from enablement.queries import events as queries
from enablement.queries.audiences import for_people
from enablement.services import events, registrations
from partners.forms.refusals import show_refusal

PAGE_SIZE = 25
#: All who come stand on one page: whoever ticks names off does not want to turn pages.
MOST_SHOWN = 1000


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def event_list(request: HttpRequest) -> HttpResponse:
    """Show what is to come, or what is over, with who comes."""
    search = queries.Search.read(request.GET)
    parameters = request.GET.copy()
    parameters.pop("page", None)
    rows = queries.catalogue(search, at=timezone.now())
    context = {
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "search": search,
        "kinds": EventKind.choices,
        "states": EventState.choices,
        "query": parameters.urlencode(),
        "may_edit": _may_edit(request),
    }
    fragment = getattr(request, "htmx", False)
    return render(request, f"enablement/vendor/events/{'_results' if fragment else 'list'}.html", context)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def event_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show an event as partners see it, who comes, and who waits."""
    return _detail(request, _event(public_id))


@vendor_view(Permission.MANAGE_EVENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def event_create(request: HttpRequest) -> HttpResponse:
    """Plan an event."""
    form = EventForm(request.POST or None, initial={"owner": request.user.pk})
    if request.method == "POST" and form.is_valid():
        try:
            event = events.create(by=_me(request), at=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved as a draft."))
            return redirect("vendor:event-detail", event.public_id)
    return _form_page(request, form)


@vendor_view(Permission.MANAGE_EVENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def event_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Change an event; who comes is told of another time or place."""
    event = _event(public_id)
    form = EventForm(request.POST or None, initial=model_to_dict(event))
    if request.method == "POST" and form.is_valid():
        try:
            events.update(event=event, by=_me(request), at=timezone.now(), changes=form.cleaned_data)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("vendor:event-detail", public_id)
    return _form_page(request, form, _event(public_id))


@vendor_view(Permission.MANAGE_EVENTS)
@require_POST
def event_publish(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show an event to its audience."""
    try:
        events.publish(event=_event(public_id), by=_me(request), at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Published. Its audience is being told."))
    return redirect("vendor:event-detail", public_id)


@vendor_view(Permission.MANAGE_EVENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def event_cancel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Call an event off, with the reason."""
    event = _event(public_id)
    form = CancelEventForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            events.cancel(event=event, by=_me(request), at=timezone.now(), reason=form.cleaned_data["reason"])
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Cancelled. Those who wanted to come are being told."))
            return redirect("vendor:event-detail", public_id)
    context = {"form": form, "event": _event(public_id)}
    return render(request, "enablement/vendor/events/cancel.html", context, status=422 if form.errors else 200)


@vendor_view(Permission.MANAGE_EVENTS)
@require_POST
def event_attendance(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take who was there."""
    event = _event(public_id)
    there = [int(pk) for pk in request.POST.getlist("there") if pk.isdecimal() and len(pk) < 19]
    try:
        registrations.mark_attendance(event=event, there=there, by=_me(request), at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Saved who was there."))
    return redirect("vendor:event-detail", public_id)


@vendor_view(Permission.MANAGE_EVENTS)
@require_POST
def event_recording(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take which asset is the recording."""
    event = _event(public_id)
    form = RecordingForm(request.POST, initial={"recording": event.recording_id})
    if form.is_valid():
        asset = form.cleaned_data["recording"]
        try:
            events.record(event=event, by=_me(request), at=timezone.now(), asset=asset)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("vendor:event-detail", public_id)
    return _detail(request, _event(public_id), recording_form=form, status=422)


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def event_people(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Send who comes and who was there, as a file."""
    event = _event(public_id)
    return csv_export.download(_people_rows(event, request), name=f"event-{event.starts_at:%Y-%m-%d}.csv")


def _people_rows(event: Event, request: HttpRequest) -> Iterator[list[Any]]:
    yield [_("Person"), _("E-mail address"), _("Partner"), _("State"), _("Since"), _("Was there")]
    there = {True: _("yes"), False: _("no"), None: ""}
    for one in queries.registrations(event, user=request.user):
        since = one.asked_at.isoformat(timespec="minutes")
        person = one.person
        yield [person.name, person.email, person.partner.name, one.get_state_display(), since, there[one.attended]]


def _event(public_id: UUID) -> Any:
    rows = Event.objects.with_numbers().select_related("audience", "owner", "recording")
    return get_object_or_404(rows, public_id=public_id)


def _me(request: HttpRequest) -> Any:
    return request.user


def _may_edit(request: HttpRequest) -> bool:
    return allowed(request.user, Permission.MANAGE_EVENTS)


def _form_page(request: HttpRequest, form: EventForm, event: Event | None = None) -> HttpResponse:
    context = {"form": form, "event": event}
    return render(request, "enablement/vendor/events/form.html", context, status=422 if form.errors else 200)


def _detail(
    request: HttpRequest, event: Any, *, recording_form: RecordingForm | None = None, status: int = 200
) -> HttpResponse:
    at = timezone.now()
    may_see_people = allowed(request.user, Permission.VIEW_PARTNERS)
    found = list(queries.registrations(event, user=request.user)[:MOST_SHOWN]) if may_see_people else []
    has_begun = event.starts_at <= at and event.state == EventState.PUBLISHED
    context = {
        "event": event,
        "html": markdown.render(event.body),
        "people": for_people(event),
        "coming": [one for one in found if one.state == "registered"],
        "in_line": [one for one in found if one.state == "waiting"],
        "may_see_people": may_see_people,
        "may_edit": _may_edit(request),
        "has_begun": has_begun,
        "is_over": event.ends_at <= at,
        "recording_form": recording_form or RecordingForm(initial={"recording": event.recording_id}),
    }
    return render(request, "enablement/vendor/events/detail.html", context, status=status)
