"""How partners stand on scorecards, as pages show it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Prefetch

from core.models import Program
from core.periods import today
from core.services import versions
from partners.models import Partner
from scorecards.models import (
    FULL,
    Benchmark,
    BenchmarkKind,
    Metric,
    PeriodScore,
    Score,
    Scorecard,
    ScorecardSection,
    ScorecardVersion,
    Zone,
)

#: Fewer than these behind a benchmark, and it would tell about single partners.
ENOUGH_PARTNERS = 5
TREND_DAYS = 90
HISTORY_DAYS = 365


@dataclass(frozen=True, slots=True)
class MetricRow:
    """One metric of one partner. `points` is None where nothing was measured or answered, `benchmark` where too few
    are alike."""

    metric: Metric
    value: Decimal | None
    points: int | None
    benchmark: int | None
    benchmark_value: Decimal | None
    #: What the whole score would gain if this metric reached its target.
    worth: int
    gap: Decimal

    @property
    def ahead(self) -> int | None:
        """How many points the partner is ahead of its like; None where either is not known."""
        return self.points - self.benchmark if self.points is not None and self.benchmark is not None else None

    @property
    def is_measured(self) -> bool:
        """Whether there is something to measure at this partner."""
        return self.value is not None


@dataclass(frozen=True, slots=True)
class SectionRow:
    """One section of one partner: its points, and its metrics in their order."""

    section: ScorecardSection
    points: int | None
    rows: Sequence[MetricRow]


@dataclass(frozen=True, slots=True)
class ScoreCard:
    """How a partner stands on a scorecard, the metric with the biggest weighted gap first.

    `version` is the one its figures belong to. `rank` is its place among `peers`, None where these are too few.
    """

    scorecard: Scorecard
    version: ScorecardVersion | None
    value: int | None
    benchmark: int | None
    rank: int | None
    peers: int | None
    #: The change against about 90 days ago; None where there was no score yet.
    change: int | None
    history: Sequence[tuple[date, int]]
    rows: Sequence[MetricRow]
    sections: Sequence[SectionRow]

    @property
    def zone(self) -> Zone | None:
        """Where the score lies; None while there is none."""
        return self.version.zone(self.value) if self.version and self.value is not None else None

    @property
    def axes(self) -> list[tuple[str, int, int | None]]:
        """The measured metrics for a radar: name, points, benchmark."""
        return [(row.metric.name, row.points, row.benchmark) for row in self.rows if row.points is not None]


def main_scorecard() -> Scorecard | None:
    """Return the scorecard of the dashboard."""
    return Scorecard.objects.filter(is_main=True).first()


def score_card(partner: Partner, *, at: datetime, scorecard: Scorecard | None = None) -> ScoreCard | None:
    """Return how a partner stands on a scorecard, else on the main one; None while there is no scorecard."""
    scorecard = scorecard or main_scorecard()
    if scorecard is None:
        return None
    day = today(at=at, zone=Program.current().zone)
    scores = list(Score.objects.filter(partner=partner, scorecard=scorecard).order_by("day"))
    current = next((row.value for row in scores if row.is_current), None)
    stands = (
        PeriodScore.objects.filter(partner=partner, scorecard=scorecard, is_current=True)
        .select_related("scorecard_version")
        .first()
    )
    version = stands.scorecard_version if stands else versions.published_of(scorecard)
    bench = benchmarks_of(stands)
    overall = bench.get(None)
    rows = _rows(version, stands, bench)
    return ScoreCard(
        scorecard=scorecard,
        version=version,
        value=current,
        benchmark=_whole(overall.points) if overall else None,
        rank=overall.rank(current) if overall and current is not None else None,
        peers=overall.partners if overall else None,
        change=_change(scores, current, day=day),
        history=_history(scores, day=day),
        rows=sorted(rows.values(), key=lambda row: -row.gap),
        sections=_sections(version, stands, rows),
    )


def measured_rows(partner: Partner) -> list[tuple[MetricRow, Scorecard]]:
    """Return every metric that a partner is measured by, on whichever scorecard, the biggest weighted gap first.

    In three statements, however many scorecards.
    """
    with_metrics = Prefetch("scorecard_version__metrics", Metric.objects.order_by("section__position", "position"))
    standings = list(
        PeriodScore.objects.filter(partner=partner, is_current=True, scorecard__retired_at__isnull=True)
        .select_related("scorecard", "scorecard_version")
        .order_by("-scorecard__is_main", "scorecard__name", "pk")
        .prefetch_related(with_metrics)
    )
    groups = {(one.scorecard_id, one.peer_group) for one in standings if one.peer_group}
    peers = Benchmark.objects.filter(scorecard__in=[pk for pk, _group in groups], partners__gte=ENOUGH_PARTNERS)
    bench = {one.metric_id: one for one in peers if (one.scorecard_id, one.peer_group) in groups} if groups else {}
    found = []
    for stands in standings:
        metrics = list(stands.scorecard_version.metrics.all())
        known, total = reached(stands, metrics), sum(metric.weight for metric in metrics)
        found += [
            (_row(metric, known[metric.pk], bench.get(metric.pk), total=total), stands.scorecard) for metric in metrics
        ]
    return sorted(found, key=lambda one: -one[0].gap)


def reached(stands: PeriodScore, metrics: Sequence[Metric]) -> dict[int, tuple[Decimal | None, int | None]]:
    """Return figure and points by metric, of the metrics of the version that was measured."""
    in_order = sorted(metrics, key=lambda metric: metric.pk)
    return {
        metric.pk: (figure, points)
        for metric, figure, points in zip(in_order, stands.figures, stands.points, strict=True)
    }


def benchmarks_of(stands: PeriodScore | None) -> dict[int | None, Benchmark]:
    """Return what a partner's peers reach, where enough of them are behind it; None: the whole score."""
    if stands is None or not stands.peer_group:
        return {}
    rows = Benchmark.objects.filter(
        scorecard=stands.scorecard_id, peer_group=stands.peer_group, partners__gte=ENOUGH_PARTNERS
    )
    return {row.metric_id: row for row in rows}


def _rows(
    version: ScorecardVersion | None, stands: PeriodScore | None, bench: Mapping[int | None, Benchmark]
) -> dict[int, MetricRow]:
    if version is None:
        return {}
    metrics = list(version.metrics.order_by("section__position", "position"))
    known = reached(stands, metrics) if stands else {}
    total = sum(metric.weight for metric in metrics)
    return {
        metric.pk: _row(metric, known.get(metric.pk, (None, None)), bench.get(metric.pk), total=total)
        for metric in metrics
    }


def _row(
    metric: Metric, reached: tuple[Decimal | None, int | None], bench: Benchmark | None, *, total: int
) -> MetricRow:
    value, points = reached
    gap = Decimal((FULL - (points or 0)) * metric.weight) / total
    bench_points, bench_value = benchmark_of(metric, bench)
    return MetricRow(
        metric=metric,
        value=value,
        points=points,
        benchmark=bench_points,
        benchmark_value=bench_value,
        worth=round(gap),
        gap=gap,
    )


def benchmark_of(metric: Metric, bench: Benchmark | None) -> tuple[int | None, Decimal | None]:
    """Return points and value that a metric is compared with: a fixed one, or what enough peers reach."""
    if metric.benchmark_kind == BenchmarkKind.FIXED:
        return metric.points_of(metric.benchmark_value), metric.benchmark_value
    if bench is None:
        return None, None
    if metric.benchmark_kind == BenchmarkKind.PERCENTILE:
        return metric.points_of(bench.value), bench.value
    return _whole(bench.points), bench.value


def _sections(
    version: ScorecardVersion | None, stands: PeriodScore | None, rows: Mapping[int, MetricRow]
) -> list[SectionRow]:
    if version is None:
        return []
    sections = list(version.sections.order_by("pk"))
    points = stands.section_points if stands else [None] * len(sections)
    found = [
        SectionRow(section, earned, [row for row in rows.values() if row.metric.section_id == section.pk])
        for section, earned in zip(sections, points, strict=True)
    ]
    return sorted(found, key=lambda one: one.section.position)


def _whole(number: Decimal) -> int:
    return int(number.quantize(Decimal(1), ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class Gauge:
    """One metric in a glance: points of 100, and what similar partners reach where enough of them are behind it."""

    name: str
    points: int
    benchmark: int | None


def gauges(partner: Partner, *, limit: int = 4) -> list[Gauge]:
    """Return the weightiest metrics of the main scorecard that were measured at a partner and that it may see."""
    stands = (
        PeriodScore.objects.filter(partner=partner, scorecard__is_main=True, is_current=True)
        .select_related("scorecard")
        .first()
    )
    if stands is None or not stands.scorecard.shows_everything:
        return []
    metrics = list(Metric.objects.filter(scorecard_version=stands.scorecard_version_id))
    known = reached(stands, metrics)
    bench = benchmarks_of(stands)
    measured = [metric for metric in metrics if known[metric.pk][0] is not None]
    heaviest = sorted(measured, key=lambda metric: (-metric.weight, metric.pk))[:limit]
    return [
        Gauge(metric.name, known[metric.pk][1] or 0, benchmark_of(metric, bench.get(metric.pk))[0])
        for metric in heaviest
    ]


# --- over time


def _change(scores: Sequence[Score], current: int | None, *, day: date) -> int | None:
    """Return the change against the score in force 90 days ago."""
    then = [row.value for row in scores if row.day <= day - timedelta(days=TREND_DAYS)]
    return current - then[-1] if then and current is not None else None


def _history(scores: Sequence[Score], *, day: date) -> list[tuple[date, int]]:
    """Return the scores of the last year, with the one in force at its beginning."""
    first = day - timedelta(days=HISTORY_DAYS)
    before = [row for row in scores if row.day < first]
    within = [(row.day, row.value) for row in scores if row.day >= first]
    return ([(first, before[-1].value)] if before else []) + within


@dataclass(frozen=True, slots=True)
class ScoreNow:
    """A partner's main score, and its change against about 90 days ago."""

    value: int
    change: int | None


def scores_now(partner_ids: Iterable[int], *, at: datetime) -> dict[int, ScoreNow]:
    """Return the main scores of many partners in two statements."""
    ids = list(partner_ids)
    day = today(at=at, zone=Program.current().zone)
    rows = Score.objects.filter(partner__in=ids, scorecard__is_main=True)
    then = rows.filter(day__lte=day - timedelta(days=TREND_DAYS)).order_by("partner", "-day").distinct("partner")
    before = dict(then.values_list("partner_id", "value"))
    current = rows.filter(is_current=True).values_list("partner_id", "value")
    return {pk: ScoreNow(value, value - before[pk] if pk in before else None) for pk, value in current}
