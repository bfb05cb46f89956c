"""Specializations and which partners hold them, to read."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from rest_framework import serializers

from accounts.permissions import Permission
from core.api.filters import EXACT, ORDERED, TEXT, ReferenceFilter, ResourceFilterSet, YesNoFilter
from core.api.serializers import ReferenceField, ResourceSerializer
from core.api.viewsets import ReadOnlyResourceViewSet
from enablement.models import HeldSpecialization, Specialization
from partners.models import Partner


class SpecializationSerializer(ResourceSerializer):
    """An expertise partners can prove."""

    is_retired = serializers.SerializerMethodField()

    class Meta:
        model = Specialization
        has_external_ids = False
        fields = (
            *("key", "name", "public_name", "kind", "meaning", "requirements", "valid_months", "needs_approval"),
            "is_retired",
        )
        read_only_fields = fields

    def get_is_retired(self, specialization: Specialization) -> bool:
        """Return whether it is granted to nobody any more."""
        return specialization.retired_at is not None


class SpecializationFilters(ResourceFilterSet):
    """What a list of specializations can be narrowed by."""

    is_retired = YesNoFilter("retired_at", lookup_expr="isnull", exclude=True)

    class Meta(ResourceFilterSet.Meta):
        model = Specialization
        fields: ClassVar = {"key": EXACT, "name": TEXT, "kind": EXACT, "updated_at": ORDERED}


class SpecializationViewSet(ReadOnlyResourceViewSet):
    """Specializations."""

    resource = "specializations"
    permissions: ClassVar = {"GET": Permission.VIEW_DEFINITIONS}
    serializer_class = SpecializationSerializer
    filterset_class = SpecializationFilters
    sorts = ("key", "name", "updated_at")

    def get_queryset(self) -> QuerySet[Specialization]:
        """Return every specialization."""
        return Specialization.objects.all()


class HeldSpecializationSerializer(ResourceSerializer):
    """A stay of a partner in a specialization. `expires_on` is the day on which it is looked at again."""

    partner = ReferenceField("partners", Partner.objects.visible_to, read_only=True)
    specialization: Any = serializers.SlugRelatedField(slug_field="key", read_only=True)

    class Meta:
        model = HeldSpecialization
        has_external_ids = False
        fields = ("partner", "specialization", "state", "starts_at", "ends_at", "expires_on", "renewed_at", "reason")
        read_only_fields = fields


class HeldSpecializationFilters(ResourceFilterSet):
    """What a list of them can be narrowed by; `ends_at__isnull=true` are those that are on, or wait for approval."""

    partner = ReferenceFilter("partner")
    specialization = django_filters.CharFilter("specialization__key")

    class Meta(ResourceFilterSet.Meta):
        model = HeldSpecialization
        fields: ClassVar = {
            "state": EXACT,
            "starts_at": ORDERED,
            "ends_at": [*ORDERED, "isnull"],
            "expires_on": [*ORDERED, "isnull"],
            "updated_at": ORDERED,
        }


class HeldSpecializationViewSet(ReadOnlyResourceViewSet):
    """Which partners hold which specializations, or once did."""

    resource = "held-specializations"
    required_scopes: ClassVar = {"GET": "specializations:read"}
    permissions: ClassVar = {"GET": Permission.VIEW_PARTNERS}
    serializer_class = HeldSpecializationSerializer
    filterset_class = HeldSpecializationFilters
    sorts = ("starts_at", "updated_at")

    def get_queryset(self) -> QuerySet[Any]:
        """Return those of the partners the caller may see."""
        return HeldSpecialization.objects.visible_to(self.request.user).select_related("partner", "specialization")
