"""Versions of a journey: drafted with their steps, published together, kept by whoever is under way on them."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import action
from core.models import VersionState
from core.refusals import Refusal
from core.services import outbox, versions
from criteria.fields import RuleKind
from enablement.models import Asset, Entry, Journey, JourneyStep, JourneyVersion, Leaving, StepKind
from enablement.services import step_surveys

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


def change_entry(
    *, journey: Journey, by: User | None, at: datetime, entry: str, entered: Any = None, on_leaving: str = Leaving.STAY
) -> list[str]:
    """Say in the draft who is enrolled by themselves, and what happens when they leave. Returns what changed.

    `entered` is the segment, category or life stage that `entry` speaks of.
    """
    column = JourneyVersion.ENTERED.get(entry)
    if column and entered is None:
        raise Refusal({column: _("Choose which one.")})
    changes = {one: entered if one == column else None for one in JourneyVersion.ENTERED.values()}
    changes |= {"entry": entry, "on_leaving": Leaving.STAY if entry == Entry.NOBODY else on_leaving}
    with action("journey.change_entry", by=by):
        draft = draft_of(journey=journey, by=by, at=at)
        return versions.save_draft(version=draft, by=by, at=at, changes=changes)


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
    """Make the draft what new walks follow; the first time, show the journey to its audience.

    Who is where it enrolls by itself now is enrolled. Who is under way stays on the version they began with. Returns
    False when there is no draft to publish any more.
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
        before = versions.published_of(journey)
        versions.publish(version=draft, by=by, at=at, checks=[_check_ready], differ=_differ)
        if journey.published_at is None:
            journey.published_at = at
            journey.save(update_fields=["published_at"])
        if before is None or _entry(before) != _entry(draft):
            outbox.put(topic=PUBLISHED, payload={"journey_id": journey.pk})
    return True


def users_of(kind: str, key: str) -> list[str]:
    """Return the names of journeys whose draft or version in force needs a segment, category or life stage."""
    in_use = JourneyVersion.objects.exclude(state=VersionState.SUPERSEDED).filter(definition__retired_at__isnull=True)
    asked = {
        RuleKind.SEGMENT: Q(entry_segment__key=key) | Q(steps__only_for__key=key),
        RuleKind.CATEGORY: Q(entry_category__key=key) | Q(definition__onboards__key=key),
        RuleKind.STAGE: Q(entry_stage__key=key),
    }
    if kind not in asked:
        return []
    found = in_use.filter(asked[RuleKind(kind)]).order_by("definition__name")
    return list(dict.fromkeys(found.values_list("definition__name", flat=True)))


def lock_draft(version: JourneyVersion) -> None:
    """Let one editor at a time change the steps of a draft; those of a published version are never changed."""
    locked = JourneyVersion.objects.select_for_update().filter(pk=version.pk).first()
    if locked is None or locked.state != VersionState.DRAFT:
        raise versions.NotADraft(_("These steps are published, or were discarded. Edit the draft."), code="not_a_draft")


def _lock(journey: Journey) -> None:
    Journey.objects.select_for_update(no_key=True).get(pk=journey.pk)


def _copy_steps(source: JourneyVersion, draft: JourneyVersion) -> None:
    JourneyStep.objects.bulk_create(
        JourneyStep(journey_version=draft, key=step.key, position=step.position, **dict(step.texts))
        for step in source.steps.order_by("position")
    )


def _entry(version: JourneyVersion) -> list[Any]:
    return [version.entry, *(getattr(version, f"{name}_id") for name in JourneyVersion.ENTERED.values())]


def _differ(before: JourneyVersion, after: JourneyVersion) -> bool:
    said, says = ([(step.key, step.texts) for step in one.steps.order_by("position")] for one in (before, after))
    return said != says or bool(versions.differences(before, after))


def _check_ready(draft: JourneyVersion) -> None:
    about = ("asset", "course", "quiz", "certification", "survey__audience", "only_for")
    steps = list(draft.steps.select_related(*about).order_by("position"))
    if not any(step.kind != StepKind.OURS for step in steps):
        raise Refusal(_("Add a step first."))
    instead = {pk for step in steps for pk in step.alternative_ids}
    for needed in [*(one for step in steps for one in (step.asset, step.course, step.quiz) if one), *_assets(instead)]:
        if not needed.published_at or needed.retired_at:
            raise Refusal(_("Publish “%(asset)s” first: a step needs it.") % {"asset": needed})
    if unfit := next((why for step in steps if (why := step_surveys.why_unfit(step))), ""):
        raise Refusal(unfit)
    for segment in {step.only_for for step in steps if step.only_for}:
        if segment.retired_at or versions.published_of(segment) is None:
            raise Refusal(_("Publish the criteria of “%(segment)s” first: a branch is for it.") % {"segment": segment})
    if all(step.only_for_id for step in steps):
        raise Refusal(_("Every step is for some partners only. Add one that is for all."))


def _assets(ids: set[int]) -> list[Asset]:
    return list(Asset.objects.filter(pk__in=ids).only("pk", "title", "published_at", "retired_at")) if ids else []
