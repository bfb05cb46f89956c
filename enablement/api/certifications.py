"""Certifications, to read, and who holds them, to read and write."""

from datetime import datetime
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.permissions import Permission
from core.api.filters import EXACT, ORDERED, TEXT, ReferenceFilter, ResourceFilterSet, YesNoFilter
from core.api.serializers import InstantField, ReferenceField, ResourceSerializer
from core.api.viewsets import ReadOnlyResourceViewSet, ResourceViewSet
from enablement.models import Certification, HeldCertification
from enablement.services import certifications
from partners.models import Partner, Person


class CertificationSerializer(ResourceSerializer):
    """A proof of skill. `credit_until_on` is the first day on which no certificate of a retired one counts."""

    is_retired = serializers.SerializerMethodField()

    class Meta:
        model = Certification
        has_external_ids = False
        fields = (
            *("key", "name", "summary", "level", "product_line", "issued_by", "for_company"),
            *("valid_months", "renewal_days", "is_retired", "credit_until_on"),
        )
        read_only_fields = fields

    def get_is_retired(self, certification: Certification) -> bool:
        """Return whether it is offered to nobody any more."""
        return certification.retired_at is not None


class CertificationFilters(ResourceFilterSet):
    """What a list of certifications can be narrowed by."""

    is_retired = YesNoFilter("retired_at", lookup_expr="isnull", exclude=True)

    class Meta(ResourceFilterSet.Meta):
        model = Certification
        fields: ClassVar = {
            "key": EXACT,
            "name": TEXT,
            "level": EXACT,
            "product_line": EXACT,
            "updated_at": ORDERED,
        }


class CertificationViewSet(ReadOnlyResourceViewSet):
    """Certifications."""

    resource = "certifications"
    permissions: ClassVar = {"GET": Permission.VIEW_DEFINITIONS}
    serializer_class = CertificationSerializer
    filterset_class = CertificationFilters
    sorts = ("key", "name", "updated_at")

    def get_queryset(self) -> QuerySet[Certification]:
        """Return every certification."""
        return Certification.objects.all()


class HeldCertificationSerializer(ResourceSerializer):
    """A certificate of a person, or of a partner as a company: then `person` is null and `partner` is sent."""

    person = ReferenceField("people", Person.objects.visible_to, required=False, allow_null=True)
    partner = ReferenceField("partners", Partner.objects.visible_to, required=False)
    certification: Any = serializers.SlugRelatedField(slug_field="key", queryset=Certification.objects.all())
    revoked_at = InstantField(read_only=True, allow_null=True)

    class Meta:
        model = HeldCertification
        fields = (
            *("person", "partner", "certification", "earned_on", "expires_on", "reference"),
            *("for_company", "origin", "revoked_at", "revoked_reason"),
        )
        read_only_fields = ("for_company", "origin", "revoked_reason")
        validators: ClassVar[list[Any]] = []  # recorded twice, it is recorded once: the service sees to it

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        """Refuse to change whose it is or when it was earned: that would be another certificate."""
        if self.instance is not None:
            for name in ("person", "partner", "certification", "earned_on"):
                if name in data and data[name] != getattr(self.instance, name):
                    message = _("It stays as it was recorded. Record another certificate.")
                    raise serializers.ValidationError({name: [serializers.ErrorDetail(message, "read_only_field")]})
        elif data.get("person") is None and data.get("partner") is None:
            raise serializers.ValidationError({"person": [_("Say who holds it.")]})
        person, partner = data.get("person"), data.get("partner")
        if person is not None and partner is not None and person.partner_id != partner.pk:
            raise serializers.ValidationError({"partner": [_("The person works at another partner.")]})
        return data


class HeldCertificationFilters(ResourceFilterSet):
    """What a list of them can be narrowed by."""

    partner = ReferenceFilter("partner")
    person = ReferenceFilter("person")
    certification = django_filters.CharFilter("certification__key")

    class Meta(ResourceFilterSet.Meta):
        model = HeldCertification
        fields: ClassVar = {
            "earned_on": ORDERED,
            "expires_on": [*ORDERED, "isnull"],
            "revoked_at": ["isnull"],
            "updated_at": ORDERED,
        }


class HeldCertificationViewSet(ResourceViewSet):
    """Who holds which certifications, or once did."""

    resource = "held-certifications"
    required_scopes: ClassVar = {
        "GET": "certifications:read",
        "POST": "certifications:write",
        "PATCH": "certifications:write",
    }
    permissions: ClassVar = {
        "GET": Permission.VIEW_PARTNERS,
        "POST": Permission.EDIT_PARTNERS,
        "PATCH": Permission.EDIT_PARTNERS,
    }
    serializer_class = HeldCertificationSerializer
    filterset_class = HeldCertificationFilters
    sorts = ("earned_on", "expires_on", "updated_at")
    idempotency_required = True

    def get_queryset(self) -> QuerySet[Any]:
        """Return those at partners the caller may see."""
        seen = HeldCertification.objects.visible_to(self.request.user)
        return seen.select_related("person", "partner", "certification")

    def create_record(self, data: dict[str, Any], *, at: datetime) -> HeldCertification:
        """Record a certificate; recorded already, that one is answered."""
        return certifications.record(by=self.request.user, at=at, **data)

    def update_record(self, record: HeldCertification, changes: dict[str, Any], *, at: datetime) -> Any:
        """Correct until when it counts, or its number."""
        told: dict[str, Any] = {name: changes[name] for name in ("expires_on", "reference") if name in changes}
        return certifications.correct(held=record, by=self.request.user, at=at, changes=told)
