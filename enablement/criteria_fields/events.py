"""What criteria may ask about events and live training."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from criteria.fields import Choice, Collection, Field, Kind, registry
from enablement.criteria_fields.learning import PERSON
from enablement.models import Event, EventKind


def _events() -> Sequence[Choice]:
    rows = Event.objects.filter(published_at__isnull=False).order_by("-starts_at")
    return [Choice(str(one.public_id), f"{one.title} ({one.starts_at:%Y-%m-%d})", one.pk) for one in rows]


def _kinds() -> Sequence[Choice]:
    return [Choice(value, label) for value, label in EventKind.choices]


EVENTS = Collection(
    key="events",
    label=_("Events"),
    description=_("Events at which people who work at the partner now have or had a seat."),
    source="enablement_eventregistration registration"
    " JOIN enablement_event event ON event.id = registration.event_id"
    " JOIN partners_person person ON person.id = registration.person_id",
    partner_id="person.partner_id",
    record_id="registration.id",
    name="person.name || ': ' || event.title",
    day="starts_at",
    always="person.left_at IS NULL AND registration.state = 'registered' AND event.cancelled_at IS NULL",
    fields=(
        Field(
            "event",
            _("Event"),
            Kind.CHOICE,
            "event.id",
            description=_("Which event it is."),
            example="0190a2b4-0000-7000-8000-000000000000",
            choices=_events,
        ),
        Field(
            "kind",
            _("Kind"),
            Kind.CHOICE,
            "event.kind",
            description=_("Live training, webinar, product-change session or partner meeting."),
            example="training",
            choices=_kinds,
        ),
        Field(
            "attended",
            _("Was there"),
            Kind.YES_NO,
            "coalesce(registration.attended, false)",
            description=_("Whether the vendor recorded that the person was there."),
            example="yes",
        ),
        Field(
            "starts_at",
            _("Begins"),
            Kind.MOMENT,
            "event.starts_at",
            description=_("When the event begins or began."),
            example="2026-03-01",
        ),
        PERSON,
    ),
)

registry.add_collections(EVENTS)
