"""Measures and what partners are worth by them, to read."""

from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Permission
from core.api.filters import EXACT, ORDERED, TEXT, ResourceFilterSet, YesNoFilter, refuse_unknown
from core.api.problems import Problem
from core.api.serializers import ResourceSerializer
from core.api.viewsets import ReadOnlyResourceViewSet
from core.models import VersionState
from partners.models import Partner
from segmentation import engine
from segmentation.models import Measure, MeasureVersion
from segmentation.queries.worth import FAULTS


class MeasureSerializer(ResourceSerializer):
    """A measure: a named number of every partner, by a formula."""

    field = serializers.CharField(source="field_key", read_only=True, help_text="How criteria ask for it.")
    formula = serializers.SerializerMethodField(help_text="The published formula; empty while none is.")
    is_retired = serializers.SerializerMethodField()

    class Meta:
        model = Measure
        has_external_ids = False
        fields = (
            "key",
            "field",
            "name",
            "description",
            "kind",
            "unit",
            "places",
            "partner_may_see",
            "formula",
            "is_retired",
        )

    @extend_schema_field({"type": "object", "nullable": True, "additionalProperties": True})
    def get_formula(self, measure: Measure) -> Any:
        """Return the formula that holds."""
        return next((version.formula for version in measure.versions.all()), None)

    def get_is_retired(self, measure: Measure) -> bool:
        """Return whether the measure is out of use."""
        return measure.retired_at is not None


class ValueSerializer(ResourceSerializer):
    """What a partner is worth by a measure."""

    value = serializers.SerializerMethodField("worth", help_text="An exact number as text; empty where there is none.")

    class Meta:
        model = Partner
        fields = ("name", "country", "value")
        read_only_fields = ("name", "country")

    @extend_schema_field({"type": "string", "format": "decimal", "nullable": True})
    def worth(self, partner: Partner) -> str | None:
        """Return the partner's number."""
        value = getattr(partner, "measured", None)
        return None if value is None else str(value)


class MeasureFilters(ResourceFilterSet):
    """What a list of measures can be narrowed by."""

    is_retired = YesNoFilter("retired_at", lookup_expr="isnull", exclude=True)

    class Meta(ResourceFilterSet.Meta):
        model = Measure
        fields: ClassVar = {"key": EXACT, "name": TEXT, "kind": EXACT, "updated_at": ORDERED}


class MeasureViewSet(ReadOnlyResourceViewSet):
    """Measures."""

    resource = "measures"
    required_scopes: ClassVar = {"GET": "program:read"}
    permissions: ClassVar = {"GET": Permission.VIEW_DEFINITIONS}
    serializer_class = MeasureSerializer
    filterset_class = MeasureFilters
    sorts = ("key", "name", "updated_at")

    def get_queryset(self) -> QuerySet[Measure]:
        """Return the measures, each with the version that holds."""
        published = MeasureVersion.objects.filter(state=VersionState.PUBLISHED)
        return Measure.objects.prefetch_related(Prefetch("versions", queryset=published))

    @extend_schema(responses=ValueSerializer(many=True))
    @action(detail=True, methods=["get"], filterset_class=None)
    def values(self, request: Request, **kwargs: Any) -> Response:
        """List the partners that you may see with what they are worth by a measure."""
        refuse_unknown(request, {"limit", "cursor"})
        measure = self.get_object()
        rows = list(self.paginate_queryset(Partner.objects.visible_to(request.user)) or [])
        if measure.retired_at is None and measure.versions.all():
            found = _values(measure, [partner.pk for partner in rows])
            for partner in rows:
                partner.measured = found.get(partner.pk, {}).get("")
        return self._page(rows, ValueSerializer, resource="partners")


def _values(measure: Measure, partner_ids: list[int]) -> dict[int, dict[str, Any]]:
    """Return what some partners are worth by a measure."""
    try:
        with transaction.atomic():
            return engine.values({"": {"field": measure.field_key}}, partner_ids=partner_ids, at=timezone.now())
    except FAULTS as error:
        raise Problem("invalid_transition", _("The formula of this measure cannot be worked out.")) from error
