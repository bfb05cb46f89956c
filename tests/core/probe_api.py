"""A small resource on its own addresses, to try what all resources have in common."""

from datetime import datetime
from typing import Any

from django.urls import include, path, re_path

from accounts.permissions import Permission
from core.api.filters import EXACT, ORDERED, TEXT, ResourceFilterSet
from core.api.serializers import ReferenceField, ResourceSerializer
from core.api.views import NowhereView
from core.api.viewsets import ApiRouter, ResourceViewSet
from core.audit import action
from partners.models import Partner


class ProbeFilters(ResourceFilterSet):
    class Meta(ResourceFilterSet.Meta):
        model = Partner
        fields = {"name": TEXT, "status": EXACT, "updated_at": ORDERED, "employees": [*ORDERED, "isnull"]}


class ProbeSerializer(ResourceSerializer):
    parent = ReferenceField("partners", Partner.objects.visible_to, required=False, allow_null=True)

    class Meta:
        model = Partner
        fields = ("name", "status", "city", "employees", "industries", "parent")


class ProbeViewSet(ResourceViewSet):
    resource = "partners"
    permissions = {"GET": Permission.VIEW_PARTNERS, "POST": Permission.EDIT_PARTNERS, "PATCH": Permission.EDIT_PARTNERS}
    serializer_class = ProbeSerializer
    filterset_class = ProbeFilters
    sorts = ("name", "updated_at")

    def get_queryset(self) -> Any:
        return Partner.objects.visible_to(self.request.user).select_related("parent")

    def search(self, queryset: Any, text: str) -> Any:
        return queryset.matching(text)

    def create_record(self, data: dict[str, Any], *, at: datetime) -> Partner:
        with action("partner.create", by=self.request.user):
            return Partner.objects.create(**data)

    def update_record(self, record: Partner, changes: dict[str, Any], *, at: datetime) -> None:
        with action("partner.update", by=self.request.user):
            Partner.objects.filter(pk=record.pk).update(**changes) if changes else None


class KeyedProbeViewSet(ProbeViewSet):
    """The same, on which a POST needs an idempotency key."""

    idempotency_required = True


router = ApiRouter()
router.register("probes", ProbeViewSet, basename="probe")
router.register("keyed-probes", KeyedProbeViewSet, basename="keyed-probe")
api = ([*router.urls, re_path("", NowhereView.as_view())], "api")
urlpatterns = [path("api/v1/", include(api))]
