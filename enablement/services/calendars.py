"""Events as calendars read them, and the personal address at which a calendar finds them."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.core import signing
from django.db.models import F
from django.urls import reverse
from icalendar import Calendar
from icalendar import Event as Entry

from accounts.models import User
from core.audit import action
from core.models import Program
from enablement.models import CalendarFeed, Event, EventRegistration, RegistrationState

SALT = "enablement.calendar"
CONTENT_TYPE = "text/calendar; charset=utf-8"


def written(events: Iterable[Event], *, at: datetime, waiting: frozenset[int] = frozenset()) -> bytes:
    """Return events as an iCalendar file. Those in `waiting` are tentative: there is no seat yet."""
    program = Program.current()
    calendar = Calendar()
    calendar.add("prodid", f"-//{program.name}//{program.hub_name}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", program.hub_name)
    for event in events:
        calendar.add_component(_entry(event, at=at, is_waiting=event.pk in waiting))
    return bytes(calendar.to_ical())


def _entry(event: Event, *, at: datetime, is_waiting: bool) -> Entry:
    page = settings.PUBLIC_URL + reverse("partner:event-detail", args=[event.public_id])
    entry = Entry()
    entry.add("uid", f"event-{event.public_id}@{settings.MAIL_HOST_NAME}")
    entry.add("dtstamp", at)
    entry.add("last-modified", event.updated_at)
    entry.add("sequence", event.version)
    entry.add("summary", event.title)
    entry.add("dtstart", event.starts_at.astimezone(event.zone))
    entry.add("dtend", event.ends_at.astimezone(event.zone))
    entry.add("location", " · ".join(filter(None, (event.place, event.url))))
    entry.add("description", "\n\n".join(filter(None, (event.summary, event.url, page))))
    entry.add("url", page)
    entry.add("status", "CANCELLED" if event.cancelled_at else "TENTATIVE" if is_waiting else "CONFIRMED")
    return entry


# --- the feed


def feed_of(user: User) -> CalendarFeed:
    """Return somebody's feed; the first one, which needs no row, where they never renewed it."""
    return CalendarFeed.objects.filter(user=user).select_related("user").first() or CalendarFeed(user=user)


def address_of(feed: CalendarFeed) -> str:
    """Return the address of a feed: whoever has it reads it, so it is signed and can be renewed."""
    token = signing.Signer(salt=SALT).sign_object({"user": str(feed.user.public_id), "number": feed.number})
    return settings.PUBLIC_URL + reverse("event-feed", args=[token])


def renew(*, user: User, by: User, at: datetime) -> None:
    """Give somebody's feed another address; the old one ends at once."""
    with action("calendar.renew", by=by):
        feed, is_new = CalendarFeed.objects.get_or_create(user=user, defaults={"number": 2})
        if not is_new:
            CalendarFeed.objects.filter(pk=feed.pk).update(number=F("number") + 1)


def reader_of(token: str) -> User | None:
    """Return whose calendar an address is; nobody for an old address or one that we did not sign."""
    try:
        said = signing.Signer(salt=SALT).unsign_object(token)
    except signing.BadSignature:
        return None
    user = User.objects.filter(public_id=said["user"], is_active=True).first()
    return user if user is not None and feed_of(user).number == said["number"] else None


def events_of(user: User) -> tuple[list[Event], frozenset[int]]:
    """Return the events somebody is registered for, cancelled ones too, and the ids of those they wait for."""
    rows = EventRegistration.objects.filter(person__user=user, person__left_at__isnull=True)
    rows = rows.exclude(state=RegistrationState.CANCELLED).select_related("event").order_by("event__starts_at", "pk")
    found = [one for one in rows if one.event.published_at]
    waiting = frozenset(one.event_id for one in found if one.state == RegistrationState.WAITING)
    return [one.event for one in found], waiting
