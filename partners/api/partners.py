"""Partners."""

from datetime import datetime
from typing import Any

import django_filters
from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.permissions import Permission
from core.api.filters import EXACT, ORDERED, TEXT, ReferenceFilter, ResourceFilterSet
from core.api.serializers import ReferenceField, ResourceSerializer
from core.api.viewsets import ResourceViewSet
from partners.api.fields import AttributesField, DegreesField, ProgramMoneyField, RegionField
from partners.models import Assignment, Partner, Region
from partners.profile_fields import BY_NAME
from partners.services import partners


class PartnerSerializer(ResourceSerializer):
    """A partner organisation."""

    region = RegionField(max_length=40, required=False, allow_null=True)
    parent = ReferenceField(  # type: ignore[assignment]
        "partners", Partner.objects.visible_to, required=False, allow_null=True
    )
    latitude = DegreesField(BY_NAME["latitude"].high, required=False, allow_null=True)
    longitude = DegreesField(BY_NAME["longitude"].high, required=False, allow_null=True)
    annual_revenue = ProgramMoneyField("annual_revenue", required=False, allow_null=True)
    attributes = AttributesField(required=False)
    cam = serializers.SerializerMethodField()

    class Meta:
        model = Partner
        fields = (*BY_NAME, "last_active_at", "attributes", "cam")
        read_only_fields = ("last_active_at",)

    @extend_schema_field(
        {
            "type": "object",
            "nullable": True,
            "properties": {"id": {"type": "string", "format": "uuid"}, "name": {"type": "string"}},
        }
    )
    def get_cam(self, partner: Partner) -> dict[str, str] | None:
        """Return who looks after the partner."""
        open_ones = getattr(partner, "open_assignments", None)
        if open_ones is None:
            open_ones = partner.assignments.open().select_related("user")
        return next(({"id": str(one.user.public_id), "name": one.user.name} for one in open_ones), None)


class PartnerFilters(ResourceFilterSet):
    """What a list of partners can be filtered by."""

    cam = ReferenceFilter("assignments__user", method="looked_after_by")
    region = django_filters.CharFilter("region__key")
    region__in_tree = django_filters.CharFilter(method="in_region_or_below")
    parent = ReferenceFilter("parent")

    class Meta(ResourceFilterSet.Meta):
        model = Partner
        fields = {
            "name": TEXT,
            "domain": EXACT,
            "status": EXACT,
            "country": EXACT,
            "city": TEXT,
            "employees": [*ORDERED, "isnull"],
            "joined_on": [*ORDERED, "isnull"],
            "created_at": ORDERED,
            "updated_at": ORDERED,
        }

    def in_region_or_below(self, queryset: Any, name: str, value: str) -> Any:
        """Keep the partners in a region, by its key, or in one below it."""
        region = Region.objects.filter(key=value).first()
        return queryset.in_region(region) if region else queryset.none()

    def looked_after_by(self, queryset: Any, name: str, value: Any) -> Any:
        """Keep the partners somebody looks after now."""
        return queryset.filter(assignments__user__public_id=value, assignments__ends_at__isnull=True)


class PartnerViewSet(ResourceViewSet):
    """Partner organisations."""

    resource = "partners"
    permissions = {
        "GET": Permission.VIEW_PARTNERS,
        "POST": Permission.EDIT_PARTNERS,
        "PATCH": Permission.EDIT_PARTNERS,
    }
    serializer_class = PartnerSerializer
    filterset_class = PartnerFilters
    sorts = ("name", "created_at", "updated_at")

    def get_queryset(self) -> Any:
        """Return the partners the caller may see."""
        looked_after = Prefetch(
            "assignments", Assignment.objects.open().select_related("user"), to_attr="open_assignments"
        )
        visible = Partner.objects.visible_to(self.request.user)
        return visible.select_related("region", "parent").prefetch_related(looked_after)

    def search(self, queryset: Any, text: str) -> Any:
        """Search names, domains and cities."""
        return queryset.matching(text)

    def create_record(self, data: dict[str, Any], *, at: datetime) -> Partner:
        """Make a partner."""
        return partners.create(by=self.request.user, at=at, **data)

    def update_record(self, record: Partner, changes: dict[str, Any], *, at: datetime) -> None:
        """Change a partner."""
        partners.update(partner=record, by=self.request.user, at=at, changes=changes)
