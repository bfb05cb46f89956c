"""Who helps to look after partners beside their managers, and who stands in for a manager who is away; to read."""

from typing import Any, ClassVar

from django.db.models import QuerySet

from accounts.permissions import Permission
from core.api.filters import ORDERED, ReferenceFilter, ResourceFilterSet, YesNoFilter
from core.api.serializers import ReferenceField, ResourceSerializer
from core.api.viewsets import ReadOnlyResourceViewSet
from partners.models import LeaveCover, Partner, SecondaryAssignment
from partners.queries.partners import managers


def _managers(_caller: Any) -> Any:
    return managers()


class SecondaryManagerSerializer(ResourceSerializer):
    """Somebody helps to look after a partner, since when, and until when where that is over."""

    partner = ReferenceField("partners", Partner.objects.visible_to, read_only=True)
    user = ReferenceField("users", _managers, read_only=True)

    class Meta:
        model = SecondaryAssignment
        has_external_ids = False
        fields = ("partner", "user", "reason", "starts_at", "ends_at")
        read_only_fields = fields


class SecondaryManagerFilters(ResourceFilterSet):
    """What a list of secondary managers can be narrowed by."""

    partner = ReferenceFilter("partner")
    user = ReferenceFilter("user")
    is_open = YesNoFilter("ends_at", lookup_expr="isnull")

    class Meta(ResourceFilterSet.Meta):
        model = SecondaryAssignment
        fields: ClassVar = {"starts_at": ORDERED, "updated_at": ORDERED}


class SecondaryManagerViewSet(ReadOnlyResourceViewSet):
    """Who helps to look after the partners you may see."""

    resource = "secondary-managers"
    required_scopes: ClassVar = {"GET": "partners:read"}
    permissions: ClassVar = {"GET": Permission.VIEW_PARTNERS}
    serializer_class = SecondaryManagerSerializer
    filterset_class = SecondaryManagerFilters
    sorts = ("starts_at", "updated_at")
    queryset = SecondaryAssignment.objects.none()

    def get_queryset(self) -> QuerySet[SecondaryAssignment]:
        """Those of partners the caller may see."""
        rows = SecondaryAssignment.objects.filter(partner__in=Partner.objects.visible_to(self.request.user))
        return rows.select_related("partner", "user")


class LeaveCoverSerializer(ResourceSerializer):
    """Somebody stands in for another; on the days from `starts_at` up to `ends_at`, unless it was withdrawn."""

    user = ReferenceField("users", _managers, read_only=True)
    stand_in = ReferenceField("users", _managers, read_only=True)

    class Meta:
        model = LeaveCover
        has_external_ids = False
        fields = ("user", "stand_in", "starts_at", "ends_at", "withdrawn_at", "note")
        read_only_fields = fields


class LeaveCoverFilters(ResourceFilterSet):
    """What a list of leave covers can be narrowed by."""

    user = ReferenceFilter("user")
    stand_in = ReferenceFilter("stand_in")
    is_withdrawn = YesNoFilter("withdrawn_at", lookup_expr="isnull", exclude=True)

    class Meta(ResourceFilterSet.Meta):
        model = LeaveCover
        fields: ClassVar = {"starts_at": ORDERED, "ends_at": ORDERED, "updated_at": ORDERED}


class LeaveCoverViewSet(ReadOnlyResourceViewSet):
    """Who stands in for whom: one's own, and all for whoever assigns partners and for integrations."""

    resource = "leave-covers"
    required_scopes: ClassVar = {"GET": "partners:read"}
    permissions: ClassVar = {"GET": Permission.VIEW_PARTNERS}
    serializer_class = LeaveCoverSerializer
    filterset_class = LeaveCoverFilters
    sorts = ("starts_at", "updated_at")

    def get_queryset(self) -> QuerySet[LeaveCover]:
        """Those the caller may know of."""
        rows: QuerySet[LeaveCover] = LeaveCover.objects.visible_to(self.request.user)
        return rows.select_related("user", "stand_in")
