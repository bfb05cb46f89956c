"""Assets over REST, and their parts. Files are uploaded on the portal's pages; pages and links may be written here."""

from datetime import datetime
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Permission
from core.api.filters import EXACT, ORDERED, TEXT, ReferenceFilter, ResourceFilterSet, refuse_body, refuse_unknown
from core.api.idempotency import once
from core.api.serializers import ReferenceField, ResourceSerializer
from core.api.viewsets import ResourceViewSet
from enablement.models import Asset, AssetKind, AssetPart, Medium, SalesStage
from enablement.services import content, parts
from partners.models import JobFunction, Region
from segmentation.models import Segment

PERMISSIONS = {
    "GET": (Permission.VIEW_DEFINITIONS, Permission.USE_PARTNER_PORTAL),
    "POST": Permission.MANAGE_CONTENT,
    "PATCH": Permission.MANAGE_CONTENT,
}
SCOPES = {"GET": "assets:read", "POST": "assets:write", "PATCH": "assets:write"}


class AssetSerializer(ResourceSerializer):
    """An asset. The audience is told to the vendor only, in the key of its segment."""

    state = serializers.ChoiceField(choices=["draft", "scheduled", "published", "expired", "retired"], read_only=True)
    audience: Any = serializers.SlugRelatedField(
        slug_field="key", queryset=Segment.objects.filter(retired_at__isnull=True), required=False, allow_null=True
    )
    sales_stages = serializers.ListField(child=serializers.ChoiceField(SalesStage.choices), required=False)
    for_functions = serializers.ListField(child=serializers.ChoiceField(JobFunction.choices), required=False)
    for_languages = serializers.ListField(child=serializers.CharField(max_length=10), required=False)
    media = serializers.ListField(child=serializers.ChoiceField(Medium.choices), read_only=True)
    languages = serializers.ListField(child=serializers.CharField(), read_only=True)
    kind = serializers.ChoiceField(AssetKind.choices, read_only=True)
    minutes = serializers.IntegerField(read_only=True, allow_null=True)

    class Meta:
        model = Asset
        fields = (
            *("title", "summary", "state", "kind", "media", "languages", "minutes"),
            *("product_lines", "business_units", "target_markets", "sales_stages"),
            *("audience", "for_functions", "for_languages"),
            *("review_on", "last_day_on", "published_at", "retired_at"),
        )
        read_only_fields = ("published_at", "retired_at")
        vendors_own = ("external_ids", "audience", "for_functions", "for_languages", "review_on", "retired_at", "state")


class AssetFilters(ResourceFilterSet):
    """What a list of assets may be narrowed by."""

    medium = django_filters.ChoiceFilter(choices=Medium.choices, method="with_one")
    language = django_filters.CharFilter(method="with_one")
    product_line = django_filters.CharFilter(method="with_one")
    sales_stage = django_filters.ChoiceFilter(choices=SalesStage.choices, method="with_one")

    class Meta(ResourceFilterSet.Meta):
        model = Asset
        fields: ClassVar = {
            "title": TEXT,
            "published_at": ORDERED,
            "updated_at": ORDERED,
        }

    def with_one(self, queryset: Any, name: str, value: str) -> Any:
        """Keep the assets that have one value in a list."""
        columns = {"medium": "media", "language": "languages"}
        return queryset.filter(**{f"{columns.get(name, f'{name}s')}__contains": [value]})


class AssetViewSet(ResourceViewSet):
    """Assets you may see."""

    resource = "assets"
    permissions: ClassVar = PERMISSIONS
    required_scopes: ClassVar = SCOPES
    serializer_class = AssetSerializer
    filterset_class = AssetFilters
    sorts = ("title", "updated_at")
    queryset = Asset.objects.none()

    def get_queryset(self) -> QuerySet[Asset]:
        """Assets the caller may see."""
        return Asset.objects.visible_to(self.request.user).select_related("audience").without_words()

    def search(self, queryset: QuerySet[Any], text: str) -> QuerySet[Any]:
        """Search as the pages do."""
        return queryset.matching(text, read_by=self.request.user)  # type: ignore[attr-defined]

    def create_record(self, data: dict[str, Any], *, at: datetime) -> Asset:
        """Make a draft."""
        return content.create(by=self.request.user, at=at, **data)

    def update_record(self, record: Asset, changes: dict[str, Any], *, at: datetime) -> list[str]:
        """Change an asset."""
        return content.update(asset=record, by=self.request.user, at=at, changes=changes)

    @extend_schema(request=None, responses=AssetSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def publish(self, request: Request, **kwargs: Any) -> Response:
        """Show an asset to its audience, now."""
        return self._acted(request, content.publish)

    @extend_schema(request=None, responses=AssetSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def retire(self, request: Request, **kwargs: Any) -> Response:
        """Take an asset away from partners."""
        return self._acted(request, content.retire)

    def _acted(self, request: Request, act: Any) -> Response:
        refuse_unknown(request, ())
        at = timezone.now()

        def work() -> Response:
            asset = self.get_object()
            refuse_body(request)
            act(asset=asset, by=request.user, at=at)
            return self._shown(request, self._reloaded(asset))

        return once(request, work, required=True, at=at)


class AssetPartSerializer(ResourceSerializer):
    """One part of an asset: a page, file, link, video or recording, in a language, for a region or for all."""

    asset = ReferenceField("assets", Asset.objects.visible_to)
    kind = serializers.ChoiceField(AssetKind.choices, required=False)
    region: Any = serializers.SlugRelatedField(
        slug_field="key", queryset=Region.objects.all(), required=False, allow_null=True
    )
    has_captions = serializers.BooleanField(source="captions", read_only=True)

    class Meta:
        model = AssetPart
        fields = (
            *("asset", "kind", "language", "region", "title", "summary", "body", "url", "minutes"),
            *("position", "number", "file_name", "file_type", "file_bytes", "has_captions"),
        )
        read_only_fields = ("position", "number", "file_name", "file_type", "file_bytes")
        vendors_own = ("external_ids",)

    def get_fields(self) -> dict[str, Any]:
        """Keep long texts out of lists."""
        fields = super().get_fields()
        if getattr(self.context.get("view"), "action", "") == "list":
            fields.pop("body", None)
        return fields


class AssetPartFilters(ResourceFilterSet):
    """What a list of parts may be narrowed by."""

    asset = ReferenceFilter("asset")

    class Meta(ResourceFilterSet.Meta):
        model = AssetPart
        fields: ClassVar = {"kind": EXACT, "language": EXACT, "updated_at": ORDERED}


class AssetPartViewSet(ResourceViewSet):
    """Parts of the assets you may see, for your region."""

    resource = "asset-parts"
    permissions: ClassVar = PERMISSIONS
    required_scopes: ClassVar = SCOPES
    serializer_class = AssetPartSerializer
    filterset_class = AssetPartFilters
    sorts = ("updated_at",)
    queryset = AssetPart.objects.none()

    def get_queryset(self) -> QuerySet[AssetPart]:
        """Parts the caller may see."""
        rows = AssetPart.objects.visible_to(self.request.user).select_related("asset", "region")
        return rows.defer("text", "words", "asset__words", "asset__facets")

    def create_record(self, data: dict[str, Any], *, at: datetime) -> AssetPart:
        """Add a page or a link to an asset."""
        return parts.add(by=self.request.user, at=at, **data)

    def update_record(self, record: AssetPart, changes: dict[str, Any], *, at: datetime) -> list[str]:
        """Change a part. It stays with its asset and of its kind."""
        rest = {name: value for name, value in changes.items() if name not in {"asset", "kind"}}
        self._refuse_moves(record, changes)
        return parts.update(part=record, by=self.request.user, at=at, changes=rest)

    def _refuse_moves(self, record: AssetPart, changes: dict[str, Any]) -> None:
        for name in {"asset", "kind"} & set(changes):
            if changes[name] != getattr(record, name):
                raise serializers.ValidationError({name: "A part stays with its asset and of its kind."})
