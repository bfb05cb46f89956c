"""News over REST, to read."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers

from accounts.permissions import Permission
from core.api.filters import EXACT, ORDERED, TEXT, ResourceFilterSet
from core.api.serializers import ResourceSerializer
from core.api.viewsets import ReadOnlyResourceViewSet
from core.models import PublishState
from enablement.models import NewsItem


class NewsSerializer(ResourceSerializer):
    """An item of news, with what it says in other languages. The audience is told to the vendor only."""

    state = serializers.ChoiceField(choices=PublishState.choices, read_only=True)
    audience: Any = serializers.SlugRelatedField(slug_field="key", read_only=True, allow_null=True)

    class Meta:
        model = NewsItem
        has_external_ids = False
        fields = (
            *("title", "summary", "body", "kind", "importance", "translations", "state", "audience"),
            *("published_at", "last_day_on", "retired_at"),
        )
        read_only_fields = fields
        vendors_own = ("audience", "retired_at", "state")


class NewsFilters(ResourceFilterSet):
    """What a list of news may be narrowed by."""

    class Meta(ResourceFilterSet.Meta):
        model = NewsItem
        fields: ClassVar = {
            "title": TEXT,
            "kind": EXACT,
            "importance": EXACT,
            "published_at": ORDERED,
            "updated_at": ORDERED,
        }


class NewsViewSet(ReadOnlyResourceViewSet):
    """News you may read."""

    resource = "news"
    permissions: ClassVar = {"GET": (Permission.VIEW_DEFINITIONS, Permission.USE_PARTNER_PORTAL)}
    serializer_class = NewsSerializer
    filterset_class = NewsFilters
    sorts = ("published_at", "updated_at", "title")
    queryset = NewsItem.objects.none()

    def get_queryset(self) -> QuerySet[NewsItem]:
        """Return the items the caller may read."""
        seen: QuerySet[NewsItem] = NewsItem.objects.visible_to(self.request.user).select_related("audience")
        return seen
