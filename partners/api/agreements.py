"""Agreements, who has accepted them, and where each partner stands with one, to read."""

from collections.abc import Mapping
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Permission
from core.api.filters import EXACT, ORDERED, TEXT, ReferenceFilter, ResourceFilterSet, YesNoFilter, refuse_unknown
from core.api.serializers import InstantField, ReferenceField, ResourceSerializer
from core.api.viewsets import ReadOnlyResourceViewSet
from core.services import versions
from partners.models import Acceptance, Agreement, Partner
from partners.queries import agreements as reads


class AgreementSerializer(ResourceSerializer):
    """An agreement. `required_number` is the oldest text whose acceptance still counts."""

    is_retired = serializers.SerializerMethodField()

    class Meta:
        model = Agreement
        has_external_ids = False
        fields = ("key", "name", "required_number", "is_retired")
        read_only_fields = fields

    def get_is_retired(self, agreement: Agreement) -> bool:
        """Return whether it is asked of nobody any more."""
        return agreement.retired_at is not None


class AgreementFilters(ResourceFilterSet):
    """What a list of agreements can be narrowed by."""

    is_retired = YesNoFilter("retired_at", lookup_expr="isnull", exclude=True)

    class Meta(ResourceFilterSet.Meta):
        model = Agreement
        fields: ClassVar = {"key": EXACT, "name": TEXT, "updated_at": ORDERED}


class AskedPartnerSerializer(ResourceSerializer):
    """A partner of whom an agreement is asked, and where it stands today."""

    standing = serializers.SerializerMethodField()
    accepted_number = serializers.IntegerField(read_only=True, allow_null=True)
    accepted_at = InstantField(read_only=True, allow_null=True)
    ends_on = serializers.DateField(read_only=True, allow_null=True, help_text="The first day it no longer counts.")

    class Meta:
        model = Partner
        fields = ("name", "country", "standing", "accepted_number", "accepted_at", "ends_on")
        read_only_fields = ("name", "country")

    @extend_schema_field({"type": "string", "enum": [one.value for one in reads.Standing]})
    def get_standing(self, partner: Any) -> str:
        """Return where the partner stands, as the pages say it."""
        return str(reads.standing_of(partner, self.context["asked"], self.context["day"]))


class AgreementViewSet(ReadOnlyResourceViewSet):
    """Agreements."""

    resource = "agreements"
    permissions: ClassVar = {"GET": Permission.VIEW_DEFINITIONS}
    serializer_class = AgreementSerializer
    filterset_class = AgreementFilters
    sorts = ("key", "name", "updated_at")
    shown: Mapping[str, Any] = {}

    def get_queryset(self) -> QuerySet[Agreement]:
        """Return every agreement."""
        return Agreement.objects.all()

    @extend_schema(responses=AskedPartnerSerializer(many=True))
    @action(detail=True, methods=["get"], filterset_class=None)
    def partners(self, request: Request, **kwargs: Any) -> Response:
        """List the partners you may see of whom it is asked, each with where it stands."""
        refuse_unknown(request, {"limit", "cursor"})
        agreement = self.get_object()
        published = versions.published_of(agreement) if agreement.retired_at is None else None
        asked = reads.audience_of(published) if published else Partner.objects.none()
        visible = Partner.objects.visible_to(request.user).filter(pk__in=asked.values("pk"))
        rows = self.paginate_queryset(reads.with_acceptance(visible, agreement))
        self.shown = {"asked": published, "day": reads.program_day()}
        return self._page(rows or [], AskedPartnerSerializer, resource="partners")

    def get_serializer_context(self) -> dict[str, Any]:
        """Give serializers the text that is asked and the program's day, where partners are listed."""
        return {**super().get_serializer_context(), **self.shown}


class AcceptanceSerializer(ResourceSerializer):
    """A partner accepted a text of an agreement. It is never changed."""

    partner = ReferenceField("partners", Partner.objects.visible_to, read_only=True)
    agreement: Any = serializers.SlugRelatedField(slug_field="key", read_only=True)

    class Meta:
        model = Acceptance
        has_external_ids = False
        fields = ("partner", "agreement", "number", "way", "text_hash", "accepted_at", "ends_on")
        read_only_fields = fields


class AcceptanceFilters(ResourceFilterSet):
    """What a list of acceptances can be narrowed by."""

    partner = ReferenceFilter("partner")
    agreement = django_filters.CharFilter("agreement__key")

    class Meta(ResourceFilterSet.Meta):
        model = Acceptance
        fields: ClassVar = {
            "number": ORDERED,
            "accepted_at": ORDERED,
            "ends_on": [*ORDERED, "isnull"],
            "updated_at": ORDERED,
        }


class AcceptanceViewSet(ReadOnlyResourceViewSet):
    """What partners have accepted."""

    resource = "acceptances"
    required_scopes: ClassVar = {"GET": "agreements:read"}
    permissions: ClassVar = {"GET": Permission.VIEW_PARTNERS}
    serializer_class = AcceptanceSerializer
    filterset_class = AcceptanceFilters
    sorts = ("accepted_at", "updated_at")

    def get_queryset(self) -> QuerySet[Any]:
        """Return the acceptances of the partners the caller may see."""
        return Acceptance.objects.visible_to(self.request.user).select_related("partner", "agreement")
