"""How partners stand on a scorecard, over REST."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.serializers import InstantField, ResourceSerializer
from partners.models import Partner
from scorecards.models import Metric, PeriodScore, Scorecard, Zone
from scorecards.queries.cards import reached
from scorecards.queries.history import STEP, histories


class MetricScoreSerializer(serializers.Serializer[Any]):
    """What a partner reached on a metric; null where nothing was measured or answered yet."""

    metric = serializers.CharField(help_text="Its key.")
    value = serializers.DecimalField(max_digits=24, decimal_places=4, allow_null=True)
    points = serializers.IntegerField(allow_null=True)


class ContributionSerializer(serializers.Serializer[Any]):
    """By how many points of the score a metric moved it since the last period ended."""

    metric = serializers.CharField(source="key", help_text="Its key.")
    points = serializers.DecimalField(max_digits=4, decimal_places=1)
    before = serializers.IntegerField(allow_null=True)
    after = serializers.IntegerField(allow_null=True)


class PastScoreSerializer(serializers.Serializer[Any]):
    """The score at the end of a period; of the one under way, the present one."""

    starts_on = serializers.DateField()
    ends_on = serializers.DateField(help_text="The first day of the next one.")
    value = serializers.DecimalField(source="exact", max_digits=6, decimal_places=3, allow_null=True)
    zone = serializers.ChoiceField(Zone.choices, allow_null=True)


class ScoreSerializer(ResourceSerializer):
    """How a partner stands on a scorecard now. Where it has no score, everything but the partner is empty."""

    value = serializers.SerializerMethodField(help_text="The score from 0 to 100, before it is rounded for people.")
    zone = serializers.SerializerMethodField()
    scorecard_version = serializers.SerializerMethodField(help_text="The number of the version it was measured by.")
    period_starts_on = serializers.SerializerMethodField(
        help_text="The first day of the period in which it last stood differently."
    )
    computed_at = serializers.SerializerMethodField()
    trend = serializers.SerializerMethodField(help_text="rising, falling or steady; empty before the second period.")
    points_per_period = serializers.SerializerMethodField(help_text="The slope of the trend.")
    change = serializers.SerializerMethodField(help_text="Against the end of the last period.")
    contributions = serializers.SerializerMethodField(help_text="What moved it since; they add up to the change.")
    metrics = serializers.SerializerMethodField()
    periods = serializers.SerializerMethodField(help_text="The oldest first.")

    class Meta:
        model = Partner
        fields = (
            *("name", "value", "zone", "scorecard_version", "period_starts_on", "computed_at", "trend"),
            *("points_per_period", "change", "contributions", "metrics", "periods"),
        )
        read_only_fields = ("name",)

    @extend_schema_field({"type": "string", "format": "decimal", "nullable": True})
    def get_value(self, partner: Any) -> str | None:
        """Return the score."""
        return str(partner.stands.exact) if partner.stands else None

    @extend_schema_field(serializers.ChoiceField(Zone.choices, allow_null=True))
    def get_zone(self, partner: Any) -> str | None:
        """Return where it lies."""
        stands = partner.stands
        return stands.scorecard_version.zone(stands.value).value if stands else None

    def get_scorecard_version(self, partner: Any) -> int | None:
        """Return the version's number."""
        return partner.stands.scorecard_version.number if partner.stands else None

    def get_period_starts_on(self, partner: Any) -> date | None:
        """Return the period's first day."""
        return partner.stands.starts_on if partner.stands else None

    @extend_schema_field(InstantField(allow_null=True))
    def get_computed_at(self, partner: Any) -> Any:
        """Return when it was last measured and differed."""
        return InstantField().to_representation(partner.stands.computed_at) if partner.stands else None

    def get_trend(self, partner: Any) -> str:
        """Return where it is heading."""
        return str(partner.history.trend)

    @extend_schema_field({"type": "string", "format": "decimal", "nullable": True})
    def get_points_per_period(self, partner: Any) -> str | None:
        """Return by how much."""
        return None if partner.history.slope is None else str(partner.history.slope)

    @extend_schema_field({"type": "string", "format": "decimal", "nullable": True})
    def get_change(self, partner: Any) -> str | None:
        """Return the change since the last period ended."""
        return None if partner.history.change is None else str(partner.history.change.quantize(STEP))

    @extend_schema_field(ContributionSerializer(many=True))
    def get_contributions(self, partner: Any) -> Any:
        """Return what moved it."""
        return ContributionSerializer(partner.history.contributions, many=True).data

    @extend_schema_field(MetricScoreSerializer(many=True))
    def get_metrics(self, partner: Any) -> Any:
        """Return figure and points by metric, in the order of the metrics."""
        if partner.stands is None:
            return []
        metrics = list(partner.stands.scorecard_version.metrics.all())
        known = reached(partner.stands, metrics)
        in_order = sorted(metrics, key=lambda one: (one.section.position, one.position))
        rows = [{"metric": one.key, "value": known[one.pk][0], "points": known[one.pk][1]} for one in in_order]
        return MetricScoreSerializer(rows, many=True).data

    @extend_schema_field(PastScoreSerializer(many=True))
    def get_periods(self, partner: Any) -> Any:
        """Return the score at the ends of periods."""
        return PastScoreSerializer(partner.history.periods, many=True).data


def stand(partners: Iterable[Any], scorecard: Scorecard, *, at: datetime) -> None:
    """Read how partners stand on a scorecard, and how that came about, and put it on them."""
    rows = list(partners)
    standings: QuerySet[PeriodScore] = PeriodScore.objects.filter(
        partner__in=[one.pk for one in rows], scorecard=scorecard, is_current=True
    )
    with_parts = standings.select_related("scorecard_version").prefetch_related(
        Prefetch("scorecard_version__metrics", Metric.objects.select_related("section"))
    )
    by_partner = {one.partner_id: one for one in with_parts}
    told = histories([one.pk for one in rows], scorecard, at=at)
    for partner in rows:
        partner.stands, partner.history = by_partner.get(partner.pk), told[partner.pk]
