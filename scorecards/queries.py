"""Scores as pages show them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Self

from django.db.models import Count

from core.models import Program
from core.periods import today
from criteria.checks import check_operand
from criteria.fields import Catalog, registry
from criteria.tree import parse_operand
from partners.models import Partner
from scorecards.models import Benchmark, Metric, MetricScore, Score, Scorecard
from segmentation.models import Classification
from segmentation.wording import speaker

#: Fewer than these behind a benchmark, and it would tell about single partners.
ENOUGH_PARTNERS = 5
TREND_DAYS = 90
HISTORY_DAYS = 365
FULL = 100


@dataclass(frozen=True, slots=True)
class MetricRow:
    """One metric of one partner. `points` is None where it was never measured, `benchmark` where too few are alike."""

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
class ScoreCard:
    """How a partner stands on a scorecard, the metric with the biggest weighted gap first."""

    scorecard: Scorecard
    value: int | None
    benchmark: int | None
    #: The change against about 90 days ago; None where there was no score yet.
    change: int | None
    history: Sequence[tuple[date, int]]
    rows: Sequence[MetricRow]

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
    bench = _benchmarks(partner, scorecard)
    overall = bench.get(None)
    return ScoreCard(
        scorecard=scorecard,
        value=current,
        benchmark=_whole(overall.points) if overall else None,
        change=_change(scores, current, day=day),
        history=_history(scores, day=day),
        rows=_rows(partner, scorecard, bench),
    )


def _benchmarks(partner: Partner, scorecard: Scorecard) -> dict[int | None, Benchmark]:
    """Return what partners of the same life stage reach, where enough of them are behind it; None: the whole score."""
    stage = Classification.objects.filter(partner=partner).values("stage")
    rows = Benchmark.objects.filter(scorecard=scorecard, stage__in=stage, partners__gte=ENOUGH_PARTNERS)
    return {row.metric_id: row for row in rows}


def _rows(partner: Partner, scorecard: Scorecard, bench: Mapping[int | None, Benchmark]) -> list[MetricRow]:
    metrics = list(scorecard.metrics.order_by("position", "pk"))
    reached = {row.metric_id: row for row in MetricScore.objects.filter(partner=partner, metric__in=metrics)}
    total = sum(metric.weight for metric in metrics)
    rows = [_row(metric, reached.get(metric.pk), bench.get(metric.pk), total=total) for metric in metrics]
    return sorted(rows, key=lambda row: -row.gap)


def _row(metric: Metric, reached: MetricScore | None, bench: Benchmark | None, *, total: int) -> MetricRow:
    missing = FULL - (reached.points if reached else 0)
    gap = Decimal(missing * metric.weight) / total
    return MetricRow(
        metric=metric,
        value=reached.value if reached else None,
        points=reached.points if reached else None,
        benchmark=_whole(bench.points) if bench else None,
        benchmark_value=bench.value if bench else None,
        worth=round(gap),
        gap=gap,
    )


def _whole(number: Decimal) -> int:
    return round(number)


@dataclass(frozen=True, slots=True)
class Gauge:
    """One metric in a glance: points of 100, and what similar partners reach where enough of them are behind it."""

    name: str
    points: int
    benchmark: int | None


def gauges(partner: Partner, *, stage_id: int | None, limit: int = 4) -> list[Gauge]:
    """Return the weightiest metrics of the main scorecard that were measured at a partner, in two statements."""
    reached = (
        MetricScore.objects.filter(partner=partner, metric__scorecard__is_main=True, value__isnull=False)
        .select_related("metric")
        .order_by("-metric__weight", "metric__position", "metric_id")[:limit]
    )
    bench = Benchmark.objects.filter(
        scorecard__is_main=True, stage=stage_id, metric__isnull=False, partners__gte=ENOUGH_PARTNERS
    )
    points = dict(bench.values_list("metric_id", "points")) if stage_id else {}
    return [
        Gauge(row.metric.name, row.points, _whole(points[row.metric_id]) if row.metric_id in points else None)
        for row in reached
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


# --- what program staff see of the scorecards themselves


@dataclass(frozen=True, slots=True)
class Reach:
    """What all partners reach on average, and how many were measured."""

    partners: int
    average: int | None


@dataclass(frozen=True, slots=True)
class ScorecardInUse:
    """A scorecard, how many metrics are on it, and what partners reach."""

    scorecard: Scorecard
    metrics: int
    reach: Reach


def scorecards_in_use() -> list[ScorecardInUse]:
    """Return the scorecards, the main one first."""
    rows = Scorecard.objects.annotate(metric_count=Count("metrics")).order_by("-is_main", "name", "pk")
    reached = _reach(Benchmark.objects.filter(metric__isnull=True), "scorecard")
    return [ScorecardInUse(row, row.metric_count, reached.get(row.pk, Reach(0, None))) for row in rows]


@dataclass(frozen=True, slots=True)
class MetricInUse:
    """A metric on its scorecard: its part of the score in percent, and what partners reach."""

    metric: Metric
    percent: int
    reach: Reach


def metrics_in_use(scorecard: Scorecard) -> list[MetricInUse]:
    """Return the metrics of a scorecard with what partners of all life stages reach, as last averaged."""
    metrics = list(scorecard.metrics.order_by("position", "pk"))
    total = sum(metric.weight for metric in metrics)
    reached = _reach(Benchmark.objects.filter(scorecard=scorecard, metric__isnull=False), "metric")
    return [
        MetricInUse(metric, round(FULL * metric.weight / total), reached.get(metric.pk, Reach(0, None)))
        for metric in metrics
    ]


def _reach(benchmarks: Any, by: str) -> dict[int, Reach]:
    """Put the averages per life stage together, each counting as many partners as are behind it."""
    summed: dict[int, tuple[int, Decimal]] = {}
    for key, partners, points in benchmarks.values_list(by, "partners", "points"):
        count, total = summed.get(key, (0, Decimal(0)))
        summed[key] = (count + partners, total + points * partners)
    return {key: Reach(count, _whole(total / count)) for key, (count, total) in summed.items()}


# --- what metrics measure, in words


@dataclass(frozen=True)
class Words:
    """Says operands in the reader's language, with the catalog read once for a page."""

    catalog: Catalog

    @classmethod
    def now(cls) -> Self:
        """Return words for what may be asked now."""
        return cls(registry.catalog())

    def of(self, expression: Any) -> str:
        """Return an operand in words; nothing when it cannot be measured any more."""
        if check_operand(expression, self.catalog):
            return ""
        words = speaker(self.catalog).operand(parse_operand(expression))
        return words[:1].upper() + words[1:]

    def for_partners(self, expression: Any) -> bool:
        """Whether partners may see what an expression asks about."""
        collection = self.catalog.collections.get(str(expression.get("collection")))
        if collection is None:
            field = self.catalog.fields.get(str(expression.get("field")))
            return field is not None and field.partner_may_see
        asked = {expression.get("of"), *_fields_of(expression.get("where") or {})}
        return all(field.partner_may_see for field in collection.fields if field.key in asked)


def _fields_of(group: Mapping[str, Any]) -> set[str]:
    """Return the fields a nested group asks about."""
    rules = group.get("rules", [])
    return {str(rule["field"]) for rule in rules if "field" in rule}.union(*(_fields_of(rule) for rule in rules))
