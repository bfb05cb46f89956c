"""The statement that measures: every published scorecard, or a draft, compiled to one row per partner and scorecard."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from criteria.fields import registry
from criteria.tree import CriteriaError
from scorecards import periods
from scorecards.models import Metric, Reach, ScorecardSection, ScorecardVersion
from scorecards.queries import answers
from scorecards.services.points import fading_sql, mean_sql, points_sql
from segmentation.engine import Columns
from segmentation.scope import Scope

STORED_PLACES = 4
#: Given a metric and a column of scores, returns SQL for what it keeps while it cannot be measured.
Kept = Callable[[Metric, str], str]
#: Whether a scorecard is switched on for a partner.
_SWITCHED_ON = (
    "layer.partner_id IN (SELECT used.partner_id FROM scorecards_partnerscorecard used"
    " WHERE used.scorecard_id = {} AND used.ends_at IS NULL)"
)
#: The columns of the select where there is nothing to measure.
_NOTHING = (
    "NULL::bigint AS partner_id, NULL::bigint AS scorecard_id, NULL::bigint AS version_id, NULL::date AS starts_on,"
    " NULL::boolean AS applies, NULL::text AS peer_group, NULL::numeric[] AS figures, NULL::smallint[] AS points,"
    " NULL::smallint[] AS section_points, NULL::numeric AS exact"
)


@dataclass(frozen=True)
class Sheet:
    """One version of a scorecard with its parts, in the order in which scores keep them."""

    version: ScorecardVersion
    sections: Sequence[ScorecardSection]
    metrics: Sequence[Metric]

    def metrics_of(self, section: ScorecardSection) -> list[Metric]:
        """Return the metrics of a section."""
        return [metric for metric in self.metrics if metric.section_id == section.pk]

    @classmethod
    def of_many(cls, versions: Iterable[ScorecardVersion]) -> "list[Sheet]":
        """Read the parts of versions, in two statements."""
        found = list(versions)
        metrics = Prefetch("metrics", Metric.objects.select_related("scorecard_version"))
        prefetch_related_objects(found, "sections", metrics)
        return [
            cls(version, sorted(version.sections.all(), key=_pk), sorted(version.metrics.all(), key=_pk))
            for version in found
        ]


@dataclass
class Measuring:
    """Sheets compiled for a moment. `broken` are the metrics that could not be compiled, `set_aside` whole sheets."""

    sheets: Sequence[Sheet]
    at: datetime
    kept: Kept = lambda metric, column: "NULL"
    unusable: frozenset[int] = frozenset()
    broken: set[int] = field(default_factory=set)
    set_aside: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.columns = Columns(self.at, registry.catalog())
        self._figures: dict[str, str] = {}
        self._points: dict[str, str] = {}
        self._rows: list[str] = []
        for sheet in self.sheets:
            self._compile(sheet)

    @property
    def _metrics(self) -> list[Metric]:
        return [metric for sheet in self.sheets for metric in sheet.metrics]

    @property
    def parameters(self) -> dict[str, Any]:
        """The values that the select names, apart from those of its scope."""
        return {**self.columns.parameters, **answers.asked(self._metrics)}

    def select(self, scope: Scope) -> str:
        """Return the select of a row per partner and scorecard: figures, points, score, or an empty score if none."""
        if not self._rows:
            return f"SELECT {_NOTHING} WHERE FALSE"
        figures = self.columns.select(scope, self._figures)
        points = "".join(f", {sql} AS {name}" for name, sql in self._points.items())
        answered = ""
        if any(metric.is_assessed for metric in self._metrics):
            answered = f"LEFT JOIN ({answers.counting(scope)}) answered ON answered.answered_by = measured.partner_id"
        return f"""
SELECT partner_id, sheet.* FROM (
  SELECT layer.*{points} FROM (
    SELECT * FROM ({figures}) measured {answered}
  ) layer OFFSET 0
) pointed CROSS JOIN LATERAL (VALUES
  {", ".join(self._rows)}
) sheet(scorecard_id, version_id, starts_on, applies, peer_group, figures, points, section_points, exact)"""

    def _compile(self, sheet: Sheet) -> None:
        version = sheet.version
        try:
            applies = self._applies(version)
            group = self.columns.peer_group(version.peers)
        except CriteriaError:
            self.set_aside.add(version.definition_id)
            return
        self._figures |= {f"applies_{version.pk}": applies, f"group_{version.pk}": group}
        for metric in sheet.metrics:
            self._measure(metric)
        sections = [f"round({_mean(sheet.metrics_of(section))})::smallint" for section in sheet.sections]
        starts_on: date = periods.starts_on(version.definition.period, at=self.at)
        columns = (
            f"{version.definition_id}::bigint",
            f"{version.pk}::bigint",
            f"{self.columns.parameter(starts_on)}::date",
            f"applies_{version.pk}",
            f"coalesce(group_{version.pk}, '')::text",
            f"ARRAY[{', '.join(_figure(metric) for metric in sheet.metrics)}]::numeric[]",
            f"ARRAY[{', '.join(f'points_{metric.pk}' for metric in sheet.metrics)}]::smallint[]",
            f"ARRAY[{', '.join(sections)}]::smallint[]",
            f"CASE WHEN applies_{version.pk} THEN {_mean(sheet.metrics)} END",
        )
        self._rows.append(f"({', '.join(columns)})")

    def _applies(self, version: ScorecardVersion) -> str:
        if version.definition.reach == Reach.SWITCHED_ON:
            return _SWITCHED_ON.format(version.definition_id)
        return self.columns.holds(version.criteria) if version.criteria else "TRUE"

    def _measure(self, metric: Metric) -> None:
        points = f"points_{metric.pk}"
        if metric.is_assessed:
            fades = _fading(metric, answers.answered_on(metric)) if metric.half_life_days else ""
            earned = f"round({_line(metric)}{fades})::smallint"
            self._points[points] = f"CASE WHEN {_figure(metric)} IS NOT NULL THEN {earned} END"
            return
        try:
            figure = self._figure(metric)
            fades = _fading(metric, self._last_true_on(metric)) if metric.half_life_days else ""
        except CriteriaError:
            self.broken.add(metric.pk)
            self._figures[f"figure_{metric.pk}"] = f"({self.kept(metric, 'figures')})::numeric"
            self._points[points] = f"({self.kept(metric, 'points')})::smallint"
            return
        self._figures[f"figure_{metric.pk}"] = figure
        self._points[points] = f"coalesce(round({_line(metric)}{fades}), 0)::smallint"

    def _figure(self, metric: Metric) -> str:
        if metric.pk in self.unusable:
            raise CriteriaError([])
        return f"round(({self.columns.value(metric.expression)})::numeric, {STORED_PLACES})"

    def _last_true_on(self, metric: Metric) -> str:
        self._figures[f"day_{metric.pk}"] = self.columns.last_true_on(metric.expression)
        return f"day_{metric.pk}"


def _pk(part: Any) -> int:
    return int(part.pk)


def _figure(metric: Metric) -> str:
    """Return what a metric's figure is called, or the level that was answered."""
    return answers.level(metric) if metric.is_assessed else f"figure_{metric.pk}"


def _line(metric: Metric) -> str:
    return points_sql(_figure(metric), floor=metric.floor, target=metric.target)


def _fading(metric: Metric, day: str) -> str:
    """Return the factor by which points have faded since a day; where none is known, nothing has."""
    return f" * coalesce({fading_sql(f'(%(today)s - {day})', half_life_days=metric.half_life_days or 1)}, 1)"


def _mean(metrics: Iterable[Metric]) -> str:
    return mean_sql((f"points_{metric.pk}", metric.weight) for metric in metrics)
