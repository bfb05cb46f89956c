"""Which partners are in which categories: read, declared, and decided."""

from datetime import datetime
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Permission
from core.api.filters import EXACT, ORDERED, ReferenceFilter, ResourceFilterSet
from core.api.serializers import PartSerializer, ReferenceField, ResourceSerializer
from core.api.viewsets import ActingViewSet
from partners.api.fields import DefinitionField
from partners.models import Category, CategoryMembership, Partner
from partners.services import grace, memberships, stays


class MembershipSerializer(ResourceSerializer):
    """A stay of a partner in a category: in which state, told by whom, from when to when.

    With a statement of what shows it, a declared membership is handed in for review at once.
    """

    partner = ReferenceField("partners", Partner.objects.visible_to)
    category = DefinitionField(Category)
    statement = serializers.CharField(write_only=True, required=False, allow_blank=True, max_length=2000)

    class Meta:
        model = CategoryMembership
        has_external_ids = False
        fields = (
            *("partner", "category", "state", "source", "is_primary", "reason", "starts_at", "ends_at"),
            *("next_review_on", "grace_ends_on", "statement"),
        )
        read_only_fields = tuple(name for name in fields if name not in {"partner", "category", "statement"})


class ReasonSerializer(PartSerializer):
    """Why; the partner reads it."""

    reason = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class NeededReasonSerializer(PartSerializer):
    """Why; the partner reads it."""

    reason = serializers.CharField(max_length=300)


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
            "next_review_on": [*ORDERED, "isnull"],
            "updated_at": ORDERED,
        }


class MembershipViewSet(ActingViewSet):
    """Memberships of partners in categories."""

    resource = "memberships"
    permissions: ClassVar = {"GET": Permission.VIEW_PARTNERS, "POST": Permission.EDIT_PARTNERS}
    serializer_class = MembershipSerializer
    filterset_class = MembershipFilters
    sorts = ("starts_at", "updated_at")
    transitions = (stays.NotAllowed,)

    def get_queryset(self) -> QuerySet[Any]:
        """Return the memberships of the partners the caller may see."""
        return CategoryMembership.objects.visible_to(self.request.user).select_related("partner", "category")

    def create_record(self, data: dict[str, Any], *, at: datetime) -> CategoryMembership:
        """Declare that a partner is in a category. Declared already, the same membership is returned."""
        return memberships.declare(by=self.request.user, at=at, **data)

    @extend_schema(request=ReasonSerializer, responses=MembershipSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, **kwargs: Any) -> Response:
        """Agree: from now on the partner holds the category."""
        return self.act(request, self._through(memberships.confirm), fields=ReasonSerializer)

    @extend_schema(request=NeededReasonSerializer, responses=MembershipSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, **kwargs: Any) -> Response:
        """End a membership, or turn down one that waits."""
        return self.act(request, self._through(memberships.end), fields=NeededReasonSerializer)

    @extend_schema(request=NeededReasonSerializer, responses=MembershipSerializer)
    @action(detail=True, methods=["post"], url_path="start-grace")
    def start_grace(self, request: Request, **kwargs: Any) -> Response:
        """Give the partner time to mend what is missing."""
        return self.act(request, self._through(grace.start), fields=NeededReasonSerializer)

    @extend_schema(request=None, responses=MembershipSerializer)
    @action(detail=True, methods=["post"], url_path="make-primary")
    def make_primary(self, request: Request, **kwargs: Any) -> Response:
        """Make a category the partner's primary one."""
        return self.act(request, self._through(memberships.make_primary))

    def _through(self, service: Any) -> Any:
        return lambda record, data, at: service(membership=record, by=self.request.user, at=at, **data)
