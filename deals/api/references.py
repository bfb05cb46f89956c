"""Customer references: read, told, and decided."""

from datetime import datetime
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import person_behind
from accounts.models import User
from accounts.permissions import Permission
from core.api.filters import EXACT, ORDERED, TEXT, ReferenceFilter, ResourceFilterSet
from core.api.serializers import PartSerializer, ReferenceField, ResourceSerializer
from core.api.viewsets import ActingViewSet
from deals.models import CustomerReference, Product
from deals.services import references
from partners.models import Partner


class ReferenceSerializer(ResourceSerializer):
    """A project a partner did for a customer. `product` is named by its key."""

    partner = ReferenceField("partners", Partner.objects.visible_to)
    product: Any = serializers.SlugRelatedField(slug_field="key", queryset=Product.objects.all(), required=False)
    year = serializers.IntegerField(min_value=1990, max_value=2200)

    class Meta:
        model = CustomerReference
        has_external_ids = False
        fields = (
            *("partner", "customer_name", "project", "summary", "product", "year", "contact", "contact_may_be_asked"),
            *("visibility", "state", "submitted_at", "decided_at", "decision", "expires_on"),
        )
        read_only_fields = ("state", "submitted_at", "decided_at", "decision", "expires_on")


class ReferenceDecisionSerializer(PartSerializer):
    """What the partner reads, and the first day on which a valid reference no longer counts."""

    decision = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    expires_on = serializers.DateField(required=False, allow_null=True, default=None)


class ReferenceDeclineSerializer(PartSerializer):
    """Why not; the partner reads it."""

    decision = serializers.CharField(max_length=500)


class ReferenceFilters(ResourceFilterSet):
    """What a list of references can be narrowed by."""

    partner = ReferenceFilter("partner")

    class Meta(ResourceFilterSet.Meta):
        model = CustomerReference
        fields: ClassVar = {
            "customer_name": TEXT,
            "state": EXACT,
            "visibility": EXACT,
            "year": ORDERED,
            "submitted_at": ORDERED,
            "expires_on": [*ORDERED, "isnull"],
            "updated_at": ORDERED,
        }


class ReferenceViewSet(ActingViewSet):
    """Customer references."""

    resource = "references"
    permissions: ClassVar = {
        "GET": Permission.VIEW_DEALS,
        "POST": (Permission.EDIT_DEALS, Permission.EDIT_PARTNERS),
    }
    serializer_class = ReferenceSerializer
    filterset_class = ReferenceFilters
    sorts = ("submitted_at", "year", "updated_at")

    def get_queryset(self) -> QuerySet[Any]:
        """Return the references of the partners the caller may see."""
        return CustomerReference.objects.visible_to(self.request.user).select_related("partner", "product")

    def create_record(self, data: dict[str, Any], *, at: datetime) -> CustomerReference:
        """Tell of a project; it waits for validation."""
        caller: Any = self.request.user
        return references.submit(by=caller if isinstance(caller, User) else None, at=at, **data)

    @extend_schema(request=ReferenceDecisionSerializer, responses=ReferenceSerializer)
    @action(detail=True, methods=["post"])
    def validate(self, request: Request, **kwargs: Any) -> Response:
        """Say that the reference counts."""
        return self.act(request, self._deciding(is_valid=True), fields=ReferenceDecisionSerializer)

    @extend_schema(request=ReferenceDeclineSerializer, responses=ReferenceSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, **kwargs: Any) -> Response:
        """Say why it does not count."""
        return self.act(request, self._deciding(is_valid=False), fields=ReferenceDeclineSerializer)

    def _deciding(self, *, is_valid: bool) -> Any:
        by = person_behind(self.request.user)
        return lambda record, data, at: references.decide(reference=record, by=by, at=at, is_valid=is_valid, **data)
