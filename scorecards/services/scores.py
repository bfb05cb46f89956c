"""Scores: measured, compared with what is stored, and written where they differ, in one statement."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from django.db import connection, transaction

from core.models import Program, VersionState
from core.periods import today
from criteria.checks import check_operand
from criteria.fields import registry
from criteria.tree import CriteriaError
from partners.models import Partner
from partners.signals import announce_partners
from scorecards.models import Metric, ScorecardVersion
from scorecards.services import benchmarks
from scorecards.services.measuring import Measuring, Sheet
from segmentation import engine
from segmentation.models import Classification
from segmentation.scope import Scope

log = structlog.get_logger("scorecards")

BATCH_PARTNERS = 2000

#: What was said of a partner before, beside what is measured now. An empty `exact` is a scorecard that is not the
#: partner's any more, or of which nothing is known yet. Of two writes to one row that must come one after the other,
#: the second reads the first.
_WRITE = """
WITH found AS MATERIALIZED ({measured}
), compared AS MATERIALIZED (
  SELECT coalesce(f.partner_id, o.partner_id) AS partner_id, coalesce(f.scorecard_id, o.scorecard_id) AS scorecard_id,
    f.version_id, f.starts_on, f.peer_group, f.figures, f.points, f.section_points, f.exact, round(f.exact) AS value,
    o.id AS old_id, o.starts_on AS old_starts_on, s.id AS score_id, s.day AS old_day, s.value AS old_value,
    (o.scorecard_version_id, o.exact, o.peer_group, o.figures, o.points, o.section_points) IS NOT DISTINCT FROM
      (f.version_id, f.exact, f.peer_group::varchar, f.figures, f.points, f.section_points) AS same
  FROM found f
  FULL JOIN (
    SELECT * FROM scorecards_periodscore
    WHERE is_current AND {scope} AND NOT scorecard_id = ANY(%(kept)s)
  ) o ON o.partner_id = f.partner_id AND o.scorecard_id = f.scorecard_id
  LEFT JOIN scorecards_score s ON s.is_current AND s.partner_id = coalesce(f.partner_id, o.partner_id)
    AND s.scorecard_id = coalesce(f.scorecard_id, o.scorecard_id)
), again AS (
  UPDATE scorecards_periodscore p SET scorecard_version_id = c.version_id, exact = c.exact, peer_group = c.peer_group,
    figures = c.figures, points = c.points, section_points = c.section_points, computed_at = %(now)s
  FROM compared c WHERE p.id = c.old_id AND NOT c.same AND c.exact IS NOT NULL AND c.old_starts_on >= c.starts_on
), ended AS (
  UPDATE scorecards_periodscore p SET is_current = FALSE
  FROM compared c WHERE p.id = c.old_id AND NOT c.same AND (c.exact IS NULL OR c.old_starts_on < c.starts_on)
  RETURNING 1
), begun AS (
  INSERT INTO scorecards_periodscore (partner_id, scorecard_id, scorecard_version_id, starts_on, exact, peer_group,
    figures, points, section_points, is_current, computed_at)
  SELECT partner_id, scorecard_id, version_id, starts_on, exact, peer_group, figures, points, section_points, TRUE,
    %(now)s
  FROM compared c WHERE NOT c.same AND c.exact IS NOT NULL AND (c.old_id IS NULL OR c.old_starts_on < c.starts_on)
    AND (SELECT count(*) FROM ended) >= 0
  ORDER BY partner_id, scorecard_id
  ON CONFLICT (partner_id, scorecard_id, starts_on) DO UPDATE SET
    scorecard_version_id = EXCLUDED.scorecard_version_id, exact = EXCLUDED.exact, peer_group = EXCLUDED.peer_group,
    figures = EXCLUDED.figures, points = EXCLUDED.points, section_points = EXCLUDED.section_points,
    is_current = TRUE, computed_at = EXCLUDED.computed_at
), same_day AS (
  UPDATE scorecards_score s SET value = c.value, computed_at = %(now)s
  FROM compared c WHERE s.id = c.score_id AND c.value <> c.old_value AND c.old_day >= %(today)s
), day_over AS (
  UPDATE scorecards_score s SET is_current = FALSE
  FROM compared c WHERE s.id = c.score_id AND (c.value IS NULL OR (c.value <> c.old_value AND c.old_day < %(today)s))
  RETURNING 1
), new_day AS (
  INSERT INTO scorecards_score (partner_id, scorecard_id, day, value, is_current, computed_at)
  SELECT partner_id, scorecard_id, %(today)s, value, TRUE, %(now)s
  FROM compared c WHERE c.value IS NOT NULL
    AND (c.score_id IS NULL OR (c.value <> c.old_value AND c.old_day < %(today)s))
    AND (SELECT count(*) FROM day_over) >= 0
  ORDER BY partner_id, scorecard_id
  ON CONFLICT (partner_id, scorecard_id, day) DO UPDATE SET
    value = EXCLUDED.value, is_current = TRUE, computed_at = EXCLUDED.computed_at
)
SELECT partner_id FROM compared WHERE value IS DISTINCT FROM old_value ORDER BY partner_id"""


def recompute(*, partner_ids: Sequence[int] | None, at: datetime) -> int:
    """Measure every metric of some partners, or of all, and write what differs. Returns how many scores changed.

    One statement measures, compares and writes. Each batch is one transaction; two that meet in a partner take turns,
    so that the later look always wins. Doing it twice writes nothing the second time.
    """
    if partner_ids is not None:
        return _recompute_batch(partner_ids, at=at) if partner_ids else 0
    changed = sum(_recompute_batch(batch, at=at) for batch in _batches())
    benchmarks.refresh(at=at)
    return changed


def published_sheets() -> list[Sheet]:
    """Return what measures now: the published versions of scorecards in use, with their parts."""
    versions = ScorecardVersion.objects.filter(state=VersionState.PUBLISHED, definition__retired_at__isnull=True)
    return Sheet.of_many(versions.select_related("definition").order_by("definition_id"))


def is_usable(expression: Any) -> bool:
    """Whether an expression can be measured with the fields there are now."""
    return not check_operand(expression, registry.catalog())


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
    changed = _write(published_sheets(), Scope.some(ids), at=at) if ids else []
    announce_partners(changed)
    return len(changed)


def _take_turns(partner_ids: Sequence[int]) -> list[int]:
    """Hold the partners' rows of verdicts, in id order as the recompute does, and return the partners that have one."""
    rows = Classification.objects.select_for_update().filter(partner__in=partner_ids).order_by("partner_id")
    return list(rows.values_list("partner_id", flat=True))


def _write(sheets: Sequence[Sheet], scope: Scope, *, at: datetime) -> list[int]:
    """Write what differs. A metric that fails at run time keeps its last points, and the others are computed."""
    measuring = Measuring(sheets, at, kept=_kept)
    try:
        with transaction.atomic():
            return _written(measuring, scope, at=at)
    except engine.FAULTS_OF_RULES:
        failing = _failing(sheets, scope, at=at)
        if not failing:
            raise
        return _written(Measuring(sheets, at, kept=_kept, unusable=failing), scope, at=at)


def _written(measuring: Measuring, scope: Scope, *, at: datetime) -> list[int]:
    if measuring.broken or measuring.set_aside:
        log.warning("metrics.unusable", metrics=sorted(measuring.broken), scorecards=sorted(measuring.set_aside))
    sql = _WRITE.format(measured=measuring.select(scope), scope=scope.condition("partner_id"))
    more: dict[str, Any] = {
        "now": at,
        "today": today(at=at, zone=Program.current().zone),
        "kept": sorted(measuring.set_aside),
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, {**measuring.parameters, **scope.parameters, **more})
        return [row[0] for row in cursor.fetchall()]


def _failing(sheets: Sequence[Sheet], scope: Scope, *, at: datetime) -> frozenset[int]:
    """Return the metrics that the database cannot reckon, each tried on its own."""
    found = set()
    for metric in (metric for sheet in sheets for metric in sheet.metrics if not metric.is_assessed):
        columns = engine.Columns(at)
        try:
            figure = columns.value(metric.expression)
            with transaction.atomic(), connection.cursor() as cursor:
                select = columns.select(scope, {"figure": f"({figure})::numeric"})
                cursor.execute(f"SELECT sum(figure) FROM ({select}) tried", {**columns.parameters, **scope.parameters})
        except engine.FAULTS_OF_RULES:
            found.add(metric.pk)
        except CriteriaError:
            continue
    return frozenset(found)


def _kept(metric: Metric, column: str) -> str:
    """Return SQL for what is stored of a metric, by its key: on this version, or on the one before."""
    places = _places(metric)
    cases = " ".join(f"WHEN {version} THEN {column}[{place}]" for version, place in places.items())
    if not cases:
        return "NULL"
    return (
        f"SELECT CASE stood.scorecard_version_id {cases} END FROM scorecards_periodscore stood"
        f" WHERE stood.partner_id = layer.partner_id AND stood.scorecard_id = {metric.scorecard_version.definition_id}"
        " AND stood.is_current"
    )


def _places(metric: Metric) -> Mapping[int, int]:
    """Return where a metric's element stands in the arrays of each version of its scorecard, counted from 1."""
    keys: dict[int, list[str]] = {}
    rows = Metric.objects.filter(scorecard_version__definition=metric.scorecard_version.definition_id).order_by("pk")
    for version, key in rows.values_list("scorecard_version_id", "key"):
        keys.setdefault(version, []).append(key)
    return {version: found.index(metric.key) + 1 for version, found in keys.items() if metric.key in found}
