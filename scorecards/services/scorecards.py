"""Scorecards and their metrics: made, changed, and everybody measured anew."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core import audit
from criteria.checks import check_operand
from criteria.fields import registry
from partners.signals import rules_changed
from scorecards.models import Direction, Metric, Scorecard
from scorecards.services import runs

KEY_LENGTH = 60
METRIC_FIELDS = (
    "name",
    "description",
    "advice",
    "expression",
    "unit",
    "timing",
    "direction",
    "floor",
    "target",
    "weight",
)
#: The criteria field that a metric may not measure: it would follow itself.
OWN_FIELD = "score"


def create(*, name: str, by: Any, at: datetime, purpose: str = "", key: str = "", is_main: bool = False) -> Scorecard:
    """Make a scorecard without metrics. Raises ValidationError by field."""
    scorecard = Scorecard(key=key or _free_key(name, Scorecard.objects), name=name, purpose=purpose)
    scorecard.full_clean(exclude=["public_id"])
    with audit.action("scorecard.create", by=by):
        scorecard.save(force_insert=True)
        if is_main:
            make_main(scorecard=scorecard, by=by, at=at)
    return scorecard


def update(*, scorecard: Scorecard, by: Any, at: datetime, changes: Mapping[str, str]) -> list[str]:
    """Change name or purpose. Returns the names of the fields that changed."""
    changed = [
        field for field in ("name", "purpose") if field in changes and getattr(scorecard, field) != changes[field]
    ]
    for field in changed:
        setattr(scorecard, field, changes[field])
    if changed:
        scorecard.clean_fields(exclude=["public_id"])
        with audit.action("scorecard.update", by=by):
            scorecard.save(update_fields=changed)
    return changed


def make_main(*, scorecard: Scorecard, by: Any, at: datetime) -> bool:
    """Let this scorecard give the score shown on home pages and asked for in criteria. Returns whether that is new."""
    with audit.action("scorecard.make_main", by=by):
        others = list(Scorecard.objects.select_for_update().filter(is_main=True))
        if scorecard in others:
            return False
        Scorecard.objects.filter(is_main=True).update(is_main=False)
        Scorecard.objects.filter(pk=scorecard.pk).update(is_main=True)
        scorecard.is_main = True
        rules_changed.send(
            sender=Scorecard, kind="score", reason=_("%(name)s gives the score now") % {"name": scorecard}
        )
    return True


def add_metric(*, scorecard: Scorecard, by: Any, at: datetime, key: str = "", **fields: Any) -> Metric:
    """Add a metric at the end, and have everybody measured. Raises ValidationError by field."""
    last = scorecard.metrics.aggregate(last=Max("position"))["last"]
    metric = Metric(
        scorecard=scorecard,
        key=key or _free_key(str(fields.get("name", "")), scorecard.metrics),
        position=0 if last is None else last + 1,
        **fields,
    )
    _check(metric)
    with audit.action("metric.add", by=by):
        metric.save(force_insert=True)
        runs.start(reason=_("%(name)s was added") % {"name": metric})
    return metric


def update_metric(*, metric: Metric, by: Any, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Change a metric, and have everybody measured anew if a figure can change. Returns what changed."""
    changed = [field for field in METRIC_FIELDS if field in changes and getattr(metric, field) != changes[field]]
    for field in changed:
        setattr(metric, field, changes[field])
    if not changed:
        return []
    _check(metric)
    with audit.action("metric.update", by=by):
        metric.save(update_fields=changed)
        if {"expression", "floor", "target", "weight"} & set(changed):
            runs.start(reason=_("%(name)s was changed") % {"name": metric})
    return changed


def remove_metric(*, metric: Metric, by: Any, at: datetime) -> None:
    """Take a metric off its scorecard with its figures, and have everybody's score computed without it."""
    with audit.action("metric.remove", by=by):
        name = str(metric)
        metric.delete()
        runs.start(reason=_("%(name)s was removed") % {"name": name})


def _check(metric: Metric) -> None:
    errors: dict[str, list[ValidationError]] = {}
    try:
        metric.clean_fields(exclude=["public_id", "scorecard", "expression"])
    except ValidationError as error:
        errors = dict(error.error_dict)
    if message := _wrong_expression(metric.expression):
        errors["expression"] = [message]
    if not {"floor", "target", "direction"} & set(errors) and (message := _wrong_target(metric)):
        errors["target"] = [message]
    if metric.weight is not None and "weight" not in errors and metric.weight < 1:
        errors["weight"] = [ValidationError(_("A weight is 1 or more."), code="too_small")]
    if errors:
        raise ValidationError(errors)
    if metric.pk is None and metric.scorecard.metrics.filter(key=metric.key).exists():
        raise ValidationError({"key": ValidationError(_("Another metric has this key."), code="already_exists")})


def _wrong_expression(expression: Any) -> ValidationError | None:
    problems = check_operand(expression, registry.catalog())
    if problems:
        return ValidationError([ValidationError(problem.message, code=problem.code) for problem in problems])
    if expression.get("field") == OWN_FIELD:
        return ValidationError(_("The score cannot be measured by itself."), code="own_field")
    return None


def _wrong_target(metric: Metric) -> ValidationError | None:
    floor, target = Decimal(metric.floor), Decimal(metric.target)
    if metric.direction == Direction.MORE and target <= floor:
        return ValidationError(
            _("Where more is better, the target lies above the value that earns nothing."), code="below_floor"
        )
    if metric.direction == Direction.LESS and target >= floor:
        return ValidationError(
            _("Where less is better, the target lies below the value that earns nothing."), code="above_floor"
        )
    return None


def _free_key(name: str, others: Any) -> str:
    """Return a key made of the name that nobody has yet."""
    wanted = slugify(name)[: KEY_LENGTH - 4].strip("-") or "scorecard"
    taken = set(others.filter(key__startswith=wanted).values_list("key", flat=True))
    return next(
        key
        for number in range(1, len(taken) + 2)
        if (key := wanted if number == 1 else f"{wanted}-{number}") not in taken
    )
