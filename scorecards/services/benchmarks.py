"""Benchmarks: what each group of peers reaches, refreshed every few minutes."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

import structlog
from django.db import connection, transaction

from scorecards.models import FULL, Benchmark

log = structlog.get_logger("scorecards")

#: How many partners of each group have how many points on each scorecard.
_COUNTED = """
SELECT scorecard_id, peer_group, round(exact)::int, count(*)
FROM scorecards_periodscore WHERE is_current AND peer_group <> '' GROUP BY 1, 2, 3"""

#: What each group reaches on each metric. A percentile is SQL's `percentile_cont`: linear between the closest ranks
#: (Hyndman and Fan, Sample Quantiles in Statistical Packages, 1996, definition 7). Where less is better the best lie
#: low, and the percentile is counted from above.
_REACHED = """
WITH place AS (
  SELECT id AS metric_id, scorecard_version_id, row_number() OVER (PARTITION BY scorecard_version_id ORDER BY id) AS n,
    CASE benchmark_kind WHEN 'percentile'
      THEN CASE direction WHEN 'less' THEN 100 - benchmark_percentile ELSE benchmark_percentile END / 100.0 END AS share
  FROM scorecards_metric
)
SELECT s.scorecard_id, place.metric_id, s.peer_group,
  CASE WHEN share IS NULL THEN count(*) ELSE count(one.figure) END,
  avg(one.points),
  CASE WHEN share IS NULL THEN avg(one.figure)
    ELSE (percentile_cont(share::float8) WITHIN GROUP (ORDER BY one.figure::float8))::numeric END
FROM scorecards_periodscore s
CROSS JOIN LATERAL unnest(s.points, s.figures) WITH ORDINALITY AS one(points, figure, n)
JOIN place ON place.scorecard_version_id = s.scorecard_version_id AND place.n = one.n
WHERE s.is_current AND s.peer_group <> '' AND one.points IS NOT NULL
GROUP BY s.scorecard_id, place.metric_id, s.peer_group, share"""


@transaction.atomic
def refresh(*, at: datetime) -> int:
    """Compare every group of peers anew. Returns how many benchmarks there are."""
    _let_nobody_else_refresh()
    fresh = [*_of_metrics(), *_of_scorecards()]
    Benchmark.objects.all().delete()
    Benchmark.objects.bulk_create(fresh, batch_size=1000)
    log.info("benchmarks.refreshed", benchmarks=len(fresh), at=at.isoformat())
    return len(fresh)


def _of_metrics() -> Iterable[Benchmark]:
    for scorecard, metric, group, partners, points, value in _fetched(_REACHED):
        yield Benchmark(
            scorecard_id=scorecard, metric_id=metric, peer_group=group, partners=partners, points=points, value=value
        )


def _of_scorecards() -> Iterable[Benchmark]:
    counts: dict[tuple[int, str], list[int]] = {}
    for scorecard, group, points, partners in _fetched(_COUNTED):
        counts.setdefault((scorecard, group), [0] * (FULL + 1))[points] = partners
    for (scorecard, group), found in counts.items():
        partners = sum(found)
        mean = Decimal(sum(points * count for points, count in enumerate(found))) / partners
        yield Benchmark(scorecard_id=scorecard, peer_group=group, partners=partners, points=mean, counts=found)


def _fetched(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def _let_nobody_else_refresh() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('scorecards/benchmarks', 3))")
