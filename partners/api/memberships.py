"""Which partners are in which categories, to read."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.permissions import Permission
from core.api.filters import EXACT, ORDERED, ReferenceFilter, ResourceFilterSet
from core.api.serializers import ReferenceField, ResourceSerializer
from core.api.viewsets import ReadOnlyResourceViewSet
from partners.models import CategoryMembership, Partner


class MembershipSerializer(ResourceSerializer):
    """A stay of a partner in a category: in which state, told by whom, from when to when."""

    partner = ReferenceField("partners", Partner.objects.visible_to, read_only=True)
    category = serializers.SerializerMethodField()

    class Meta:
        model = CategoryMembership
        has_external_ids = False
        fields = ("partner", "category", "state", "source", "is_primary", "starts_at", "ends_at")
        read_only_fields = fields

    @extend_schema_field(
        {
            "type": "object",
            "required": ["id", "key", "name"],
            "properties": {
                "id": {"type": "string", "format": "uuid"},
                "key": {"type": "string"},
                "name": {"type": "string"},
            },
        }
    )
    def get_category(self, membership: CategoryMembership) -> dict[str, str]:
        """Return the category's id, key and name."""
        category = membership.category
        return {"id": str(category.public_id), "key": category.key, "name": category.name}


class MembershipFilters(ResourceFilterSet):
    """What a list of memberships can be narrowed by; `ends_at__isnull=true` are those that are on."""

    partner = ReferenceFilter("partner")
    category = django_filters.CharFilter("category__key")

    class Meta(ResourceFilterSet.Meta):
        model = CategoryMembership
        fields: ClassVar = {
            "state": EXACT,
            "source": EXACT,
            "is_primary": ["exact"],
            "starts_at": ORDERED,
            "ends_at": [*ORDERED, "isnull"],
            "updated_at": ORDERED,
        }


class MembershipViewSet(ReadOnlyResourceViewSet):
    """Memberships of partners in categories."""

    resource = "memberships"
    permissions: ClassVar = {"GET": Permission.VIEW_PARTNERS}
    serializer_class = MembershipSerializer
    filterset_class = MembershipFilters
    sorts = ("starts_at", "updated_at")

    def get_queryset(self) -> QuerySet[Any]:
        """Return the memberships of the partners the caller may see."""
        return CategoryMembership.objects.visible_to(self.request.user).select_related("partner", "category")
