"""Assets over REST, to read."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers

from accounts.permissions import Permission
from core.api.filters import EXACT, ORDERED, TEXT, ResourceFilterSet
from core.api.serializers import ResourceSerializer
from core.api.viewsets import ReadOnlyResourceViewSet
from enablement.models import Asset


class AssetSerializer(ResourceSerializer):
    """An asset. The audience is told to the vendor only, in the key of its segment."""

    state = serializers.ChoiceField(choices=["draft", "published", "retired"], read_only=True)
    audience: Any = serializers.SlugRelatedField(slug_field="key", read_only=True, allow_null=True)

    class Meta:
        model = Asset
        has_external_ids = False
        fields = (
            *("title", "summary", "kind", "state", "language", "product_lines", "minutes", "body", "url"),
            *("file_name", "file_type", "file_bytes", "audience", "review_on", "published_at", "retired_at"),
        )

    def get_fields(self) -> dict[str, Any]:
        """Keep what is the vendor's own from partners, and long texts out of lists."""
        fields = super().get_fields()
        if self.context["view"].action == "list":
            fields.pop("body", None)
        if not getattr(self.context["request"].user, "is_vendor", False):
            for name in ("audience", "review_on", "retired_at", "state"):
                fields.pop(name, None)
        return fields


class AssetFilters(ResourceFilterSet):
    """What a list of assets may be narrowed by."""

    class Meta:
        model = Asset
        fields: ClassVar = {
            "kind": EXACT,
            "language": EXACT,
            "title": TEXT,
            "published_at": ORDERED,
            "updated_at": ORDERED,
        }


class AssetViewSet(ReadOnlyResourceViewSet):
    """Assets you may see."""

    resource = "assets"
    permissions: ClassVar = {"GET": (Permission.VIEW_DEFINITIONS, Permission.USE_PARTNER_PORTAL)}
    serializer_class = AssetSerializer
    filterset_class = AssetFilters
    sorts = ("title", "updated_at")
    queryset = Asset.objects.none()

    def get_queryset(self) -> QuerySet[Asset]:
        """Assets the caller may see."""
        return Asset.objects.visible_to(self.request.user).select_related("audience").defer("words")

    def search(self, queryset: QuerySet[Any], text: str) -> QuerySet[Any]:
        """Search as the pages do."""
        return queryset.matching(text)  # type: ignore[attr-defined]
