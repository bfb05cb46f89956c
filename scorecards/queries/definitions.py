"""What program staff see of the scorecards themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Count, F, Prefetch

from core.models import VersionState
from scorecards.models import FULL, Benchmark, Metric, Scorecard, ScorecardSection, ScorecardVersion


@dataclass(frozen=True, slots=True)
class Reached:
    """What all partners reach on average, and how many were measured."""

    partners: int
    average: int | None


NOTHING = Reached(0, None)


@dataclass(frozen=True, slots=True)
class ScorecardInUse:
    """A scorecard with what is published and what is drafted, how many metrics it has, and what partners reach."""

    scorecard: Scorecard
    published: ScorecardVersion | None
    draft: ScorecardVersion | None
    metrics: int
    reached: Reached


def scorecards_in_use() -> list[ScorecardInUse]:
    """Return the scorecards, the main one first and retired ones last."""
    current = ScorecardVersion.objects.exclude(state=VersionState.SUPERSEDED).annotate(metric_count=Count("metrics"))
    rows = Scorecard.objects.order_by("-is_main", F("retired_at").asc(nulls_first=True), "name", "pk")
    reached = _reached(Benchmark.objects.filter(metric__isnull=True), "scorecard")
    found = []
    for row in rows.prefetch_related(Prefetch("versions", current)):
        by_state = {version.state: version for version in row.versions.all()}
        published, draft = by_state.get(VersionState.PUBLISHED), by_state.get(VersionState.DRAFT)
        shown: Any = published or draft
        count = shown.metric_count if shown else 0
        found.append(ScorecardInUse(row, published, draft, count, reached.get(row.pk, NOTHING)))
    return found


@dataclass(frozen=True, slots=True)
class MetricInUse:
    """A metric on its scorecard: its part of the score in percent, and what partners reach."""

    metric: Metric
    percent: int
    reached: Reached


@dataclass(frozen=True, slots=True)
class SectionInUse:
    """A section of a version with its metrics: its part of the score in percent."""

    section: ScorecardSection
    percent: int
    metrics: Sequence[MetricInUse]


def sections_in_use(version: ScorecardVersion | None) -> list[SectionInUse]:
    """Return the sections of a version with what partners of all groups reach on its metrics, as last averaged."""
    if version is None:
        return []
    metrics = list(version.metrics.order_by("section__position", "position"))
    total = sum(metric.weight for metric in metrics)
    reached = _reached(Benchmark.objects.filter(metric__scorecard_version=version), "metric")
    rows: dict[int, list[MetricInUse]] = {}
    for metric in metrics:
        row = MetricInUse(metric, round(FULL * metric.weight / total), reached.get(metric.pk, NOTHING))
        rows.setdefault(metric.section_id, []).append(row)
    return [
        SectionInUse(section, _percent(rows.get(section.pk, []), total), rows.get(section.pk, []))
        for section in version.sections.order_by("position")
    ]


def _percent(rows: Sequence[MetricInUse], total: int) -> int:
    return round(FULL * sum(row.metric.weight for row in rows) / total) if rows else 0


def _reached(benchmarks: Any, by: str) -> dict[int, Reached]:
    """Put the averages of groups together, each counting as many partners as are behind it."""
    summed: dict[int, tuple[int, Decimal]] = {}
    for key, partners, points in benchmarks.values_list(by, "partners", "points"):
        count, total = summed.get(key, (0, Decimal(0)))
        summed[key] = (count + partners, total + points * partners)
    return {
        key: Reached(count, int((total / count).quantize(Decimal(1), ROUND_HALF_UP)))
        for key, (count, total) in summed.items()
    }
