"""What plans and goals measure: one numeric operand of the criteria language, judged in one place."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import structlog
from django.core.exceptions import ValidationError

from criteria.checks import check_operand
from criteria.fields import registry
from criteria.tree import CriteriaError
from scorecards.attainment import starting
from segmentation import engine

log = structlog.get_logger("scorecards")

STORED_PLACES = Decimal("0.0001")
#: A day that stands for the start where nobody knows it yet, to judge what counts from it.
SOME_DAY = date(2026, 1, 1)


def expect_measurable(expression: Any) -> None:
    """Refuse what cannot be measured, at the field `expression`."""
    problems = check_operand(starting(expression, SOME_DAY), registry.catalog())
    if problems:
        found = [ValidationError(problem.message, code=problem.code) for problem in problems]
        raise ValidationError({"expression": found})


def is_measurable(expression: Any) -> bool:
    """Whether an expression can be measured with the fields there are now."""
    return not check_operand(starting(expression, SOME_DAY), registry.catalog())


def measure(
    expressions: Mapping[str, Any], *, partner_ids: Sequence[int], at: datetime
) -> dict[int, dict[str, Decimal | None]]:
    """Return what expressions are worth at partners. Those that cannot be measured any more are left out."""
    try:
        found = engine.values(expressions, partner_ids=partner_ids, at=at)
    except CriteriaError:
        usable = {key: one for key, one in expressions.items() if is_measurable(one)}
        log.warning("operands.unusable", keys=sorted(expressions.keys() - usable.keys()))
        found = engine.values(usable, partner_ids=partner_ids, at=at)
    return {pk: {key: stored(value) for key, value in row.items()} for pk, row in found.items()}


def stored(value: Any) -> Decimal | None:
    """Return a measured value as it is kept."""
    return None if value is None else Decimal(str(value)).quantize(STORED_PLACES)
