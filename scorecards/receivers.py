"""What scorecards do on hearing others."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.dispatch import receiver

from core.services import outbox
from criteria.fields import RuleKind
from partners.queries.definitions import names
from partners.services import merge_parts
from partners.signals import users_asked
from scorecards.models import Metric
from scorecards.services import merge_rules, scores, task_notices, tasks
from segmentation.signals import partners_classified

merge_parts.register(*merge_rules.PARTS)

outbox.handler(tasks.ASSIGNED)(task_notices.task_assigned)
outbox.handler(tasks.LATE)(task_notices.task_late)


@receiver(partners_classified)
def measure_again(partner_ids: Sequence[int], at: datetime, **_: Any) -> None:
    """Something about these partners may have changed: their metrics too. Writes differences only, so that it ends."""
    scores.recompute(partner_ids=partner_ids, at=at)


@receiver(users_asked)
def metrics_that_ask_for(kind: str, key: str, **_: Any) -> list[str]:
    """Somebody wants to retire a definition: name the metrics that measure by it."""
    metrics = Metric.objects.order_by("scorecard_id", "position", "id")
    return [metric.name for metric in metrics if names(metric.expression, RuleKind(kind), key)]
