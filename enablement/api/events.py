"""Events over REST, to read."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers

from accounts.permissions import Permission
from core.api.filters import EXACT, ORDERED, TEXT, ResourceFilterSet
from core.api.serializers import ResourceSerializer
from core.api.viewsets import ReadOnlyResourceViewSet
from enablement.models import Event, EventState


class EventSerializer(ResourceSerializer):
    """An event with its numbers. Where it is online, and for whom it is, is told to the vendor only."""

    state = serializers.ChoiceField(choices=EventState.choices, read_only=True)
    audience: Any = serializers.SlugRelatedField(slug_field="key", read_only=True, allow_null=True)
    registered = serializers.IntegerField(read_only=True)
    waiting = serializers.IntegerField(read_only=True)
    there = serializers.IntegerField(read_only=True)

    class Meta:
        model = Event
        has_external_ids = False
        fields = (
            *("title", "summary", "body", "kind", "state", "starts_at", "ends_at", "timezone", "place", "url"),
            *("seats", "register_until_at", "audience", "registered", "waiting", "there"),
            *("published_at", "cancelled_at", "cancelled_reason"),
        )
        read_only_fields = fields
        vendors_own = ("audience", "url", "there")


class EventFilters(ResourceFilterSet):
    """What a list of events may be narrowed by."""

    class Meta(ResourceFilterSet.Meta):
        model = Event
        fields: ClassVar = {
            "title": TEXT,
            "kind": EXACT,
            "starts_at": ORDERED,
            "ends_at": ORDERED,
            "cancelled_at": ["isnull"],
            "updated_at": ORDERED,
        }


class EventViewSet(ReadOnlyResourceViewSet):
    """Events you may see."""

    resource = "events"
    permissions: ClassVar = {"GET": (Permission.VIEW_DEFINITIONS, Permission.USE_PARTNER_PORTAL)}
    serializer_class = EventSerializer
    filterset_class = EventFilters
    sorts = ("starts_at", "updated_at", "title")
    queryset = Event.objects.none()

    def get_queryset(self) -> QuerySet[Event]:
        """Return the events the caller may see."""
        seen: QuerySet[Event] = Event.objects.visible_to(self.request.user).with_numbers().select_related("audience")
        return seen
