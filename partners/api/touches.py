"""Touches: what people at the vendor did with partners outside the portal, to read and to log."""

from datetime import datetime
from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers

from accounts.access import person_behind
from accounts.permissions import Permission
from core.api.filters import EXACT, ORDERED, ReferenceFilter, ResourceFilterSet
from core.api.serializers import InstantField, ReferenceField, ResourceSerializer
from core.api.viewsets import ActingViewSet
from partners.api.fields import ColleagueField
from partners.models import Partner, Touch
from partners.services import touches


class TouchSerializer(ResourceSerializer):
    """One call, meeting, note, e-mail or piece of feedback, logged by the integration's owner unless told."""

    partner = ReferenceField("partners", Partner.objects.visible_to)
    logged_by = ColleagueField(required=False)
    happened_at = InstantField(required=False)
    next_done_at = InstantField(read_only=True, allow_null=True)
    minutes = serializers.IntegerField(min_value=1, max_value=1440, required=False, allow_null=True)

    class Meta:
        model = Touch
        has_external_ids = False
        fields = (
            *("partner", "kind", "happened_at", "logged_by", "with_whom", "minutes", "note", "next_step", "next_on"),
            *("next_done_at", "is_shared"),
        )


class TouchFilters(ResourceFilterSet):
    """What a list of touches can be narrowed by."""

    partner = ReferenceFilter("partner")

    class Meta(ResourceFilterSet.Meta):
        model = Touch
        fields: ClassVar = {
            "kind": EXACT,
            "happened_at": ORDERED,
            "next_on": [*ORDERED, "isnull"],
            "is_shared": ["exact"],
            "updated_at": ORDERED,
        }


class TouchViewSet(ActingViewSet):
    """Touches."""

    resource = "touches"
    permissions: ClassVar = {"GET": Permission.VIEW_PARTNERS, "POST": Permission.EDIT_PARTNERS}
    serializer_class = TouchSerializer
    filterset_class = TouchFilters
    sorts = ("happened_at", "updated_at")

    def get_queryset(self) -> QuerySet[Any]:
        """Return the touches with the partners the caller may see."""
        return Touch.objects.visible_to(self.request.user).select_related("partner", "logged_by")

    def create_record(self, data: dict[str, Any], *, at: datetime) -> Touch:
        """Log a touch."""
        said = dict(data)
        by = said.pop("logged_by", None) or person_behind(self.request.user)
        return touches.log(partner=said.pop("partner"), by=by, at=at, **{"happened_at": at, **said})
