"""Journeys and their steps: made, edited, put in order, published. Walks through them are in `enrollments`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from core.audit import action
from core.refusals import Refusal
from core.services import outbox
from enablement.models import Enrollment, EnrollmentState, Journey, JourneyStep, StepKind, StepProgress
from enablement.services.enrollments import complete_step, enroll
from enablement.services.keys import free_key

__all__ = [
    "add_step",
    "change_step",
    "complete_step",
    "create",
    "enroll",
    "move_step",
    "publish",
    "remove_step",
    "reorder",
    "retire",
    "update",
]

EDITABLE = frozenset({"name", "summary", "audience", "owner"})
STEP_EDITABLE = frozenset({"kind", "title", "instructions", "asset", "certification", "minutes", "due_days"})
PUBLISHED = "enablement.journey_published"


def create(*, by: User | None, at: datetime, name: str, key: str = "", **fields: Any) -> Journey:
    """Make a draft without steps."""
    journey = Journey(name=name, key=key or free_key(Journey, name), **_known(fields, EDITABLE))
    if journey.owner is None:
        journey.owner = by
    journey.full_clean(validate_constraints=False)
    with action("journey.create", by=by):
        journey.save()
    return journey


def update(*, journey: Journey, by: User | None, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Change a journey. Returns the names of the fields that changed. A new audience of a published one is enrolled."""
    changed = _apply(journey, _known(changes, EDITABLE))
    if changed:
        journey.clean_fields()
        with action("journey.update", by=by):
            journey.save(update_fields=changed)
            if "audience" in changed and journey.published_at and not journey.retired_at:
                outbox.put(topic=PUBLISHED, payload={"journey_id": journey.pk})
    return changed


def publish(*, journey: Journey, by: User | None, at: datetime) -> None:
    """Show a journey to its audience and enroll everybody in it."""
    if journey.published_at and not journey.retired_at:
        return
    steps = list(journey.steps.select_related("asset"))
    if not steps:
        raise Refusal(_("Add a step first."))
    for step in steps:
        if step.asset and (not step.asset.published_at or step.asset.retired_at):
            raise Refusal(_("Publish “%(asset)s” first: a step needs it.") % {"asset": step.asset})
    journey.published_at, journey.retired_at = at, None
    with action("journey.publish", by=by):
        journey.save(update_fields=["published_at", "retired_at"])
        outbox.put(topic=PUBLISHED, payload={"journey_id": journey.pk})


def retire(*, journey: Journey, by: User | None, at: datetime) -> None:
    """Take a journey away from partners; walks under way end."""
    if journey.retired_at:
        return
    journey.retired_at = at
    with action("journey.retire", by=by):
        journey.save(update_fields=["retired_at"])
        Enrollment.objects.filter(journey=journey, state=EnrollmentState.ACTIVE).update(state=EnrollmentState.STOPPED)


def add_step(*, journey: Journey, by: User | None, at: datetime, kind: str, title: str, **fields: Any) -> JourneyStep:
    """Add a step at the end."""
    with action("journey.add_step", by=by):
        _lock(journey)
        last = journey.steps.aggregate(last=Max("position"))["last"] or 0
        step = JourneyStep(journey=journey, position=last + 1, kind=kind, title=title, **_known(fields, STEP_EDITABLE))
        _check_step(step)
        step.save()
    return step


def change_step(*, step: JourneyStep, by: User | None, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Change a step. Returns the names of the fields that changed."""
    changed = _apply(step, _known(changes, STEP_EDITABLE))
    if changed:
        _check_step(step)
        with action("journey.change_step", by=by):
            step.save(update_fields=changed)
    return changed


def remove_step(*, step: JourneyStep, by: User | None, at: datetime) -> None:
    """Take a step out, unless a partner has done it already."""
    with action("journey.remove_step", by=by):
        _lock(step.journey)
        done = StepProgress.objects.filter(step=step).count()
        if done:
            raise Refusal(
                ngettext(
                    "%(count)d partner has done this step, so it stays.",
                    "%(count)d partners have done this step, so it stays.",
                    done,
                )
                % {"count": done}
            )
        step.delete()
        _number(step.journey, list(step.journey.steps.order_by("position")))


def move_step(*, step: JourneyStep, by: User | None, at: datetime, places: int) -> None:
    """Move a step towards the start (negative) or the end; beyond either, it stays there."""
    with action("journey.move_step", by=by):
        _lock(step.journey)
        steps = list(step.journey.steps.order_by("position"))
        here = steps.index(step)
        there = min(max(here + places, 0), len(steps) - 1)
        steps.insert(there, steps.pop(here))
        _number(step.journey, steps)


def reorder(*, journey: Journey, by: User | None, at: datetime, order: Sequence[str]) -> None:
    """Put the steps in the order of these public ids; steps not named come last, as they were."""
    with action("journey.reorder", by=by):
        _lock(journey)
        places = {public_id: place for place, public_id in enumerate(order)}
        steps = list(journey.steps.order_by("position"))
        _number(journey, sorted(steps, key=lambda step: places.get(str(step.public_id), len(places))))


def _lock(journey: Journey) -> None:
    """Let one editor at a time change the steps."""
    Journey.objects.select_for_update().get(pk=journey.pk)


def _number(journey: Journey, steps: list[JourneyStep]) -> None:
    moved = []
    for place, step in enumerate(steps, start=1):
        if step.position != place:
            step.position = place
            moved.append(step)
    with transaction.atomic():
        JourneyStep.objects.bulk_update(moved, ["position"])


def _check_step(step: JourneyStep) -> None:
    if step.kind == StepKind.CONTENT and step.asset is None:
        raise Refusal(_("Choose the asset to read or watch."))
    if step.kind == StepKind.CERTIFICATION and step.certification is None:
        raise Refusal(_("Choose the certification to get."))
    step.clean_fields()


def _apply(record: Any, changes: Mapping[str, Any]) -> list[str]:
    changed = [name for name, value in changes.items() if getattr(record, name) != value]
    for name in changed:
        setattr(record, name, changes[name])
    return changed


def _known(fields: Mapping[str, Any], editable: frozenset[str]) -> Mapping[str, Any]:
    if unknown := fields.keys() - editable:
        raise TypeError(f"Not a field: {', '.join(sorted(unknown))}")
    return fields
