"""Segments and who is in them, to read."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Permission
from core.api.filters import EXACT, ORDERED, TEXT, ResourceFilterSet, YesNoFilter, refuse_unknown
from core.api.serializers import ResourceSerializer
from core.api.viewsets import ReadOnlyResourceViewSet
from partners.models import Partner
from segmentation import queries
from segmentation.models import Segment


class SegmentSerializer(ResourceSerializer):
    """A segment: partners picked by criteria or by hand, for attention."""

    is_retired = serializers.SerializerMethodField()

    class Meta:
        model = Segment
        has_external_ids = False
        fields = ("key", "name", "description", "kind", "is_retired")

    def get_is_retired(self, segment: Segment) -> bool:
        """Return whether the segment is out of use."""
        return segment.retired_at is not None


class MemberSerializer(ResourceSerializer):
    """A partner in a segment."""

    class Meta:
        model = Partner
        fields = ("name", "country", "status")
        read_only_fields = fields


class SegmentFilters(ResourceFilterSet):
    """What a list of segments can be narrowed by."""

    is_retired = YesNoFilter("retired_at", lookup_expr="isnull", exclude=True)

    class Meta(ResourceFilterSet.Meta):
        model = Segment
        fields: ClassVar = {"key": EXACT, "name": TEXT, "kind": EXACT, "updated_at": ORDERED}


class SegmentViewSet(ReadOnlyResourceViewSet):
    """Segments."""

    resource = "segments"
    permissions: ClassVar = {"GET": Permission.VIEW_SEGMENTS}
    serializer_class = SegmentSerializer
    filterset_class = SegmentFilters
    sorts = ("key", "name", "updated_at")

    def get_queryset(self) -> QuerySet[Segment]:
        """Return the segments people name; those made for one asset or journey are left out."""
        return Segment.objects.filter(is_audience=False)

    @extend_schema(responses=MemberSerializer(many=True))
    @action(detail=True, methods=["get"], filterset_class=None)
    def members(self, request: Request, **kwargs: Any) -> Response:
        """List the partners in a segment that you may see."""
        refuse_unknown(request, {"limit", "cursor"})
        visible = Partner.objects.visible_to(request.user)
        rows = self.paginate_queryset(queries.members(self.get_object(), visible=visible))
        return self._page(rows or [], MemberSerializer, resource="partners")
