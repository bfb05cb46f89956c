"""Writes events, lets people of partners take seats and wait for them, and ticks off who was there."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from accounts.models import User
from core.models import Program
from core.periods import today
from enablement.models import Asset, EventRegistration
from enablement.models import Event as Row
from enablement.querysets import people_reached
from enablement.services import events, registrations
from portal.seed.lot import Lot
from portal.seed.shapes import Event, Programme
from segmentation.models import Segment

PLANNED_AHEAD = timedelta(days=30)
MOST = 14


def write(programme: Programme, assets: Mapping[str, Asset], *, by: User, at: datetime) -> None:
    """Write the events in the order of their days, each as it is now."""
    for one in programme.events:
        _write(one, programme, assets, by=by, at=at)


def _write(one: Event, programme: Programme, assets: Mapping[str, Asset], *, by: User, at: datetime) -> None:
    zone = Program.current().zone
    day = today(at=at, zone=zone) + timedelta(days=one.in_days)
    starts_at = datetime.combine(day, time(one.hour), tzinfo=zone)
    planned_at = min(at, starts_at) - PLANNED_AHEAD
    closes_at = starts_at - timedelta(days=one.closes_days_before) if one.closes_days_before else None
    event = events.create(
        by=by, at=planned_at, title=one.title, summary=one.summary, body=one.body, kind=one.kind,
        starts_at=starts_at, ends_at=starts_at + timedelta(minutes=one.minutes), seats=one.seats or None,
        place=one.place, url="" if one.place else f"https://meet.{programme.domain}/{one.kind}-{day:%m%d}",
        register_until_at=closes_at, audience=Segment.objects.get(key=one.audience) if one.audience else None,
    )  # fmt: skip
    if one.state == "draft":
        return
    events.publish(event=event, by=by, at=planned_at)
    _fill(event, programme, planned_at=planned_at)
    if starts_at + timedelta(minutes=one.minutes) < at:
        _was(event, assets.get(one.recording), by=by, at=at)


def _fill(event: Row, programme: Programme, *, planned_at: datetime) -> None:
    lot = Lot(programme.key, "events", f"{event.title} {event.starts_at:%m%d}")
    people = people_reached(event).select_related("user", "partner").order_by("user__email", "partner__name", "email")
    wanted = [person for person in people[:200] if lot.happens(0.85 if person.user_id else 0.05)][:MOST]
    for place, person in enumerate(wanted):
        asked_at = planned_at + timedelta(hours=5 + place * 7)
        registrations.register(event=event, person=person, by=person.user, at=asked_at)


def _was(event: Row, recording: Asset | None, *, by: User, at: datetime) -> None:
    lot = Lot("events", event.title, "there")
    rows = EventRegistration.objects.filter(event=event).coming().order_by("asked_at", "person__email")
    there = [one.pk for one in rows if lot.happens(0.8)]
    registrations.mark_attendance(event=event, there=there, by=by, at=event.ends_at)
    if recording is not None:
        events.record(event=event, by=by, at=event.ends_at + timedelta(days=2), asset=recording)
