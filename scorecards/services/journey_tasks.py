"""What we have to do on partners' journeys, as tasks: given when their turn comes, and the step is done with the task.

A task of a journey names its walk as its origin; which step it is for is in its `once_key`.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from enablement.models import Enrollment, EnrollmentState, JourneyStep, StepKind
from enablement.queries import walk_steps
from enablement.services import enrollments
from scorecards.models import PartnerTask, TaskSide
from scorecards.services import tasks

ORIGIN = "enrollment"


def key_of(walk: Enrollment, step: JourneyStep) -> UUID:
    """Return the key by which the task for a step of a walk is known, on whatever version the walk is."""
    return uuid5(walk.public_id, str(step.key))


def follow(*, partner_ids: Iterable[int], at: datetime) -> int:
    """Bring tasks in line with the journeys of some partners. Twice changes nothing. Returns how many tasks are new.

    What need not be done any more, for a walk was paused or ended or a branch left, is taken away while it is open.
    """
    ours = JourneyStep.objects.filter(kind=StepKind.OURS)
    walks = Enrollment.objects.filter(
        partner__in=set(partner_ids), journey_version__in=ours.values("journey_version")
    ).select_related("partner", "journey")
    found = {walk.pk: walk for walk in walks}
    there = {
        task.once_key: task
        for task in PartnerTask.objects.filter(origin_kind=ORIGIN, origin_id__in=found).select_related("done_by")
    }
    steps = ours.filter(journey_version__in=[walk.journey_version_id for walk in found.values()]).in_bulk()
    wanted = _wanted(found, steps)
    new = sum(_give(walk, step, due_on, there.get(key), at) for key, (walk, step, due_on) in wanted.items())
    for key, task in there.items():
        if key not in wanted and not task.is_done:
            tasks.remove(task=task, by=None, at=at)
    return new


def _wanted(walks: dict[int, Enrollment], steps: dict[int, JourneyStep]) -> dict[UUID, tuple[Enrollment, Any, Any]]:
    """Return what is ours to do now: walk, step and day by the key of the task."""
    active = [walk for walk in walks.values() if walk.state == EnrollmentState.ACTIVE]
    return {
        key_of(walks[pk], steps[one.step_id]): (walks[pk], steps[one.step_id], one.due_on)
        for pk, walked in walk_steps.of_walks(active).items()
        for one in walked
        if one.step_id in steps and not one.is_done and not one.is_blocked
    }


def _give(walk: Enrollment, step: JourneyStep, due_on: Any, task: PartnerTask | None, at: datetime) -> int:
    if task is None:
        tasks.add(
            partner=walk.partner, side=TaskSide.VENDOR, title=step.title, detail=step.instructions, due_on=due_on,
            is_shared=True, origin=walk, once_key=key_of(walk, step), by=None, at=at,
        )  # fmt: skip
        return 1
    if task.is_done:
        enrollments.complete_ours(enrollment=walk, step=step, by=task.done_by, at=at)
    elif task.due_on is None and due_on is not None:
        tasks.update(task=task, by=None, at=at, changes={"due_on": due_on})
    return 0


def finished(*, task: PartnerTask, by: Any | None, at: datetime) -> bool:
    """A task was ticked off: so is the step it is for. Returns whether there was one that was open."""
    if task.origin_kind != ORIGIN:
        return False
    walk = Enrollment.objects.filter(pk=task.origin_id or 0).first()
    if walk is None:
        return False
    for step in JourneyStep.objects.filter(journey_version=walk.journey_version_id, kind=StepKind.OURS):
        if key_of(walk, step) == task.once_key:
            return enrollments.complete_ours(enrollment=walk, step=step, by=by, at=at)
    return False
