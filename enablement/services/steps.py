"""The steps of a journey's draft: added, changed, put in order, taken out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.audit import action
from core.refusals import Refusal
from enablement.models import Asset, Confirmation, Journey, JourneyStep, JourneyVersion, Proof, StepKind
from enablement.services import step_questions, step_surveys
from enablement.services.fields import apply, known
from enablement.services.journey_versions import draft_of, lock_draft

EDITABLE = frozenset(
    {
        *("kind", "title", "instructions", "asset", "course", "quiz", "certification"),
        *("survey", "only_for", "minutes", "due_days", "due_from", "proof", "confirmed_by"),
        *("alternative_ids", "needs", "questions"),
    }
)
#: How many other assets a step may offer beside the first.
MAX_ALTERNATIVES = 3
NEEDED = {
    StepKind.CONTENT: gettext_lazy("Choose the asset to read or watch."),
    StepKind.COURSE: gettext_lazy("Choose the course to take."),
    StepKind.QUIZ: gettext_lazy("Choose the quiz to pass."),
    StepKind.CERTIFICATION: gettext_lazy("Choose the certification to get."),
    StepKind.SURVEY: gettext_lazy("Choose the survey to answer."),
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
        before = step.texts
        apply(step, known(changes, EDITABLE))
        _check(step)
        changed = [name for name, value in step.texts.items() if before[name] != value]
        if changed:
            step.save(update_fields=changed)
    return changed


def remove_step(*, step: JourneyStep, by: User | None, at: datetime) -> None:
    """Take a step out of a draft."""
    version = step.journey_version
    with action("journey.remove_step", by=by):
        lock_draft(version)
        step.delete()
        steps = list(version.steps.order_by("position"))
        waited = [one for one in steps if step.key in one.needs]
        for one in waited:
            one.needs = [key for key in one.needs if key != step.key]
        JourneyStep.objects.bulk_update(waited, ["needs"])
        _number(steps)


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
    if why := step_surveys.why_unfit(step):
        raise Refusal({"survey": why})
    if step.kind != StepKind.TASK:
        step.proof, step.confirmed_by = Proof.NONE, Confirmation.SELF
    step.alternative_ids = _alternatives(step) if step.kind == StepKind.CONTENT else []
    step.questions = step_questions.cleaned(step.questions) if step.kind == StepKind.FORM else []
    if step.needs:
        step.needs = _needed(step)
    step.clean_fields(exclude=["key"])


def _alternatives(step: JourneyStep) -> list[int]:
    wanted = list(dict.fromkeys(pk for pk in step.alternative_ids if pk != step.asset_id))
    if len(wanted) > MAX_ALTERNATIVES:
        raise Refusal({"alternative_ids": _("Offer %(most)d others at most.") % {"most": MAX_ALTERNATIVES}})
    if Asset.objects.filter(pk__in=wanted).count() < len(wanted):
        raise Refusal({"alternative_ids": _("One of these assets is not there any more.")})
    return wanted


def _needed(step: JourneyStep) -> list[UUID]:
    """Return what is to be done before a step, in the order of the steps. Raises Refusal for what cannot be."""
    others = list(step.journey_version.steps.exclude(pk=step.pk).order_by("position"))
    wanted = [one.key for one in others if one.key in set(step.needs)]
    if len(wanted) < len(set(step.needs)):
        raise Refusal({"needs": _("A step waits for other steps of this journey, and not for itself.")})
    needs = {one.key: one.needs for one in others}
    path = _way_back(step.key, wanted, needs) if step.pk else []
    if path:
        titles = {one.key: one.title for one in others}
        way = " → ".join(f"“{titles[key]}”" for key in path)
        raise Refusal({"needs": _("That would be a circle: %(way)s waits for this step.") % {"way": way}})
    return wanted


def _way_back(key: UUID, wanted: Sequence[UUID], needs: Mapping[UUID, Sequence[UUID]]) -> list[UUID]:
    """Return the steps that lead from what a step would wait for back to it; nothing when none do."""
    ways = [[one] for one in wanted]
    seen: set[UUID] = set()
    while ways:
        way = ways.pop(0)
        if key in needs.get(way[-1], ()):
            return way
        if way[-1] not in seen:
            seen.add(way[-1])
            ways += [[*way, one] for one in needs.get(way[-1], ())]
    return []
