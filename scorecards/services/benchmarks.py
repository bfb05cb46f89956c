"""Benchmarks: averages per life stage, refreshed every few minutes."""

from datetime import datetime

import structlog
from django.db import connection, transaction
from django.db.models import Avg, Count, F

from scorecards.models import Benchmark, MetricScore, Score

log = structlog.get_logger("scorecards")


@transaction.atomic
def refresh(*, at: datetime) -> int:
    """Average every metric and every scorecard anew. Returns how many benchmarks there are."""
    _let_nobody_else_refresh()
    fresh = [*_of_metrics(), *_of_scorecards()]
    Benchmark.objects.all().delete()
    Benchmark.objects.bulk_create(fresh)
    log.info("benchmarks.refreshed", benchmarks=len(fresh), at=at.isoformat())
    return len(fresh)


def _of_metrics() -> list[Benchmark]:
    rows = (
        MetricScore.objects.filter(partner__classification__stage__isnull=False)
        .values("metric", scorecard=F("metric__scorecard"), stage=F("partner__classification__stage"))
        .annotate(partners=Count("pk"), mean_points=Avg("points"), mean_value=Avg("value"))
    )
    return [
        Benchmark(
            scorecard_id=row["scorecard"],
            metric_id=row["metric"],
            stage_id=row["stage"],
            partners=row["partners"],
            points=row["mean_points"],
            value=row["mean_value"],
        )
        for row in rows
    ]


def _of_scorecards() -> list[Benchmark]:
    rows = (
        Score.objects.filter(is_current=True, partner__classification__stage__isnull=False)
        .values("scorecard", stage=F("partner__classification__stage"))
        .annotate(partners=Count("pk"), mean=Avg("value"))
    )
    return [
        Benchmark(scorecard_id=row["scorecard"], stage_id=row["stage"], partners=row["partners"], points=row["mean"])
        for row in rows
    ]


def _let_nobody_else_refresh() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('scorecards/benchmarks', 3))")
