"""Scorecards over REST, to read: what is published, with its sections and metrics."""

from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Permission
from core.api.filters import EXACT, ORDERED, TEXT, ResourceFilterSet, YesNoFilter, refuse_unknown
from core.api.serializers import ResourceSerializer
from core.api.viewsets import ReadOnlyResourceViewSet
from core.models import VersionState
from partners.models import Partner
from partners.views.ids import uuids
from scorecards.api.scores import ScoreSerializer, stand
from scorecards.models import Metric, Scorecard, ScorecardSection, ScorecardVersion


class MetricSerializer(serializers.ModelSerializer):
    """A metric: measured, or answered on five levels."""

    class Meta:
        model = Metric
        fields = (
            *("key", "name", "description", "best_practice", "advice", "asked_of", "anchors", "unit", "timing"),
            *("direction", "floor", "target", "weight"),
        )
        read_only_fields = fields


class ScorecardSectionSerializer(serializers.ModelSerializer):
    """A section with its metrics."""

    metrics = MetricSerializer(many=True, read_only=True)

    class Meta:
        model = ScorecardSection
        fields = ("key", "name", "description", "metrics")
        read_only_fields = fields


class PublishedScorecardSerializer(serializers.ModelSerializer):
    """What is published of a scorecard."""

    sections = ScorecardSectionSerializer(many=True, read_only=True)

    class Meta:
        model = ScorecardVersion
        fields = ("number", "published_at", "stages", "amber_from", "green_from", "sections")
        read_only_fields = fields


class ScorecardSerializer(ResourceSerializer):
    """A scorecard; `published` is null while nothing of it is."""

    is_retired = serializers.SerializerMethodField()
    published = serializers.SerializerMethodField()

    class Meta:
        model = Scorecard
        has_external_ids = False
        fields = (
            *("key", "name", "purpose", "purpose_kind", "reach", "period", "sharing", "is_main", "is_retired"),
            "published",
        )
        read_only_fields = fields

    def get_is_retired(self, scorecard: Scorecard) -> bool:
        """Return whether it measures nobody any more."""
        return scorecard.retired_at is not None

    @extend_schema_field(PublishedScorecardSerializer(allow_null=True))
    def get_published(self, scorecard: Scorecard) -> Any:
        """Return what is published, with sections and metrics."""
        version = next(iter(scorecard.versions.all()), None)
        return PublishedScorecardSerializer(version).data if version else None


class ScorecardFilters(ResourceFilterSet):
    """What a list of scorecards can be narrowed by."""

    is_retired = YesNoFilter("retired_at", lookup_expr="isnull", exclude=True)

    class Meta(ResourceFilterSet.Meta):
        model = Scorecard
        fields: ClassVar = {
            "key": EXACT,
            "name": TEXT,
            "purpose_kind": EXACT,
            "reach": EXACT,
            "is_main": ["exact"],
            "updated_at": ORDERED,
        }


class ScorecardViewSet(ReadOnlyResourceViewSet):
    """Scorecards."""

    resource = "scorecards"
    permissions: ClassVar = {"GET": Permission.VIEW_SCORECARDS}
    serializer_class = ScorecardSerializer
    filterset_class = ScorecardFilters
    sorts = ("key", "name", "updated_at")

    def get_queryset(self) -> QuerySet[Scorecard]:
        """Return every scorecard with what is published of it."""
        sections = ScorecardSection.objects.order_by("position").prefetch_related(
            Prefetch("metrics", Metric.objects.order_by("position"))
        )
        published = ScorecardVersion.objects.filter(state=VersionState.PUBLISHED)
        return Scorecard.objects.prefetch_related(
            Prefetch("versions", published.prefetch_related(Prefetch("sections", sections)))
        )

    @extend_schema(
        responses=ScoreSerializer(many=True),
        parameters=[OpenApiParameter("partner", OpenApiTypes.UUID, description="Of one partner only.")],
    )
    @action(detail=True, methods=["get"], filterset_class=None)
    def scores(self, request: Request, **kwargs: Any) -> Response:
        """List the partners that you may see with how they stand on a scorecard."""
        refuse_unknown(request, {"limit", "cursor", "partner"})
        scorecard, partners = self.get_object(), Partner.objects.visible_to(request.user)
        if wanted := request.query_params.get("partner"):
            partners = partners.filter(public_id__in=uuids([wanted]))
        rows = list(self.paginate_queryset(partners) or [])
        stand(rows, scorecard, at=timezone.now())
        return self._page(rows, ScoreSerializer, resource="partners")
