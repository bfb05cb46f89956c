"""Partners' walks through journeys: begun, carried on, completed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import action
from core.models import Program
from core.periods import today
from core.refusals import Refusal
from core.services import outbox, versions
from enablement.models import ActivityKind, Enrollment, EnrollmentState, Journey, JourneyStep, StepKind, StepProgress
from enablement.queries import walk_steps
from enablement.services import activity
from partners.models import Partner, Person
from partners.signals import announce_partners
from segmentation.models import Classification

#: Rings when partners began or carried on with journeys on which we have something to do, too.
OURS = "enablement.our_steps"

#: Of a branch that is for a segment only partners walk for whom it holds.
STEP_APPLIES = (
    "(step.only_for_id IS NULL OR EXISTS (SELECT FROM segmentation_classification classification"
    " WHERE classification.partner_id = enrollment.partner_id AND step.only_for_id = ANY(classification.segment_ids)))"
)

#: Who of a partner's people has what a step asks for, since when; walks that began after `until` do not count it. Who
#: answered without a name is not told.
ACHIEVED = """
    SELECT 'certification' AS kind, held.certification_id AS what, held.partner_id, held.person_id,
        held.earned_on::timestamptz AS since, NULL::timestamptz AS until
    FROM enablement_heldcertification held
    JOIN enablement_certification certification ON certification.id = held.certification_id
    LEFT JOIN partners_person person ON person.id = held.person_id
    WHERE held.partner_id = ANY(%(partners)s) AND held.revoked_at IS NULL
        AND (held.for_company OR person.left_at IS NULL)
        AND held.earned_on <= %(today)s AND (held.expires_on IS NULL OR held.expires_on > %(today)s)
        AND (certification.credit_until_on IS NULL OR certification.credit_until_on > %(today)s)
    UNION ALL
    SELECT 'course', progress.course_id, person.partner_id, person.id, progress.completed_at, NULL
    FROM enablement_courseprogress progress JOIN partners_person person ON person.id = progress.person_id
    WHERE person.partner_id = ANY(%(partners)s) AND person.left_at IS NULL AND progress.completed_at IS NOT NULL
    UNION ALL
    SELECT 'quiz', standing.quiz_id, person.partner_id, person.id, standing.passed_at, NULL
    FROM enablement_quizstanding standing JOIN partners_person person ON person.id = standing.person_id
    WHERE person.partner_id = ANY(%(partners)s) AND person.left_at IS NULL AND standing.passed_at IS NOT NULL
    UNION ALL
    SELECT 'survey', round.survey_id, response.partner_id,
        CASE WHEN response.is_anonymous THEN NULL ELSE response.person_id END, response.handed_in_at,
        LEAST(round.closed_at, (round.last_day_on + 1)::timestamp AT TIME ZONE %(zone)s)
    FROM enablement_surveyresponse response
    JOIN enablement_surveyround round ON round.id = response.round_id
    WHERE response.partner_id = ANY(%(partners)s) AND response.handed_in_at IS NOT NULL
"""

COMPLETE_STEPS = f"""
    INSERT INTO enablement_stepprogress (enrollment_id, step_id, person_id, completed_at)
    SELECT DISTINCT ON (enrollment.id, step.id) enrollment.id, step.id, achieved.person_id, %(at)s
    FROM enablement_enrollment enrollment
    JOIN enablement_journeystep step ON step.journey_version_id = enrollment.journey_version_id AND {STEP_APPLIES}
    JOIN ({ACHIEVED}) achieved ON achieved.partner_id = enrollment.partner_id AND achieved.kind = step.kind
        AND achieved.what = CASE step.kind WHEN 'course' THEN step.course_id WHEN 'quiz' THEN step.quiz_id
            WHEN 'survey' THEN step.survey_id ELSE step.certification_id END
        AND (achieved.until IS NULL OR achieved.until > enrollment.started_at)
    WHERE enrollment.partner_id = ANY(%(partners)s) AND enrollment.state = 'active'
    ORDER BY enrollment.id, step.id, achieved.since, achieved.person_id
    ON CONFLICT (enrollment_id, step_id) DO NOTHING
"""  # noqa: S608 - our own words

COMPLETE_ENROLLMENTS = f"""
    UPDATE enablement_enrollment enrollment SET state = 'completed', completed_at = %(at)s
    WHERE enrollment.partner_id = ANY(%(partners)s) AND enrollment.state = 'active'
        AND EXISTS (
            SELECT FROM enablement_journeystep step
            WHERE step.journey_version_id = enrollment.journey_version_id AND {STEP_APPLIES})
        AND NOT EXISTS (
            SELECT FROM enablement_journeystep step
            WHERE step.journey_version_id = enrollment.journey_version_id AND {STEP_APPLIES} AND NOT EXISTS (
                SELECT FROM enablement_stepprogress progress
                WHERE progress.enrollment_id = enrollment.id AND progress.step_id = step.id))
"""  # noqa: S608 - our own words


def enroll(*, journey: Journey, partner: Partner, at: datetime, reason: str = "", by: User | None = None) -> Enrollment:
    """Begin a partner's walk through the published version of a journey. Begun already, it stays as it is."""
    version = versions.published_of(journey)
    if version is None or journey.retired_at:
        raise Refusal(_("Publish the journey first."))
    with action("journey.enroll", by=by):
        enrollment, created = Enrollment.objects.get_or_create(
            journey=journey,
            partner=partner,
            defaults={"journey_version": version, "started_at": at, "reason": reason},
        )
        if created:
            catch_up(partner_ids=[partner.pk], at=at)
            ask_for_ours([partner.pk])
            announce_partners([partner.pk])
    enrollment.refresh_from_db()
    return enrollment


def complete_step(
    *, enrollment: Enrollment, step: JourneyStep, person: Person | None, by: User | None, at: datetime
) -> None:
    """Mark a step done that asks for nothing but somebody's word. Done already, nothing happens."""
    if step.completes_itself:
        raise Refusal(_("This step completes itself when somebody of yours has what it asks."))
    if not step.is_ticked:
        raise Refusal(_("This step asks for more than a tick. Open it and do what it says."))
    note_done(enrollment=enrollment, step=step, person=person, by=by, at=at)


def complete_ours(*, enrollment: Enrollment, step: JourneyStep, by: User | None, at: datetime) -> bool:
    """Mark something done that we were to do. Returns whether that is new."""
    if step.kind != StepKind.OURS:
        raise Refusal(_("This step is the partner's to do."))
    return note_done(enrollment=enrollment, step=step, person=None, by=by, at=at, was_open=True)


def expect_open(enrollment: Enrollment, step: JourneyStep) -> None:
    """Refuse work on a step that is not to be done now, and say why."""
    if step.journey_version_id != enrollment.journey_version_id:
        raise Refusal(_("This step belongs to another journey, or to a version you are not on."))
    if step.only_for_id and not _holds(step.only_for_id, enrollment.partner_id):
        raise Refusal(_("This step is for other partners."))
    if enrollment.state in {EnrollmentState.PAUSED, EnrollmentState.STOPPED}:
        raise Refusal(_("This journey is not under way now: %(state)s.") % {"state": enrollment.get_state_display()})
    if step.needs and (waiting := first_needed(enrollment, step)):
        raise Refusal(_("First comes: %(steps)s.") % {"steps": ", ".join(f"“{title}”" for title in waiting)})


def first_needed(enrollment: Enrollment, step: JourneyStep) -> list[str]:
    """Return the titles of what has to be done before a step, as far as the partner walks it and has not done it."""
    walked = walk_steps.of_walks([enrollment])[enrollment.pk]
    open_ids = [one.step_id for one in walked if not one.is_done]
    needed = JourneyStep.objects.filter(pk__in=open_ids, key__in=step.needs).order_by("position")
    return list(needed.values_list("title", flat=True))


def note_done(
    *,
    enrollment: Enrollment,
    step: JourneyStep,
    person: Person | None,
    by: User | None,
    at: datetime,
    was_open: bool = False,
    was_skipped: bool = False,
) -> bool:
    """Note that a step is done, and what follows. Returns whether that is new.

    `was_open` says that the partner did its part when the step was open, whatever holds by now; `was_skipped`, that
    there was nothing to do.
    """
    if StepProgress.objects.filter(enrollment=enrollment, step=step).exists():
        return False
    if not was_open:
        expect_open(enrollment, step)
    with action("journey.complete_step", by=by):
        _progress, created = StepProgress.objects.get_or_create(
            enrollment=enrollment,
            step=step,
            defaults={"person": person, "completed_at": at, "was_skipped": was_skipped},
        )
        if created:
            if person is not None and not was_skipped:
                activity.note(person=person, kind=ActivityKind.STEP, at=at, asset=step.asset)
            catch_up(partner_ids=[enrollment.partner_id], at=at)
            ask_for_ours([enrollment.partner_id])
            announce_partners([enrollment.partner_id])
    return created


def ask_for_ours(partner_ids: Iterable[int]) -> None:
    """Ring for what we have to do on the journeys of some partners, where there is something."""
    ids = sorted(set(partner_ids))
    ours = JourneyStep.objects.filter(kind=StepKind.OURS, journey_version__enrollments__partner__in=ids)
    if ours.exists():
        outbox.put(topic=OURS, payload={"partner_ids": ids})


def stop(*, enrollment: Enrollment, by: User | None, at: datetime) -> None:
    """End a walk before its end."""
    with action("journey.stop", by=by):
        on = Enrollment.objects.filter(pk=enrollment.pk, state__in=[EnrollmentState.ACTIVE, EnrollmentState.PAUSED])
        if on.update(state=EnrollmentState.STOPPED, left_at=None):
            ask_for_ours([enrollment.partner_id])
            announce_partners([enrollment.partner_id])


def catch_up(*, partner_ids: Iterable[int], at: datetime) -> int:
    """Complete steps of which partners' people have passed or answered what they ask, then walks without an open step.

    Returns how many walks ended.
    """
    zone = Program.current().zone
    parameters: dict[str, Any] = {
        "partners": sorted(set(partner_ids)),
        "at": at,
        "today": today(at=at, zone=zone),
        "zone": str(zone),
    }
    with action("journey.catch_up", by=None), connection.cursor() as cursor:
        cursor.execute(COMPLETE_STEPS, parameters)
        cursor.execute(COMPLETE_ENROLLMENTS, parameters)
        return int(cursor.rowcount)


def _holds(segment_id: int, partner_id: int) -> bool:
    return Classification.objects.filter(partner=partner_id, segment_ids__contains=[segment_id]).exists()
