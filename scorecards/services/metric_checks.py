"""What a metric has to be, told by field."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from criteria.checks import check_operand
from criteria.fields import registry
from criteria.tree import CriteriaError
from scorecards.models import LEVELS, AskedOf, BenchmarkKind, Direction, Metric
from scorecards.score_fields import is_score
from segmentation.engine import Columns


def settle(metric: Metric) -> None:
    """Give an answered metric its scale from level 1 to 5, and take away what belongs to the other kind."""
    if metric.asked_of == AskedOf.NOBODY:
        metric.anchors = []
    else:
        metric.expression, metric.direction = None, Direction.MORE
        metric.floor, metric.target = Decimal(1), Decimal(LEVELS)
    if metric.benchmark_kind != BenchmarkKind.FIXED:
        metric.benchmark_value = None
    if metric.benchmark_kind != BenchmarkKind.PERCENTILE:
        metric.benchmark_percentile = None


def check_metric(metric: Metric) -> None:
    """Raise ValidationError by field for a metric that cannot be."""
    errors: dict[str, Any] = {}
    try:
        metric.clean_fields(exclude=["public_id", "scorecard_version", "section", "expression", "anchors"])
    except ValidationError as error:
        errors = dict(error.error_dict)
    if metric.asked_of == AskedOf.NOBODY:
        if message := _wrong_expression(metric.expression):
            errors["expression"] = [message]
        elif metric.half_life_days and (message := _cannot_fade(metric.expression)):
            errors.setdefault("half_life_days", [message])
    elif len([one for one in metric.anchors if str(one).strip()]) != LEVELS:
        errors["anchors"] = [ValidationError(_("Say for each of the five levels what it means."), code="required")]
    if not {"floor", "target", "direction"} & set(errors) and (message := _wrong_target(metric)):
        errors["target"] = [message]
    if metric.weight is not None and "weight" not in errors and metric.weight < 1:
        errors["weight"] = [ValidationError(_("A weight is 1 or more."), code="too_small")]
    errors |= _wrong_benchmark(metric)
    if errors:
        raise ValidationError(errors)


def _wrong_expression(expression: Any) -> ValidationError | None:
    if expression is None:
        return ValidationError(_("Choose what is measured."), code="required")
    problems = check_operand(expression, registry.catalog())
    if problems:
        return ValidationError([ValidationError(problem.message, code=problem.code) for problem in problems])
    if is_score(str(expression.get("field", ""))):
        return ValidationError(_("A score cannot be measured by another one."), code="own_field")
    return None


def _cannot_fade(expression: Any) -> ValidationError | None:
    try:
        Columns(timezone.now()).last_true_on(expression)
    except CriteriaError:
        message = _("Points fade with the days since a figure was last true, and of this one no day is known.")
        return ValidationError(message, code="no_day")
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


def _wrong_benchmark(metric: Metric) -> dict[str, Any]:
    if metric.benchmark_kind == BenchmarkKind.FIXED and metric.benchmark_value is None:
        return {"benchmark_value": [ValidationError(_("Give the value to compare with."), code="required")]}
    if metric.benchmark_kind == BenchmarkKind.PERCENTILE and metric.benchmark_percentile is None:
        return {"benchmark_percentile": [ValidationError(_("Give a percentile from 1 to 99."), code="required")]}
    return {}
