"""Seats at events over REST: read, taken and given back, by the rules of the pages."""

from datetime import datetime
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import allowed, person_behind
from accounts.permissions import Permission
from core.api.filters import EXACT, ORDERED, ReferenceFilter, ResourceFilterSet
from core.api.serializers import ReferenceField, ResourceSerializer
from core.api.viewsets import ActingViewSet
from core.refusals import Refusal
from enablement.models import Event, EventRegistration, RegistrationState
from enablement.services import registrations
from partners.models import Person


def people_to_register(user: Any) -> QuerySet[Person]:
    """Return for whom a caller may act: a partner user for themselves, a partner admin for colleagues as well."""
    people: QuerySet[Person] = Person.objects.visible_to(user).filter(left_at__isnull=True)
    if user.is_vendor or allowed(user, Permission.MANAGE_OWN_PEOPLE):
        return people
    return people.filter(user=user)


class RegistrationSerializer(ResourceSerializer):
    """Somebody's seat at an event, or their place on its waiting list."""

    event = ReferenceField("events", Event.objects.visible_to)
    person = ReferenceField("people", people_to_register)
    state = serializers.ChoiceField(RegistrationState.choices, read_only=True)

    class Meta:
        model = EventRegistration
        has_external_ids = False
        fields = ("event", "person", "state", "asked_at", "attended")
        read_only_fields = ("asked_at", "attended")


class RegistrationFilters(ResourceFilterSet):
    """What a list of seats may be narrowed by."""

    event = ReferenceFilter("event")
    person = ReferenceFilter("person")
    partner = ReferenceFilter("person__partner")

    class Meta(ResourceFilterSet.Meta):
        model = EventRegistration
        fields: ClassVar = {"state": EXACT, "attended": EXACT, "asked_at": ORDERED, "updated_at": ORDERED}


class RegistrationViewSet(ActingViewSet):
    """Seats at events. A full event gives a place on its waiting list, which moves up by itself."""

    resource = "event-registrations"
    required_scopes: ClassVar = {"GET": "events:read", "POST": "events:write"}
    permissions: ClassVar = {
        "GET": (Permission.VIEW_PARTNERS, Permission.USE_PARTNER_PORTAL),
        "POST": (Permission.MANAGE_EVENTS, Permission.USE_PARTNER_PORTAL),
    }
    serializer_class = RegistrationSerializer
    filterset_class = RegistrationFilters
    sorts = ("asked_at", "updated_at")
    queryset = EventRegistration.objects.none()
    transitions = (Refusal,)

    def get_queryset(self) -> QuerySet[EventRegistration]:
        """Return the seats of people the caller may act for; at the vendor those of partners they may see."""
        user = self.request.user
        rows: QuerySet[EventRegistration] = EventRegistration.objects.visible_to(user).select_related("event", "person")
        if user.is_vendor:
            return rows
        return rows.filter(person__in=people_to_register(user))

    def create_record(self, data: dict[str, Any], *, at: datetime) -> EventRegistration:
        """Take a seat, or a place on the waiting list."""
        return registrations.register(
            event=data["event"], person=data["person"], by=person_behind(self.request.user), at=at
        )

    @extend_schema(request=None, responses=RegistrationSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def cancel(self, request: Request, **kwargs: Any) -> Response:
        """Give the seat or the place back; who waits longest moves up."""
        return self.act(request, self._cancelled)

    def _cancelled(self, record: EventRegistration, data: dict[str, Any], at: datetime) -> None:
        by = person_behind(self.request.user)
        registrations.cancel(event=record.event, person=record.person, by=by, at=at)
