"""Scores: 0 to 100 per metric and per scorecard, now and on past days."""

from typing import ClassVar

from django.core.validators import MaxValueValidator
from django.db import models

from core.triggers import marks_stale
from partners.models import Partner
from partners.querysets import PartnerOwnedQuerySet
from scorecards.models.metrics import Metric, Scorecard


class Score(models.Model):
    """The score of one partner on one scorecard, one row per day on which it changed. The newest is current."""

    id = models.BigAutoField(primary_key=True)
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="scores")
    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="scores")
    day = models.DateField()
    value = models.PositiveSmallIntegerField(validators=[MaxValueValidator(100)])
    is_current = models.BooleanField(default=True)
    computed_at = models.DateTimeField()

    objects = PartnerOwnedQuerySet.as_manager()

    class Meta:
        triggers: ClassVar = [*marks_stale("SELECT partner_id FROM changed", source="score")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partner", "scorecard", "day"], name="score_once_a_day"),
            models.UniqueConstraint(
                fields=["partner", "scorecard"], condition=models.Q(is_current=True), name="score_one_current"
            ),
            models.CheckConstraint(condition=models.Q(value__lte=100), name="score_at_most_100"),
        ]

    def __str__(self) -> str:
        return f"{self.partner_id}: {self.value}"


class MetricScore(models.Model):
    """The current value and points of one partner on one metric. `value` is null where there is nothing to measure."""

    id = models.BigAutoField(primary_key=True)
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="metric_scores")
    metric = models.ForeignKey(Metric, on_delete=models.CASCADE, related_name="scores")
    value = models.DecimalField(max_digits=24, decimal_places=4, null=True)
    points = models.PositiveSmallIntegerField(validators=[MaxValueValidator(100)])

    objects = PartnerOwnedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partner", "metric"], name="metric_score_once"),
            models.CheckConstraint(condition=models.Q(points__lte=100), name="metric_score_at_most_100"),
        ]

    def __str__(self) -> str:
        return f"{self.partner_id} {self.metric_id}: {self.points}"
