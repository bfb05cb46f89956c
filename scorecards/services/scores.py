"""Scores: measured, compared with what is stored, and written where they differ."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import structlog
from django.db import transaction

from core.models import Program
from core.periods import today
from criteria.checks import check_operand
from criteria.fields import registry
from criteria.tree import CriteriaError
from partners.models import Partner
from partners.signals import announce_partners
from scorecards.models import Metric, MetricScore, Score
from scorecards.services import benchmarks
from scorecards.services.points import points, score
from segmentation import engine
from segmentation.models import Classification

log = structlog.get_logger("scorecards")

BATCH_PARTNERS = 2000
STORED_PLACES = Decimal("0.0001")
#: partner → metric → value
Measured = Mapping[int, Mapping[int, Decimal | None]]
#: partner → metric → points
Points = dict[int, dict[int, int]]


def recompute(*, partner_ids: Sequence[int] | None, at: datetime) -> int:
    """Measure every metric of some partners, or of all, and write what differs. Returns how many scores changed.

    One statement measures everything. Each batch is one transaction; two that meet in a partner take turns, so that
    the later look always wins. Doing it twice writes nothing the second time.
    """
    if partner_ids is not None:
        return _recompute_batch(partner_ids, at=at) if partner_ids else 0
    changed = sum(_recompute_batch(batch, at=at) for batch in _batches())
    benchmarks.refresh(at=at)
    return changed


def _batches() -> Iterator[list[int]]:
    last = 0
    while batch := list(
        Partner.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH_PARTNERS]
    ):
        yield batch
        last = batch[-1]


@transaction.atomic
def _recompute_batch(partner_ids: Sequence[int], *, at: datetime) -> int:
    ids = _take_turns(partner_ids)
    metrics = list(Metric.objects.order_by("pk"))
    usable, measured = _measure(metrics, ids, at=at)
    reached = _write_metric_scores(ids, metrics, usable, measured)
    changed = _write_scores(ids, metrics, reached, day=today(at=at, zone=Program.current().zone), at=at)
    announce_partners(one.partner_id for one in changed)
    return len(changed)


def _take_turns(partner_ids: Sequence[int]) -> list[int]:
    """Hold the partners' rows of verdicts, in id order as the recompute does, and return the partners that have one."""
    rows = Classification.objects.select_for_update().filter(partner__in=partner_ids).order_by("partner_id")
    return list(rows.values_list("partner_id", flat=True))


# --- measuring


def _measure(metrics: Sequence[Metric], ids: Sequence[int], *, at: datetime) -> tuple[list[Metric], Measured]:
    """Return the metrics that can be measured, and what they say. One that cannot does not stop the others."""
    try:
        return list(metrics), _values(metrics, ids, at=at)
    except CriteriaError:
        usable = [metric for metric in metrics if is_usable(metric.expression)]
        log.warning("metrics.unusable", metrics=sorted({one.pk for one in metrics} - {one.pk for one in usable}))
        return usable, _values(usable, ids, at=at)


def _values(metrics: Sequence[Metric], ids: Sequence[int], *, at: datetime) -> Measured:
    expressions = {str(metric.pk): metric.expression for metric in metrics}
    found = engine.values(expressions, partner_ids=ids, at=at)
    return {partner: {int(key): _stored(value) for key, value in row.items()} for partner, row in found.items()}


def is_usable(expression: Any) -> bool:
    """Whether an expression can be measured with the fields there are now."""
    return not check_operand(expression, registry.catalog())


def _stored(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value)).quantize(STORED_PLACES)


# --- writing


def _write_metric_scores(
    ids: Sequence[int], metrics: Sequence[Metric], usable: Sequence[Metric], measured: Measured
) -> Points:
    """Write values and points that differ. Returns the points of every metric, old ones where it cannot be measured."""
    stored = {(row.partner_id, row.metric_id): row for row in MetricScore.objects.filter(partner__in=ids)}
    reached: Points = {partner: {} for partner in ids}
    for (partner, metric_id), row in stored.items():
        reached[partner][metric_id] = row.points
    differing = []
    for partner in ids:
        for metric in usable:
            value = measured.get(partner, {}).get(metric.pk)
            earned = points(value, floor=metric.floor, target=metric.target)
            reached[partner][metric.pk] = earned
            before = stored.get((partner, metric.pk))
            if before is None or (before.value, before.points) != (value, earned):
                differing.append(MetricScore(partner_id=partner, metric_id=metric.pk, value=value, points=earned))
    MetricScore.objects.bulk_create(
        differing,
        update_conflicts=True,
        unique_fields=["partner", "metric"],
        update_fields=["value", "points"],
    )
    return reached


@dataclass(frozen=True, slots=True)
class _Change:
    """A score that is not what is stored."""

    partner_id: int
    scorecard_id: int
    value: int | None
    before: Score | None


def _write_scores(
    ids: Sequence[int], metrics: Sequence[Metric], reached: Points, *, day: date, at: datetime
) -> list[_Change]:
    """Write the scores that differ: one row per day on which a score changed, the newest being current."""
    changes = list(_changes(ids, metrics, reached))
    again, past, new = [], [], []
    for one in changes:
        if one.before and one.before.day >= day and one.value is not None:
            one.before.value, one.before.computed_at = one.value, at
            again.append(one.before)
            continue
        past += [one.before.pk] if one.before else []
        if one.value is not None:
            new.append(_score(one, value=one.value, day=day, at=at))
    Score.objects.bulk_update(again, ["value", "computed_at"], batch_size=500)
    Score.objects.filter(pk__in=past).update(is_current=False)
    Score.objects.bulk_create(new)
    return changes


def _score(one: _Change, *, value: int, day: date, at: datetime) -> Score:
    return Score(partner_id=one.partner_id, scorecard_id=one.scorecard_id, day=day, value=value, computed_at=at)


def _changes(ids: Sequence[int], metrics: Sequence[Metric], reached: Points) -> Iterator[_Change]:
    by_scorecard: dict[int, list[Metric]] = {}
    for metric in metrics:
        by_scorecard.setdefault(metric.scorecard_id, []).append(metric)
    current = {
        (row.partner_id, row.scorecard_id): row for row in Score.objects.filter(partner__in=ids, is_current=True)
    }
    for row in current.values():
        by_scorecard.setdefault(row.scorecard_id, [])
    for partner in ids:
        for scorecard, its_metrics in by_scorecard.items():
            before = current.get((partner, scorecard))
            earned = reached[partner]
            value = score((earned[metric.pk], metric.weight) for metric in its_metrics if metric.pk in earned)
            if value != (before.value if before else None):
                yield _Change(partner, scorecard, value, before)
