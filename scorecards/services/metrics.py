"""The metrics of a scorecard's draft: added, changed, duplicated, put in order, taken out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from core.audit import action
from scorecards.models import Metric, ScorecardSection
from scorecards.services.keys import free_key
from scorecards.services.metric_checks import check_metric, settle
from scorecards.services.order import arranged, moved, numbered
from scorecards.services.scorecard_versions import lock_draft, note_edit

#: What people write on a metric; its key stays.
METRIC_FIELDS = tuple(name for name in Metric.TEXTS if name != "key")


def add_metric(*, section: ScorecardSection, by: Any | None, at: datetime, key: str = "", **fields: Any) -> Metric:
    """Add a metric at the end of a section of a draft. Raises ValidationError by field."""
    version = section.scorecard_version
    with action("metric.add", by=by):
        lock_draft(version)
        metric = Metric(
            scorecard_version=version,
            section=section,
            key=key or free_key(str(fields.get("name", "")), version.metrics),
            position=_end_of(section),
            **fields,
        )
        settle(metric)
        check_metric(metric)
        if version.metrics.filter(key=metric.key).exists():
            raise ValidationError({"key": ValidationError(_("Another metric has this key."), code="already_exists")})
        metric.save(force_insert=True)
        note_edit(version)
    return metric


def update_metric(*, metric: Metric, by: Any | None, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Change a metric of a draft, or put it at the end of another `section`. Returns what changed."""
    before = metric.texts
    section = changes.get("section", metric.section)
    with action("metric.update", by=by):
        lock_draft(metric.scorecard_version)
        for name in METRIC_FIELDS:
            if name in changes:
                setattr(metric, name, changes[name])
        settle(metric)
        changed = [name for name, value in metric.texts.items() if before[name] != value]
        if changed:
            check_metric(metric)
        if section != metric.section:
            if section.scorecard_version_id != metric.scorecard_version_id:
                message = _("This section belongs to another version.")
                raise ValidationError({"section": ValidationError(message, code="elsewhere")})
            metric.section, metric.position = section, _end_of(section)
            changed = [*changed, "section", "position"]
        if changed:
            metric.save(update_fields=changed)
            note_edit(metric.scorecard_version)
    return changed


def duplicate_metric(*, metric: Metric, by: Any | None, at: datetime) -> Metric:
    """Put a copy of a metric of a draft beside it, with a name and key of its own."""
    name = _("%(name)s (copy)") % {"name": metric.name}
    fields = {**{one: getattr(metric, one) for one in METRIC_FIELDS}, "name": name[:160]}
    with action("metric.duplicate", by=by):
        copy = add_metric(section=metric.section, by=by, at=at, **fields)
        beside = metric.position + 1 - copy.position
        move_metric(metric=copy, by=by, at=at, places=beside)
    return copy


def remove_metric(*, metric: Metric, by: Any | None, at: datetime) -> None:
    """Take a metric out of a draft. Figures of the past stay."""
    section = metric.section
    with action("metric.remove", by=by):
        lock_draft(metric.scorecard_version)
        metric.delete()
        numbered(list(section.metrics.order_by("position")))
        note_edit(section.scorecard_version)


def move_metric(*, metric: Metric, by: Any | None, at: datetime, places: int) -> None:
    """Move a metric within its section towards the start (negative) or the end; beyond either, it stays there."""
    with action("metric.move", by=by):
        lock_draft(metric.scorecard_version)
        if numbered(moved(list(metric.section.metrics.order_by("position")), metric, places)):
            note_edit(metric.scorecard_version)


def order_metrics(*, section: ScorecardSection, by: Any | None, at: datetime, order: Sequence[str]) -> None:
    """Put the metrics of a section in the order of these public ids; those not named come last, as they were."""
    with action("metric.order", by=by):
        lock_draft(section.scorecard_version)
        if numbered(arranged(list(section.metrics.order_by("position")), order)):
            note_edit(section.scorecard_version)


def _end_of(section: ScorecardSection) -> int:
    last = section.metrics.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1
