"""Versions of a journey: drafted with their steps, published together, kept by whoever is under way on them."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import action
from core.models import VersionState
from core.refusals import Refusal
from core.services import outbox, versions
from enablement.models import Journey, JourneyStep, JourneyVersion

#: Rings for the audience to be enrolled.
PUBLISHED = "enablement.journey_published"


def draft_of(*, journey: Journey, by: User | None, at: datetime) -> JourneyVersion:
    """Return the draft to edit, made as a copy of the published version with its steps when there is none yet."""
    with action("journey.draft", by=by):
        _lock(journey)
        draft: JourneyVersion | None = versions.existing_draft_of(journey)
        if draft is not None:
            return draft
        published = versions.published_of(journey)
        made: JourneyVersion = versions.draft_of(definition=journey, by=by, at=at)
        if published is not None:
            _copy_steps(published, made)
        return made


def discard_draft(*, journey: Journey, by: User | None, at: datetime) -> bool:
    """Throw the draft away with its steps. Returns False when there is none."""
    with action("journey.discard", by=by):
        _lock(journey)
        draft = versions.existing_draft_of(journey)
        if draft is None:
            return False
        versions.discard(version=draft, by=by, at=at)
    return True


def publish(*, journey: Journey, by: User | None, at: datetime, note: str = "", expected: int | None = None) -> bool:
    """Make the draft what new walks follow; the first time, show the journey to its audience and enroll it.

    Who is under way stays on the version they began with. Returns False when there is no draft to publish any more.
    """
    with action("journey.publish", by=by):
        _lock(journey)
        draft = versions.existing_draft_of(journey)
        if draft is None:
            if journey.published_at is None:
                raise Refusal(_("Add a step first."))
            return False
        lock_draft(draft)
        versions.save_draft(version=draft, by=by, at=at, changes={"note": note}, expected=expected)
        versions.publish(version=draft, by=by, at=at, checks=[_check_ready], differ=_differ)
        if journey.published_at is None:
            journey.published_at = at
            journey.save(update_fields=["published_at"])
            outbox.put(topic=PUBLISHED, payload={"journey_id": journey.pk})
    return True


def lock_draft(version: JourneyVersion) -> None:
    """Let one editor at a time change the steps of a draft; those of a published version are never changed."""
    locked = JourneyVersion.objects.select_for_update().filter(pk=version.pk).first()
    if locked is None or locked.state != VersionState.DRAFT:
        raise versions.NotADraft(_("These steps are published, or were discarded. Edit the draft."), code="not_a_draft")


def _lock(journey: Journey) -> None:
    Journey.objects.select_for_update(no_key=True).get(pk=journey.pk)


def _copy_steps(source: JourneyVersion, draft: JourneyVersion) -> None:
    JourneyStep.objects.bulk_create(
        JourneyStep(journey_version=draft, position=step.position, **dict(step.texts))
        for step in source.steps.order_by("position")
    )


def _differ(before: JourneyVersion, after: JourneyVersion) -> bool:
    said, says = ([step.texts for step in version.steps.order_by("position")] for version in (before, after))
    return said != says


def _check_ready(draft: JourneyVersion) -> None:
    steps = list(draft.steps.select_related("asset", "course", "quiz").order_by("position"))
    if not steps:
        raise Refusal(_("Add a step first."))
    for step in steps:
        about: tuple[Any, ...] = (step.asset, step.course, step.quiz)
        for needed in filter(None, about):
            if not needed.published_at or needed.retired_at:
                raise Refusal(_("Publish “%(asset)s” first: a step needs it.") % {"asset": needed})
    if all(step.only_for_id for step in steps):
        raise Refusal(_("Every step is for some partners only. Add one that is for all."))
