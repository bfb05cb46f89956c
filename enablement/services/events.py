"""Events: planned, published, moved, cancelled. Who comes is in `registrations`, who is told in `event_notices`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import action
from core.models import Program
from core.refusals import Refusal
from core.services import outbox
from enablement.models import Asset, Event, EventRegistration
from enablement.models.audiences import PEOPLE_COLUMNS
from enablement.services import registrations
from enablement.services.fields import apply, known

PUBLISHED = "enablement.event_published"
MOVED = "enablement.event_moved"
CANCELLED = "enablement.event_cancelled"
RECORDED = "enablement.event_recorded"
#: What those who come have to know when it changes.
WHEN_AND_WHERE = frozenset({"starts_at", "ends_at", "place", "url"})
EDITABLE = frozenset(
    {
        *("title", "summary", "body", "kind", "timezone", "seats", "register_until_at", "audience", "owner"),
        *WHEN_AND_WHERE,
        *PEOPLE_COLUMNS,
    }
)


def create(*, by: User | None, at: datetime, **fields: Any) -> Event:
    """Make a draft, in the program's time zone where none is named."""
    event = Event(**{"timezone": Program.current().timezone, **known(fields, EDITABLE)})
    if event.owner is None:
        event.owner = by
    _check(event)
    with action("event.create", by=by):
        event.save()
    return event


def update(*, event: Event, by: User | None, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Change an event. Who comes is told of another time or place; more seats are given to who waits."""
    changed = apply(event, known(changes, EDITABLE))
    if not changed:
        return []
    _check(event)
    with action("event.update", by=by):
        locked = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
        if locked.cancelled_at:
            raise Refusal(_("It is cancelled."))
        if "seats" in changed and event.seats is not None:
            taken = EventRegistration.objects.filter(event=event).coming().count()
            if event.seats < taken:
                raise Refusal({"seats": _("%(n)d people have a seat already.") % {"n": taken}})
        event.save(update_fields=changed)
        if locked.published_at and locked.ends_at > at:
            if WHEN_AND_WHERE & set(changed):
                EventRegistration.objects.filter(event=event).update(reminded_at=None)
                outbox.put(topic=MOVED, payload={"event": event.pk, "at": at.isoformat()})
            if "seats" in changed:
                registrations.move_up(event=event, at=at)
    return changed


def publish(*, event: Event, by: User | None, at: datetime) -> bool:
    """Show an event to its audience, and tell it. Returns whether it was not there before."""
    with action("event.publish", by=by):
        locked = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
        if locked.published_at:
            return False
        if not (locked.place or locked.url):
            raise Refusal(_("Say where it is first: a place, or an online address."))
        if locked.starts_at <= at:
            raise Refusal(_("It has begun already. Give it a later day first."))
        event.published_at = at
        event.save(update_fields=["published_at"])
        outbox.put(topic=PUBLISHED, payload={"event": event.pk})
    return True


def cancel(*, event: Event, by: User | None, at: datetime, reason: str) -> bool:
    """Call an event off, and tell everybody who comes or waits. Returns whether it was on."""
    with action("event.cancel", by=by):
        locked = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
        if locked.cancelled_at:
            return False
        if locked.ends_at <= at:
            raise Refusal(_("It is over already."))
        if not reason.strip():
            raise Refusal({"reason": _("Say why; those who wanted to come read it.")})
        event.cancelled_at, event.cancelled_reason = at, reason.strip()[:300]
        event.save(update_fields=["cancelled_at", "cancelled_reason"])
        if locked.published_at:
            outbox.put(topic=CANCELLED, payload={"event": event.pk})
    return True


def record(*, event: Event, by: User | None, at: datetime, asset: Asset | None) -> bool:
    """Say which asset of the library is the recording. Returns whether that is new.

    Those who were registered are told; whether somebody sees it is for the asset's own audience.
    """
    if event.recording == asset:
        return False
    if event.starts_at > at and asset is not None:
        raise Refusal({"recording": _("It has not taken place yet.")})
    with action("event.record", by=by):
        event.recording = asset
        event.save(update_fields=["recording"])
        if asset is not None and event.published_at and not event.cancelled_at:
            outbox.put(topic=RECORDED, payload={"event": event.pk, "asset": asset.pk})
    return True


def _check(event: Event) -> None:
    event.clean_fields(exclude=["public_id"])
    if event.ends_at <= event.starts_at:
        raise Refusal({"ends_at": _("It ends before it begins.")})
    if event.register_until_at and event.register_until_at > event.starts_at:
        raise Refusal({"register_until_at": _("Registration closes before it begins.")})
    if event.published_at and not (event.place or event.url):
        raise Refusal({"place": _("It is published; say where it is: a place, or an online address.")})
