"""What the partners reach that a partner is compared with."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from scorecards.models.metrics import Metric
from scorecards.models.scorecards import FULL, Scorecard


class Benchmark(models.Model):
    """What one group of peers reaches: on a metric, or on the whole scorecard where `metric` is null.

    Kept as rows, refreshed every few minutes, because a page cannot average a million partners while somebody waits.
    `counts` says how many have 0, 1, … 100 points, so that everybody's rank can be read off it.
    """

    id = models.BigAutoField(primary_key=True)
    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="benchmarks")
    metric = models.ForeignKey(Metric, null=True, on_delete=models.CASCADE, related_name="benchmarks")
    peer_group = models.CharField(max_length=80)
    partners = models.PositiveIntegerField(help_text="How many partners are behind it.")
    points = models.DecimalField(max_digits=5, decimal_places=2)
    value = models.DecimalField(max_digits=24, decimal_places=4, null=True)
    counts = ArrayField(models.PositiveIntegerField(), default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["scorecard", "metric", "peer_group"], nulls_distinct=False, name="benchmark_once"
            ),
            models.CheckConstraint(condition=models.Q(points__range=(0, 100)), name="benchmark_points_range"),
            models.CheckConstraint(
                condition=models.Q(counts__len=0) | models.Q(counts__len=FULL + 1), name="benchmark_counts_points"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric_id or self.scorecard_id} among {self.peer_group}: {self.points}"

    def rank(self, value: int) -> int:
        """Return the place of somebody with so many points: 1 is the best, equals share a place (1, 2, 2, 4)."""
        return 1 + sum(self.counts[value + 1 :])
