"""Where partners are lost on a journey: step by step, how many came to it, did it, wait at it and left there."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from enablement.models import Enrollment, JourneyStep, JourneyVersion
from enablement.queries import walk_steps

#: A walk stands at its first open step. Who left (stopped or paused) left there; who did everything stands nowhere.
COUNT = """
    SELECT step_id, count(*), count(*) FILTER (WHERE is_done OR is_here), count(*) FILTER (WHERE is_done),
        count(*) FILTER (WHERE is_here AND state = 'active'),
        count(*) FILTER (WHERE is_here AND state IN ('paused', 'stopped')),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY days) FILTER (WHERE is_done)
    FROM (
        SELECT step_id, state, done_at IS NOT NULL AS is_done,
            done_at IS NULL AND position = min(position) FILTER (WHERE done_at IS NULL) OVER walk AS is_here,
            greatest(0, extract(epoch FROM done_at - reached_at) / 86400) AS days
        FROM ({walk_steps}) walk_steps
        WINDOW walk AS (PARTITION BY enrollment_id)
    ) counted
    GROUP BY step_id
"""
NOBODY = (0, 0, 0, 0, 0, None)


@dataclass(frozen=True)
class Stage:
    """A step of a version: how many it asks, how many `entered` it, did it, wait at it, and `left` while at it."""

    step: JourneyStep
    asked: int
    entered: int
    done: int
    waiting: int
    left: int
    median_days: float | None
    is_where_most_wait: bool

    @property
    def percent(self) -> int:
        """How many of a hundred whom it asks did it."""
        return 100 * self.done // self.asked if self.asked else 0


def of_version(*, version: JourneyVersion | None, steps: list[JourneyStep], user: Any) -> list[Stage]:
    """Return the steps in their order, with the partners whom the reader may see; nothing while nobody walks them."""
    if version is None:
        return []
    picked = walk_steps.picked(Enrollment.objects.visible_to(user).filter(journey_version=version))
    if picked is None:
        return []
    which, named = picked
    with connection.cursor() as cursor:
        cursor.execute(COUNT.format(walk_steps=walk_steps.statement(which)), walk_steps.parameters() | named)
        counted = {row[0]: row[1:] for row in cursor.fetchall()}
    if not counted:
        return []
    most = max(row[3] for row in counted.values())
    return [_stage(step, counted.get(step.pk, NOBODY), most) for step in steps]


def _stage(step: JourneyStep, row: tuple[Any, ...], most: int) -> Stage:
    asked, entered, done, waiting, left, median = row
    return Stage(step, asked, entered, done, waiting, left, median, is_where_most_wait=waiting == most > 1)
