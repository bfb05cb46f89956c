"""Alerts over REST, to read: what a partner's manager should know, open and over."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import serializers

from accounts.permissions import Permission
from core.api.filters import EXACT, ORDERED, ReferenceFilter, ResourceFilterSet
from core.api.serializers import ReferenceField, ResourceSerializer
from core.api.viewsets import ReadOnlyResourceViewSet
from core.models import Program
from core.periods import today
from partners.models import Partner
from scorecards.alert_words import said
from scorecards.models import Alert


class AlertSerializer(ResourceSerializer):
    """Something about a partner that holds from a moment on; `ends_at` is null while it does."""

    partner = ReferenceField("partners", Partner.objects.visible_to, read_only=True)
    reason = serializers.SerializerMethodField(help_text="What is behind it, as one reads it today.")

    class Meta:
        model = Alert
        has_external_ids = False
        fields = ("partner", "kind", "reason", "starts_at", "ends_at")
        read_only_fields = fields

    def get_reason(self, alert: Alert) -> str:
        """Return it in the reader's words."""
        day = today(at=alert.ends_at or timezone.now(), zone=Program.current().zone)
        return said(alert.kind, alert.facts, today=day).reason


class AlertFilters(ResourceFilterSet):
    """What a list of alerts can be narrowed by; `ends_at__isnull=true` are the open ones."""

    partner = ReferenceFilter("partner")

    class Meta(ResourceFilterSet.Meta):
        model = Alert
        fields: ClassVar = {
            "kind": EXACT,
            "starts_at": ORDERED,
            "ends_at": [*ORDERED, "isnull"],
            "updated_at": ORDERED,
        }


class AlertViewSet(ReadOnlyResourceViewSet):
    """Alerts about the partners you may see."""

    resource = "alerts"
    required_scopes: ClassVar = {"GET": "scorecards:read"}
    permissions: ClassVar = {"GET": Permission.VIEW_SCORECARDS}
    serializer_class = AlertSerializer
    filterset_class = AlertFilters
    sorts = ("starts_at", "ends_at", "updated_at")
    queryset = Alert.objects.none()

    def get_queryset(self) -> QuerySet[Any]:
        """Return those the caller may see."""
        return Alert.objects.visible_to(self.request.user).select_related("partner")
