"""Events for the reader: what is to come, a seat taken and given back, and the calendar of one's own."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import allowed, partner_view
from accounts.permissions import Permission
from core import markdown
from core.refusals import Refusal
from enablement.models import EventKind, RegistrationState
from enablement.queries import events as queries
from enablement.services import calendars, registrations
from partners.models import Person

PAGE_SIZE = 20
RECORDINGS_SHOWN = 10


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def event_list(request: Any) -> HttpResponse:
    """Show what is to come, and the recordings of what was."""
    who = {"user": request.user, "person": request.partner_person, "at": timezone.now()}
    kind = request.GET.get("kind", "")
    kind = kind if kind in EventKind.values else ""
    context = {
        "page": Paginator(queries.to_come(**who, kind=kind), PAGE_SIZE).get_page(request.GET.get("page")),
        "recorded": queries.recorded(**who)[:RECORDINGS_SHOWN],
        "kind": kind,
        "kinds": [("?", _("All")), *((f"?kind={value}", label) for value, label in EventKind.choices)],
        "chosen": f"?kind={kind}" if kind else "?",
        "query": f"kind={kind}" if kind else "",
    }
    return render(request, "enablement/partner/events/list.html", context)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def event_detail(request: Any, public_id: UUID) -> HttpResponse:
    """Show an event, and what the reader and their colleagues have to do with it."""
    event = _event(request, public_id)
    at = timezone.now()
    manages = allowed(request.user, Permission.MANAGE_OWN_PEOPLE)
    waits = event.my_state == RegistrationState.WAITING
    seen = queries.recordings_seen(request.user).filter(pk=event.recording_id) if event.recording_id else None
    context = {
        "event": event,
        "html": markdown.render(event.body),
        "is_open": event.cancelled_at is None and event.closes_at > at,
        "has_begun": event.starts_at <= at,
        "is_full": event.seats is not None and event.registered >= event.seats,
        "free": None if event.seats is None else max(0, event.seats - event.registered),
        "place": queries.place_in_line(event, request.partner_person) if waits else None,
        "colleagues": queries.colleagues(event, partner=request.partner) if manages and event.starts_at > at else [],
        "recording": event.recording if seen is not None and seen.exists() else None,
    }
    return render(request, "enablement/partner/events/detail.html", context)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_POST
def event_register(request: Any, public_id: UUID) -> HttpResponse:
    """Take a seat, or a place on the waiting list: for oneself, or as a partner admin for a colleague."""
    event, person = _event(request, public_id), _whom(request)
    try:
        made = registrations.register(event=event, person=person, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        has_seat = made.state == RegistrationState.REGISTERED
        said = _("%(person)s has a seat.") if has_seat else _("%(person)s is on the waiting list.")
        messages.success(request, said % {"person": person})
    return redirect("partner:event-detail", public_id)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_POST
def event_unregister(request: Any, public_id: UUID) -> HttpResponse:
    """Give a seat or a place on the waiting list back."""
    event, person = _event(request, public_id), _whom(request)
    try:
        if registrations.cancel(event=event, person=person, by=request.user, at=timezone.now()):
            messages.success(request, _("%(person)s does not come.") % {"person": person})
    except Refusal as refusal:
        messages.error(request, str(refusal))
    is_seen = queries.for_person(user=request.user, person=request.partner_person).filter(pk=event.pk).exists()
    return redirect("partner:event-detail", public_id) if is_seen else redirect("partner:event-list")


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def event_file(request: Any, public_id: UUID) -> HttpResponse:
    """Send one event as a file for a calendar; where it is online is only for those who have a seat."""
    event = _event(request, public_id)
    if event.my_state != RegistrationState.REGISTERED:
        event.url = ""
    waiting = frozenset({event.pk} if event.my_state == RegistrationState.WAITING else set())
    data = calendars.written([event], at=timezone.now(), waiting=waiting)
    return calendar_response(data, name=f"event-{event.starts_at:%Y-%m-%d}.ics")


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def event_calendar(request: Any) -> HttpResponse:
    """Show the address at which one's own calendar finds the events one is registered for."""
    feed = calendars.feed_of(request.user)
    return render(request, "enablement/partner/events/calendar.html", {"address": calendars.address_of(feed)})


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_POST
def event_calendar_renew(request: Any) -> HttpResponse:
    """Give the calendar another address; the old one ends."""
    calendars.renew(user=request.user, by=request.user, at=timezone.now())
    messages.success(request, _("The old address ends now. Give your calendar the new one."))
    return redirect("partner:event-calendar")


def calendar_response(data: bytes, *, name: str) -> HttpResponse:
    """Return a calendar as an answer."""
    response = HttpResponse(data, content_type=calendars.CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _event(request: Any, public_id: UUID) -> Any:
    rows = queries.for_person(user=request.user, person=request.partner_person).select_related("recording")
    return get_object_or_404(rows.defer("recording__words", "recording__facets"), public_id=public_id)


def _whom(request: Any) -> Person:
    """Return for whom the reader acts: themselves, or as a partner admin a colleague named in the form."""
    asked = request.POST.get("person", "")
    if not asked:
        return request.partner_person
    rows = Person.objects.filter(partner=request.partner, left_at__isnull=True)
    if not allowed(request.user, Permission.MANAGE_OWN_PEOPLE):
        rows = rows.filter(pk=request.partner_person.pk)
    return get_object_or_404(rows, public_id=_uuid(asked))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
