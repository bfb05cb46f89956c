"""Events as they are listed: what is to come, what somebody comes to, and who comes to one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from enablement.models import Event, EventKind, EventRegistration, EventState, RegistrationState
from enablement.querysets import people_reached
from partners.models import Partner, Person


@dataclass(frozen=True)
class Search:
    """What somebody at the vendor looks for. Values that do not exist are dropped."""

    text: str = ""
    kind: str = ""
    state: str = ""
    past: bool = False

    @classmethod
    def read(cls, parameters: Mapping[str, str]) -> "Search":
        """Read the parameters of an address."""
        kind, state = parameters.get("kind", ""), parameters.get("state", "")
        return cls(
            text=parameters.get("q", "").strip().replace("\0", "")[:100],
            kind=kind if kind in EventKind.values else "",
            state=state if state in EventState.values else "",
            past=parameters.get("past") == "1",
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing narrows the list."""
        return self == Search()


def catalogue(search: Search, *, at: datetime) -> QuerySet[Any]:
    """Return the vendor's events to come, the next first, or those that are over, the last first."""
    rows = Event.objects.with_numbers().select_related("audience", "owner")
    if search.text:
        rows = rows.filter(Q(title__icontains=search.text) | Q(summary__icontains=search.text))
    if search.kind:
        rows = rows.filter(kind=search.kind)
    if search.state:
        rows = rows.in_state(search.state)
    if search.past:
        return rows.filter(ends_at__lte=at).order_by("-starts_at", "-pk")
    return rows.to_come(at).order_by("starts_at", "pk")


def registrations(event: Event, *, user: Any) -> QuerySet[Any]:
    """Return who comes to an event and who waits, at partners somebody may see."""
    rows = EventRegistration.objects.visible_to(user).filter(event=event).exclude(state=RegistrationState.CANCELLED)
    return rows.select_related("person__partner").order_by("state", "asked_at", "pk")


# --- at a partner


def for_person(*, user: Any, person: Person) -> Any:
    """Return the events a person may see with their own `my_state`, `registered` and `waiting`."""
    own = EventRegistration.objects.filter(event=OuterRef("pk"), person=person).exclude(
        state=RegistrationState.CANCELLED
    )
    return Event.objects.visible_to(user).with_numbers().annotate(my_state=Subquery(own.values("state")[:1]))


def to_come(*, user: Any, person: Person, at: datetime, kind: str = "") -> QuerySet[Any]:
    """Return what is to come, the next first."""
    rows = for_person(user=user, person=person).to_come(at)
    return (rows.filter(kind=kind) if kind else rows).order_by("starts_at", "pk")


def recorded(*, user: Any, person: Person, at: datetime) -> QuerySet[Any]:
    """Return what is over, the last first: what the person was registered for, and what was recorded for them."""
    seen = recordings_seen(user)
    rows = for_person(user=user, person=person).filter(ends_at__lte=at, cancelled_at__isnull=True)
    rows = rows.filter(Q(my_state=RegistrationState.REGISTERED) | Q(recording__in=seen)).select_related("recording")
    return rows.annotate(
        recording_id_seen=Subquery(seen.filter(pk=OuterRef("recording")).values("public_id")[:1])
    ).order_by("-starts_at", "-pk")


def recordings_seen(user: Any) -> QuerySet[Any]:
    """Return the assets somebody may see, as a subquery."""
    field: Any = Event._meta.get_field("recording")
    seen: QuerySet[Any] = field.related_model.objects.visible_to(user).order_by().values("pk")
    return seen


def place_in_line(event: Event, person: Person) -> int | None:
    """Return the place of a person on the waiting list, from one on; None for who does not wait."""
    ids = list(EventRegistration.objects.filter(event=event).in_line().values_list("person", flat=True))
    return ids.index(person.pk) + 1 if person.pk in ids else None


def colleagues(event: Event, *, partner: Partner) -> list[Any]:
    """Return the people of a partner whom an event is for or who come, with their `state` there."""
    theirs = EventRegistration.objects.filter(event=event, person=OuterRef("pk")).exclude(
        state=RegistrationState.CANCELLED
    )
    people = people_reached(event).filter(partner=partner).values("pk")
    here = Person.objects.filter(partner=partner, left_at__isnull=True).annotate(
        state=Subquery(theirs.values("state")[:1])
    )
    return list(here.filter(Q(pk__in=people) | Q(state__isnull=False)).order_by(F("name"), "pk"))
