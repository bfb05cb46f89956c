"""The steps of a journey's draft: added, changed, put in order, taken out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.audit import action
from core.refusals import Refusal
from enablement.models import Journey, JourneyStep, JourneyVersion, StepKind
from enablement.services.fields import apply, known
from enablement.services.journey_versions import draft_of, lock_draft

EDITABLE = frozenset(
    {
        *("kind", "title", "instructions", "asset", "course", "quiz", "certification"),
        *("only_for", "minutes", "due_days"),
    }
)
NEEDED = {
    StepKind.CONTENT: gettext_lazy("Choose the asset to read or watch."),
    StepKind.COURSE: gettext_lazy("Choose the course to take."),
    StepKind.QUIZ: gettext_lazy("Choose the quiz to pass."),
    StepKind.CERTIFICATION: gettext_lazy("Choose the certification to get."),
}


def add_step(*, journey: Journey, by: User | None, at: datetime, kind: str, title: str, **fields: Any) -> JourneyStep:
    """Add a step at the end of the draft, which is begun when there is none."""
    with action("journey.add_step", by=by):
        draft = draft_of(journey=journey, by=by, at=at)
        lock_draft(draft)
        last = draft.steps.aggregate(last=Max("position"))["last"] or 0
        step = JourneyStep(journey_version=draft, position=last + 1, kind=kind, title=title, **known(fields, EDITABLE))
        _check(step)
        step.save()
    return step


def change_step(*, step: JourneyStep, by: User | None, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Change a step of a draft. Returns the names of the fields that changed."""
    with action("journey.change_step", by=by):
        lock_draft(step.journey_version)
        changed = apply(step, known(changes, EDITABLE))
        if changed:
            _check(step)
            step.save(update_fields=changed)
    return changed


def remove_step(*, step: JourneyStep, by: User | None, at: datetime) -> None:
    """Take a step out of a draft."""
    version = step.journey_version
    with action("journey.remove_step", by=by):
        lock_draft(version)
        step.delete()
        _number(list(version.steps.order_by("position")))


def move_step(*, step: JourneyStep, by: User | None, at: datetime, places: int) -> None:
    """Move a step towards the start (negative) or the end; beyond either, it stays there."""
    with action("journey.move_step", by=by):
        lock_draft(step.journey_version)
        steps = list(step.journey_version.steps.order_by("position"))
        here = steps.index(step)
        there = min(max(here + places, 0), len(steps) - 1)
        steps.insert(there, steps.pop(here))
        _number(steps)


def reorder(*, version: JourneyVersion, by: User | None, at: datetime, order: Sequence[str]) -> None:
    """Put the steps of a draft in the order of these public ids; steps not named come last, as they were."""
    with action("journey.reorder", by=by):
        lock_draft(version)
        places = {public_id: place for place, public_id in enumerate(order)}
        steps = list(version.steps.order_by("position"))
        _number(sorted(steps, key=lambda step: places.get(str(step.public_id), len(places))))


def _number(steps: list[JourneyStep]) -> None:
    moved = []
    for place, step in enumerate(steps, start=1):
        if step.position != place:
            step.position = place
            moved.append(step)
    with transaction.atomic():
        JourneyStep.objects.bulk_update(moved, ["position"])


def _check(step: JourneyStep) -> None:
    about = JourneyStep.ABOUT.get(StepKind(step.kind))
    if about and getattr(step, about) is None:
        raise Refusal({about: NEEDED[StepKind(step.kind)]})
    step.clean_fields()
