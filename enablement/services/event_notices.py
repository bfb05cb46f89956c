"""Tells people of events: that there is one, has a seat for them, moves, is cancelled, is near, was recorded."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_noop

from accounts.models import User
from core.services import outbox
from enablement.models import Event, EventRegistration, RegistrationState
from enablement.querysets import people_reached
from enablement.services import events
from partners.models import Person
from partners.services.telling import Words, tell

BATCH = 500
SIGHT = "event"
SEATED = gettext_noop("You have a seat: %(event)s, %(when)s.")
WAITS = gettext_noop("You are on the waiting list: %(event)s, %(when)s.")


def tell_published(payload: Mapping[str, Any]) -> None:
    """Tell an event's audience that there is one, range by range."""
    event = _event(payload)
    if event is None or event.starts_at <= timezone.now():
        return
    readers = people_reached(event).filter(user__is_active=True, pk__gte=payload.get("from", 0))
    people = list(readers.select_related("user").order_by("pk")[: BATCH + 1])
    for person in people[:BATCH]:
        text = gettext_noop("New event: %(event)s, %(when)s.")
        _say(event, person, text=text, detail="%(summary)s", key=f"event-{event.pk}", kind="event_new", by_mail=False)
    if len(people) > BATCH:
        outbox.put(topic=events.PUBLISHED, payload={**payload, "from": people[BATCH].pk})


def tell_seated(payload: Mapping[str, Any]) -> None:
    """Tell somebody that they have a seat now, or wait for one."""
    rows = EventRegistration.objects.select_related("event", "person__user")
    one = rows.filter(pk=payload["registration"], state=payload["state"]).first()
    if one is None or one.event.cancelled_at or one.event.starts_at <= timezone.now():
        return
    has_seat = one.state == RegistrationState.REGISTERED
    wait = gettext_noop("Every seat is taken. When one becomes free it is yours by itself, and you hear of it.")
    come = gettext_noop(
        "Where: %(where)s. If you cannot come, give your seat to somebody who waits: cancel on its page."
    )
    _say(
        one.event, one.person, text=SEATED if has_seat else WAITS, detail=come if has_seat else wait,
        key=f"event-{one.event.pk}-{one.state}-{payload['at']}",
    )  # fmt: skip


def tell_moved(payload: Mapping[str, Any]) -> None:
    """Tell those who come or wait that the time or the place is another one."""
    event = _event(payload)
    if event is not None:
        text = gettext_noop("Another time or place: %(event)s is on %(when)s.")
        detail = gettext_noop("Where: %(where)s. If that does not suit you, cancel on its page.")
        _each(event, text=text, detail=detail, key=f"event-{event.pk}-moved-{payload['at']}")


def tell_cancelled(payload: Mapping[str, Any]) -> None:
    """Tell those who come or wait that it does not take place."""
    event = Event.objects.filter(pk=payload["event"], cancelled_at__isnull=False).first()
    if event is not None:
        text, key = gettext_noop("Cancelled: %(event)s, %(when)s."), f"event-{event.pk}-cancelled"
        _each(event, text=text, detail="%(reason)s", key=key)


def tell_near(payload: Mapping[str, Any]) -> None:
    """Remind somebody of an event that begins within a day."""
    rows = EventRegistration.objects.coming().select_related("event", "person__user")
    one = rows.filter(pk=payload["registration"]).first()
    if one is not None and not one.event.cancelled_at and one.event.starts_at > timezone.now():
        text, detail = gettext_noop("Soon: %(event)s, %(when)s."), gettext_noop("Where: %(where)s.")
        key = f"event-{one.event.pk}-near-{one.event.starts_at.isoformat()}"
        _say(one.event, one.person, text=text, detail=detail, key=key)


def tell_recorded(payload: Mapping[str, Any]) -> None:
    """Tell those who were registered, and may see the recording, that it is there."""
    event = _event(payload)
    if event is None or event.recording_id != payload["asset"]:
        return
    text = gettext_noop("The recording is there: %(event)s.")
    _each(event, text=text, detail="", key=f"event-{event.pk}-recorded-{payload['asset']}", by_mail=False)


def seen_by(user: User, public_ids: set[str]) -> set[str]:
    """Return which events somebody may see now."""
    seen = Event.objects.visible_to(user).filter(public_id__in=public_ids)
    return {str(one) for one in seen.values_list("public_id", flat=True)}


def _event(payload: Mapping[str, Any]) -> Event | None:
    return Event.objects.filter(pk=payload["event"], published_at__isnull=False, cancelled_at__isnull=True).first()


def _each(event: Event, **said: Any) -> None:
    rows: QuerySet[EventRegistration] = EventRegistration.objects.filter(event=event)
    for one in rows.exclude(state=RegistrationState.CANCELLED).select_related("person__user").order_by("pk"):
        _say(event, one.person, **said)


def _say(
    event: Event, person: Person, *, text: str, detail: str, key: str, kind: str = "event", by_mail: bool = True
) -> None:
    if person.user is None or not person.user.is_active or person.left_at:
        return
    names = {
        "event": event.title,
        "summary": event.summary,
        "reason": event.cancelled_reason,
        "when": Words(when(event.starts_at, person.user)),
        "where": " · ".join(filter(None, (event.place, event.url))),
    }
    tell(
        [person.user], kind=kind, text=text, detail=detail if detail != "%(summary)s" or event.summary else "",
        names=names, url=reverse("partner:event-detail", args=[event.public_id]), key=key, by_mail=by_mail,
        about=f"{SIGHT} {event.public_id}",
    )  # fmt: skip


def when(at: datetime, user: User) -> Callable[[], str]:
    """Return what writes a moment in somebody's time zone, with its name, in the language then spoken."""
    local = at.astimezone(ZoneInfo(user.timezone))
    return lambda: f"{date_format(local, 'DATETIME_FORMAT')} ({local.tzname()})"
