"""Walks moved to the version in force, by somebody who says so: what was done stays done, by the keys of the steps."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.models import User
from core.audit import action
from core.services import outbox, versions
from enablement.models import (
    Enrollment,
    EnrollmentState,
    Journey,
    JourneyVersion,
    StepAnswers,
    StepMeeting,
    StepProgress,
    StepProof,
    StepReminder,
)
from enablement.services import enrollments
from partners.services.telling import people_of, tell
from partners.signals import announce_partners

#: Rings when a partner's steps became others because somebody moved it to a newer version.
RENEWED = "enablement.walk_renewed"
BATCH = 500
#: What belongs to a step of a walk, and goes where the step of the same key is.
OF_STEPS: tuple[Any, ...] = (StepProgress, StepReminder, StepProof, StepMeeting, StepAnswers)


def behind(journey: Journey) -> "QuerySet[Enrollment]":
    """Return the walks of a journey under way or paused on another version than the one in force."""
    published = versions.published_of(journey)
    walks = Enrollment.objects.filter(journey=journey, state__in=[EnrollmentState.ACTIVE, EnrollmentState.PAUSED])
    return walks.exclude(journey_version=published) if published else walks.none()


def move(*, journey: Journey, by: User | None, at: datetime, among: Iterable[int] | None = None) -> int:
    """Move walks to the version in force, all or those `among` these ids. Returns how many moved.

    What a partner did in a step that the new version no longer has is kept, and counts no more.
    """
    target = versions.published_of(journey)
    walks = behind(journey) if among is None else behind(journey).filter(pk__in=list(among))
    ids = list(walks.order_by("pk").values_list("pk", flat=True))
    if target is None:
        return 0
    return sum(_move(target, ids[start : start + BATCH], by=by, at=at) for start in range(0, len(ids), BATCH))


def _move(target: JourneyVersion, ids: list[int], *, by: User | None, at: datetime) -> int:
    with action("journey.move_walks", by=by):
        locked = list(
            Enrollment.objects.select_for_update(no_key=True)
            .filter(pk__in=ids, state__in=[EnrollmentState.ACTIVE, EnrollmentState.PAUSED])
            .exclude(journey_version=target)
            .order_by("pk")
        )
        there = dict(target.steps.values_list("key", "pk"))
        pks = [one.pk for one in locked]
        Enrollment.objects.filter(pk__in=pks).update(journey_version=target)
        for model in OF_STEPS:
            rows = model._default_manager.filter(enrollment__in=pks).select_related("step")
            moved = [row for row in rows if row.step.key in there and row.step_id != there[row.step.key]]
            for row in moved:
                row.step_id = there[row.step.key]
            model._default_manager.bulk_update(moved, ["step"], batch_size=BATCH)
        partner_ids = [one.partner_id for one in locked]
        for pk in pks:
            outbox.put(topic=RENEWED, payload={"enrollment": pk, "version": target.number})
        if locked:
            enrollments.catch_up(partner_ids=partner_ids, at=at)
            enrollments.ask_for_ours(partner_ids)
            announce_partners(partner_ids)
    return len(locked)


def tell_renewed(payload: Mapping[str, Any]) -> None:
    """Tell a partner that its journey has other steps now."""
    walk = Enrollment.objects.select_related("partner", "journey").get(pk=payload["enrollment"])
    readers = Journey.objects.filter(pk=walk.journey_id)
    tell(
        [user for user in people_of(walk.partner) if readers.visible_to(user).exists()],
        kind="journey",
        text=gettext_noop("The journey %(journey)s has new steps."),
        names={"journey": walk.journey.name},
        detail=gettext_noop("We moved you to its newest version. What you did still counts."),
        key=f"walk-{walk.pk}-version-{payload['version']}",
        url=reverse("partner:journey-detail", args=[walk.journey.public_id]),
        by_mail=True,
    )
