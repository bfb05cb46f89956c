"""Seats: taken, given back, waited for; and who was there. The event is locked first, so seats are never oversold."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import action
from core.refusals import Refusal
from core.services import outbox
from enablement.models import Event, EventRegistration, RegistrationState
from enablement.querysets import people_reached
from partners.models import Person

#: Somebody has a seat, waits for one, or was moved up.
SEATED = "enablement.event_seated"


def register(*, event: Event, person: Person, by: User | None, at: datetime) -> EventRegistration:
    """Give a person a seat, or a place on the waiting list when all are taken. Asked twice, it stays as it was."""
    with action("event.register", by=by):
        locked = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
        _expect_open(locked, at=at)
        if not people_reached(locked).filter(pk=person.pk).exists():
            raise Refusal({"person": _("This event is not for %(person)s.") % {"person": person}})
        mine: EventRegistration | None = EventRegistration.objects.filter(event=locked, person=person).first()
        if mine is not None and mine.state != RegistrationState.CANCELLED:
            return mine
        state = RegistrationState.REGISTERED if _has_room(locked) else RegistrationState.WAITING
        said = {"state": state, "asked_at": at, "registered_by": by, "reminded_at": None}
        mine, _new = EventRegistration.objects.update_or_create(event=locked, person=person, defaults=said)
        _tell(mine, at=at)
    return mine


def cancel(*, event: Event, person: Person, by: User | None, at: datetime) -> bool:
    """Give a seat or a place on the waiting list back; who waits moves up. Returns whether there was one."""
    with action("event.unregister", by=by):
        locked = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
        if locked.starts_at <= at:
            raise Refusal(_("It has begun already."))
        mine = EventRegistration.objects.filter(event=locked, person=person).exclude(state=RegistrationState.CANCELLED)
        gone = mine.update(state=RegistrationState.CANCELLED, attended=None)
        if gone:
            move_up(event=locked, at=at)
    return bool(gone)


def move_up(*, event: Event, at: datetime) -> int:
    """Give free seats to those who wait longest, and tell them. Called with the event locked. Returns how many."""
    if event.cancelled_at or event.starts_at <= at:
        return 0
    moved = 0
    for one in EventRegistration.objects.filter(event=event).in_line():
        if not _has_room(event):
            break
        one.state = RegistrationState.REGISTERED
        one.save(update_fields=["state"])
        _tell(one, at=at)
        moved += 1
    return moved


def mark_attendance(*, event: Event, there: Iterable[int], by: User | None, at: datetime) -> int:
    """Say which of those who had a seat were there, by their ids; the others were not. Returns how many changed."""
    if event.starts_at > at:
        raise Refusal(_("It has not begun yet."))
    came = set(there)
    with action("event.mark_attendance", by=by):
        Event.objects.select_for_update(no_key=True).get(pk=event.pk)
        rows = EventRegistration.objects.filter(event=event).coming()
        changed = rows.filter(pk__in=came).exclude(attended=True).update(attended=True)
        return changed + rows.exclude(pk__in=came).exclude(attended=False).update(attended=False)


def _has_room(event: Event) -> bool:
    return event.seats is None or EventRegistration.objects.filter(event=event).coming().count() < event.seats


def _tell(registration: EventRegistration, *, at: datetime) -> None:
    payload = {"registration": registration.pk, "state": registration.state, "at": at.isoformat()}
    outbox.put(topic=SEATED, payload=payload)


def _expect_open(event: Event, *, at: datetime) -> None:
    if event.published_at is None or event.cancelled_at:
        raise Refusal(_("It does not take place."))
    if event.starts_at <= at:
        raise Refusal(_("It has begun already."))
    if event.closes_at <= at:
        raise Refusal(_("Registration is closed."))
