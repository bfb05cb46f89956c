"""What partners of one life stage reach on average."""

from typing import ClassVar

from django.db import models

from partners.models import LifeStage
from scorecards.models.metrics import Metric, Scorecard


class Benchmark(models.Model):
    """The average of the partners in one life stage: of a metric, or of the whole scorecard where `metric` is null.

    Kept as rows, refreshed every few minutes, because a page cannot average a million partners while somebody waits.
    """

    id = models.BigAutoField(primary_key=True)
    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="benchmarks")
    metric = models.ForeignKey(Metric, null=True, on_delete=models.CASCADE, related_name="benchmarks")
    stage = models.ForeignKey(LifeStage, on_delete=models.CASCADE, related_name="+")
    partners = models.PositiveIntegerField(help_text="How many partners are behind it.")
    points = models.DecimalField(max_digits=5, decimal_places=2)
    value = models.DecimalField(max_digits=24, decimal_places=4, null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["scorecard", "metric", "stage"], nulls_distinct=False, name="benchmark_once"
            ),
            models.CheckConstraint(condition=models.Q(points__range=(0, 100)), name="benchmark_points_range"),
        ]

    def __str__(self) -> str:
        return f"{self.metric_id or self.scorecard_id} in stage {self.stage_id}: {self.points}"
