"""What a draft of a scorecard says otherwise than the published version, for whoever publishes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.services import versions
from scorecards.models import Metric, ScorecardVersion


class How(StrEnum):
    """What becomes of a metric."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class MetricChange:
    """A metric that a draft adds, changes or leaves out, and the names of the fields that differ."""

    metric: Metric
    how: How
    fields: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything in which a draft differs: names of the version's own fields, of sections, and the metrics."""

    fields: Sequence[str]
    sections: Sequence[str]
    metrics: Sequence[MetricChange]


def changes_of(draft: ScorecardVersion, published: ScorecardVersion | None) -> Changes:
    """Return what a draft changes, metrics in its order and those it leaves out last. Both come with their parts."""
    before = {one.key: one for one in published.metrics.all()} if published else {}
    places = {section.pk: section.position for section in draft.sections.all()}
    in_order = sorted(draft.metrics.all(), key=lambda one: (places[one.section_id], one.position))
    after = {one.key: one for one in in_order}
    found = [
        MetricChange(metric, How.CHANGED if key in before else How.NEW, _differing(before.get(key), metric))
        for key, metric in after.items()
        if key not in before or before[key].texts != metric.texts
    ]
    found += [MetricChange(metric, How.GONE) for key, metric in before.items() if key not in after]
    names = versions.differences(published, draft) if published else []
    return Changes([_label(draft, name) for name in names], _sections(draft, published), found)


def _differing(before: Metric | None, after: Metric) -> list[str]:
    if before is None:
        return []
    return [_label(after, name) for name, value in after.texts.items() if before.texts[name] != value]


def _label(record: Metric | ScorecardVersion, name: str) -> str:
    return str(record._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _sections(draft: ScorecardVersion, published: ScorecardVersion | None) -> list[str]:
    """Return the names of the sections that are new, say something else, or are left out."""
    before = {one.key: one for one in published.sections.all()} if published else {}
    after = {one.key: one for one in sorted(draft.sections.all(), key=lambda one: one.position)}
    new = [one.name for key, one in after.items() if key not in before or before[key].texts != one.texts]
    return [*new, *(one.name for key, one in before.items() if key not in after)]
