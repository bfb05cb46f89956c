"""The steps of walks, each with what is done, when it is due and what it waits for: one statement for all who ask.

Pages, reminders and figures read it, so that none of them can differ about who walks a step and by when. A partner
walks the steps that are for everybody and those of branches whose segment holds; what it did in a branch that is no
longer its own stays in the list.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from core.models import Program

#: Columns: the walk, the step, since when it is done, the last thing done before it (`reached_at`), its day (`due_on`),
#: and whether it waits for others (`is_blocked`).
WALK_STEPS = """
    SELECT walked.*,
        (due_base AT TIME ZONE %(zone)s)::date + due_days + idle_days AS due_on,
        done_at IS NULL AND needs && array_agg(key) FILTER (WHERE done_at IS NULL) OVER everything AS is_blocked
    FROM (
        SELECT enrollment.id AS enrollment_id, enrollment.partner_id, enrollment.journey_id, enrollment.state,
            enrollment.started_at, enrollment.idle_days, step.id AS step_id, step.key, step.kind, step.position,
            step.needs, step.due_days, progress.id AS progress_id, progress.completed_at AS done_at,
            CASE WHEN step.due_from = 'previous' AND lag(step.id) OVER in_order IS NOT NULL
                THEN lag(progress.completed_at) OVER in_order ELSE enrollment.started_at END AS due_base,
            COALESCE(max(progress.completed_at) OVER before, enrollment.started_at) AS reached_at
        FROM enablement_enrollment enrollment
        JOIN enablement_journeystep step ON step.journey_version_id = enrollment.journey_version_id
        LEFT JOIN enablement_stepprogress progress
            ON progress.enrollment_id = enrollment.id AND progress.step_id = step.id
        LEFT JOIN segmentation_classification classification ON classification.partner_id = enrollment.partner_id
        WHERE {which}
            AND (step.only_for_id IS NULL OR step.only_for_id = ANY(classification.segment_ids)
                OR progress.id IS NOT NULL)
        WINDOW in_order AS (PARTITION BY enrollment.id ORDER BY step.position),
            before AS (in_order ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
    ) walked
    WINDOW everything AS (PARTITION BY enrollment_id)
"""

_READ = """
    SELECT enrollment_id, step_id, progress_id, due_on, COALESCE(is_blocked, FALSE) FROM ({walk_steps}) walk_steps
    ORDER BY enrollment_id, position
"""  # noqa: S608 - our own words


@dataclass(frozen=True, slots=True)
class WalkStep:
    """A step of a walk. `is_blocked` says that others come first."""

    enrollment_id: int
    step_id: int
    progress_id: int | None
    due_on: date | None
    is_blocked: bool

    @property
    def is_done(self) -> bool:
        """Whether it is done."""
        return self.progress_id is not None


def parameters() -> dict[str, Any]:
    """Return what the statement asks for besides its condition: the zone in which days are counted."""
    return {"zone": str(Program.current().zone)}


def statement(which: str) -> str:
    """Return the statement for the walks (`enrollment`) that a condition picks."""
    return WALK_STEPS.format(which=which)


def picked(walks: "QuerySet[Any]") -> tuple[str, dict[str, Any]] | None:
    """Return the condition that picks the walks of a queryset, with its parameters; None when there are none."""
    try:
        sql, values = walks.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return None
    named = {f"walk_{place}": value for place, value in enumerate(values)}
    return f"enrollment.id IN ({sql % tuple(f'%({name})s' for name in named)})", named


def of_walks(enrollments: Iterable[Any]) -> dict[int, list[WalkStep]]:
    """Return the steps of walks in their order, by the id of the walk."""
    ids = [one.pk for one in enrollments]
    found: dict[int, list[WalkStep]] = {pk: [] for pk in ids}
    if not ids:
        return found
    sql = _READ.format(walk_steps=statement("enrollment.id = ANY(%(walks)s)"))
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters() | {"walks": ids})
        for row in cursor.fetchall():
            found[row[0]].append(WalkStep(*row))
    return found
