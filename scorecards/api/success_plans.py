"""Success plans with their objectives and progress, to read."""

from datetime import date
from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.permissions import Permission
from core.api.filters import EXACT, ORDERED, TEXT, ReferenceFilter, ResourceFilterSet
from core.api.serializers import ReferenceField, ResourceSerializer
from core.api.viewsets import ApiRouter, ReadOnlyResourceViewSet
from core.models import Program
from core.periods import today
from partners.models import Partner
from scorecards.models import ObjectiveFigure, PlanVersion, PlanVersionState, SuccessPlan
from scorecards.queries import success_plans as reads


class TargetSerializer(serializers.Serializer[Any]):
    """What an objective asks by the end of a quarter, and what is or was there."""

    quarter_starts_on = serializers.DateField(source="quarter.starts_on")
    target = serializers.DecimalField(max_digits=18, decimal_places=4, allow_null=True)
    value = serializers.DecimalField(max_digits=24, decimal_places=4, allow_null=True)
    attained_percent = serializers.IntegerField(source="attained", allow_null=True)


class ObjectiveSerializer(serializers.Serializer[Any]):
    """An objective, how far it has come, and its quarters. `key` stays as long as the same is measured."""

    key = serializers.CharField(source="objective.key")
    name = serializers.CharField(source="objective.name")
    unit = serializers.CharField(source="objective.unit")
    weight = serializers.IntegerField(source="objective.weight")
    measures = serializers.JSONField(source="objective.expression")
    value = serializers.DecimalField(max_digits=24, decimal_places=4, allow_null=True)
    progress_percent = serializers.IntegerField(source="progress")
    pace = serializers.CharField()
    quarters = TargetSerializer(many=True)


class SuccessPlanSerializer(ResourceSerializer):
    """A plan. `objectives` are those of the version that both agreed to, else of the one in work."""

    partner = ReferenceField("partners", Partner.objects.visible_to, read_only=True)
    template: Any = serializers.SlugRelatedField(slug_field="key", read_only=True, allow_null=True)
    progress_percent = serializers.IntegerField(source="progress", read_only=True, allow_null=True)
    ends_on = serializers.SerializerMethodField()
    agreed_version = serializers.SerializerMethodField()
    objectives = serializers.SerializerMethodField()

    class Meta:
        model = SuccessPlan
        has_external_ids = False
        fields = (
            *("partner", "template", "name", "state", "starts_on", "ends_on", "agreed_version"),
            *("progress_percent", "pace", "closed_at", "objectives"),
        )
        read_only_fields = fields

    def get_ends_on(self, plan: SuccessPlan) -> date | None:
        """Return the last day of the version shown."""
        version = _shown(plan)
        return version.ends_on if version else None

    def get_agreed_version(self, plan: SuccessPlan) -> int | None:
        """Return the number of the version both agreed to."""
        version = _shown(plan)
        return version.number if version and version.state == PlanVersionState.AGREED else None

    @extend_schema_field(ObjectiveSerializer(many=True))
    def get_objectives(self, plan: SuccessPlan) -> list[dict[str, Any]]:
        """Return the objectives with their progress, by the figures that workers keep."""
        version = _shown(plan)
        if version is None:
            return []
        day = today(at=plan.closed_at or timezone.now(), zone=Program.current().zone)
        standings = reads.stand(plan, version, day=day, figures=plan.figures.all())
        return list(ObjectiveSerializer(standings, many=True).data)


def _shown(plan: SuccessPlan) -> PlanVersion | None:
    """Return the version that holds, else the one in work, out of what was prefetched."""
    versions = sorted(plan.live_versions, key=lambda one: one.state != PlanVersionState.AGREED)  # type: ignore[attr-defined]
    return versions[0] if versions else None


class SuccessPlanFilters(ResourceFilterSet):
    """What a list of plans can be narrowed by."""

    partner = ReferenceFilter("partner")

    class Meta(ResourceFilterSet.Meta):
        model = SuccessPlan
        fields: ClassVar = {
            "name": TEXT,
            "state": EXACT,
            "pace": EXACT,
            "starts_on": ORDERED,
            "updated_at": ORDERED,
        }


class SuccessPlanViewSet(ReadOnlyResourceViewSet):
    """Mutual success plans with partners."""

    resource = "success-plans"
    required_scopes: ClassVar = {"GET": "plans:read"}
    permissions: ClassVar = {"GET": (Permission.VIEW_SCORECARDS, Permission.USE_PARTNER_PORTAL)}
    serializer_class = SuccessPlanSerializer
    filterset_class = SuccessPlanFilters
    sorts = ("name", "starts_on", "updated_at")
    queryset = SuccessPlan.objects.none()

    def get_queryset(self) -> QuerySet[SuccessPlan]:
        """Plans the caller may see, with what their objectives say; partners read no drafts."""
        user: Any = self.request.user
        versions = reads.with_parts(PlanVersion.objects.readable_by(user).live())
        figures = ObjectiveFigure.objects.order_by("day")
        plans: QuerySet[SuccessPlan] = SuccessPlan.objects.visible_to(user).select_related("partner", "template")
        return plans.prefetch_related(
            Prefetch("versions", versions, to_attr="live_versions"), Prefetch("figures", figures)
        )


router = ApiRouter()
router.register("success-plans", SuccessPlanViewSet, basename="success-plan")
