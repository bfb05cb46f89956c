"""How far the answers are behind, and what keeps them from being right."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min

from segmentation.models import FullRun, RuleHealth, RunState, StalePartner


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far the answers are behind: marks waiting, the oldest of them, runs, and rules set aside."""

    waiting: int
    oldest: datetime | None
    running: FullRun | None
    last_run: FullRun | None
    broken: list[RuleHealth]


def freshness() -> Freshness:
    """Return how fresh the answers are."""
    backlog = StalePartner.objects.aggregate(waiting=Count("id"), oldest=Min("marked_at"))
    return Freshness(
        backlog["waiting"],
        backlog["oldest"],
        FullRun.objects.filter(state=RunState.PENDING).order_by("id").first(),
        FullRun.objects.filter(state=RunState.DONE).order_by("-ended_at").first(),
        list(RuleHealth.objects.order_by("kind", "rule_id")),
    )
