"""Events and live training: when and where, who comes, who waits for a seat, who was there."""

from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.audit import tracked
from core.models import Record
from core.models.program import validate_zone
from core.triggers import marks_stale
from enablement.models.audiences import ForPartners
from enablement.models.content import Asset
from enablement.models.quizzes import PARTNERS_OF_PEOPLE
from enablement.querysets import EventQuerySet, RegistrationQuerySet
from partners.models import Person


class EventKind(models.TextChoices):
    """What an event is."""

    TRAINING = "training", _("Live training")
    WEBINAR = "webinar", _("Webinar")
    CHANGE = "change", _("Product-change session")
    MEETING = "meeting", _("Partner meeting")


class EventState(models.TextChoices):
    """Where an event is in its life."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    CANCELLED = "cancelled", _("Cancelled")


#: Fewer seats than people who have one are refused, whoever writes.
KEEP_SEATS = pgtrigger.Trigger(
    name="keep_seats",
    when=pgtrigger.Before,
    operation=pgtrigger.UpdateOf("seats"),
    declare=[("taken", "integer")],
    func="""
        SELECT count(*) INTO taken FROM enablement_eventregistration
        WHERE event_id = NEW.id AND state = 'registered';
        IF NEW.seats < taken THEN
            RAISE EXCEPTION 'More people are registered than there are seats.'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    """,
)

#: The event is locked and then counted: of two who want the last seat, one comes second.
NEVER_OVERSELL = pgtrigger.Trigger(
    name="never_oversell",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("state", "event_id"),
    declare=[("room", "integer"), ("taken", "integer")],
    func="""
        IF NEW.state = 'registered' THEN
            SELECT seats INTO room FROM enablement_event WHERE id = NEW.event_id FOR NO KEY UPDATE;
            SELECT count(*) INTO taken FROM enablement_eventregistration
            WHERE event_id = NEW.event_id AND state = 'registered' AND id IS DISTINCT FROM NEW.id;
            IF taken >= room THEN
                RAISE EXCEPTION 'Every seat is taken.' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
        END IF;
        RETURN NEW;
    """,
)
PARTNERS_OF_EVENTS = (
    "SELECT person.partner_id FROM enablement_eventregistration registration"
    " JOIN partners_person person ON person.id = registration.person_id"
    " WHERE registration.event_id IN (SELECT id FROM changed)"
)


@tracked()
class Event(ForPartners):
    """Something that takes place at a time: online, at a place, or both. Times are written in its own time zone."""

    title = models.CharField(_("title"), max_length=200)
    summary = models.CharField(_("summary"), max_length=500, blank=True)
    body = models.TextField(_("what it is about"), blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=EventKind, default=EventKind.TRAINING)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    timezone = models.CharField(_("time zone"), max_length=64, validators=[validate_zone])
    place = models.CharField(_("place"), max_length=200, blank=True)
    url = models.URLField(_("online address"), max_length=1000, blank=True)
    seats = models.PositiveIntegerField(_("seats"), null=True, blank=True)
    register_until_at = models.DateTimeField(_("registration closes"), null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("owner"),
    )
    recording = models.ForeignKey(
        Asset, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("recording")
    )
    published_at = models.DateTimeField(null=True, editable=False)
    cancelled_at = models.DateTimeField(null=True, editable=False)
    cancelled_reason = models.CharField(max_length=300, blank=True, editable=False)

    objects = EventQuerySet.as_manager()

    class Meta(ForPartners.Meta):
        triggers: ClassVar = [
            *ForPartners.Meta.triggers,
            KEEP_SEATS,
            *marks_stale(PARTNERS_OF_EVENTS, source="events"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(title=""), name="event_titled"),
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="event_period"),
            models.CheckConstraint(condition=models.Q(seats__isnull=True) | models.Q(seats__gte=1), name="event_seats"),
            models.CheckConstraint(
                condition=models.Q(register_until_at__isnull=True)
                | models.Q(register_until_at__lte=models.F("starts_at")),
                name="event_registration_closes_before",
            ),
            models.CheckConstraint(
                condition=models.Q(published_at__isnull=True) | ~models.Q(place="", url=""),
                name="event_published_with_place",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["starts_at"], name="event_by_start")]

    def __str__(self) -> str:
        return self.title

    @property
    def state(self) -> EventState:
        """Draft, published or cancelled."""
        if self.cancelled_at:
            return EventState.CANCELLED
        return EventState.PUBLISHED if self.published_at else EventState.DRAFT

    @property
    def zone(self) -> ZoneInfo:
        """Its own time zone."""
        return ZoneInfo(self.timezone)

    @property
    def closes_at(self) -> datetime:
        """Until when people register: the deadline, else its beginning."""
        return self.register_until_at or self.starts_at


class RegistrationState(models.TextChoices):
    """Whether somebody comes."""

    REGISTERED = "registered", _("Registered")
    WAITING = "waiting", _("On the waiting list")
    CANCELLED = "cancelled", _("Cancelled")


@tracked()
class EventRegistration(Record):
    """One person and one event. Who cancels and comes back is last on the waiting list again."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="registrations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="event_registrations")
    state = models.CharField(max_length=10, choices=RegistrationState, default=RegistrationState.REGISTERED)
    asked_at = models.DateTimeField(help_text="Since when they want a seat; the waiting list is in this order.")
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reminded_at = models.DateTimeField(null=True)
    attended = models.BooleanField(null=True, help_text="Whether they were there; empty until somebody says.")

    objects = RegistrationQuerySet.as_manager()

    class Meta(Record.Meta):
        triggers: ClassVar = [
            *Record.Meta.triggers,
            NEVER_OVERSELL,
            *marks_stale(PARTNERS_OF_PEOPLE, source="events"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "person"], name="event_registration_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["event", "asked_at"], condition=models.Q(state="waiting"), name="event_waiting_list"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.event_id}"


class CalendarFeed(Record):
    """The address of one person's calendar, as a number in its signature: a new number ends the old address."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="calendar_feed")
    number = models.PositiveIntegerField(default=1)

    class Meta(Record.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.user_id}: {self.number}"
