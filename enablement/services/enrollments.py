"""Partners' walks through journeys: begun, carried on, completed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import action
from core.models import Program
from core.periods import today
from core.refusals import Refusal
from core.services import versions
from enablement.models import ActivityKind, Enrollment, EnrollmentState, Journey, JourneyStep, StepProgress
from enablement.querysets import people_reached
from enablement.services import activity
from partners.models import Partner, Person
from partners.signals import announce_partners
from segmentation.models import Classification

ENROLL_AUDIENCES = """
    INSERT INTO enablement_enrollment (journey_id, journey_version_id, partner_id, state, started_at, reason)
    SELECT journey.id, published.id, partner.id, 'active', %(at)s, COALESCE(segment.name, '')
    FROM partners_partner partner
    LEFT JOIN segmentation_classification classification ON classification.partner_id = partner.id
    JOIN enablement_journey journey ON journey.published_at IS NOT NULL AND journey.retired_at IS NULL
        AND (journey.audience_id IS NULL OR journey.audience_id = ANY(classification.segment_ids))
    JOIN enablement_journeyversion published ON published.definition_id = journey.id AND published.state = 'published'
    LEFT JOIN segmentation_segment segment ON segment.id = journey.audience_id
    WHERE partner.status IN ('prospect', 'active') AND {limit}
    ON CONFLICT (journey_id, partner_id) DO NOTHING
    RETURNING partner_id
"""

FOR_EVERYBODY = (
    "cardinality(journey.for_functions) + cardinality(journey.for_languages)"
    " + cardinality(journey.for_certifications) = 0"
)

#: Of a branch that is for a segment only partners walk for whom it holds.
STEP_APPLIES = (
    "(step.only_for_id IS NULL OR EXISTS (SELECT FROM segmentation_classification classification"
    " WHERE classification.partner_id = enrollment.partner_id AND step.only_for_id = ANY(classification.segment_ids)))"
)

#: Who of a partner's people has what a step asks for, since when.
ACHIEVED = """
    SELECT 'certification' AS kind, held.certification_id AS what, held.partner_id, held.person_id,
        held.earned_on::timestamptz AS since
    FROM enablement_heldcertification held
    JOIN enablement_certification certification ON certification.id = held.certification_id
    LEFT JOIN partners_person person ON person.id = held.person_id
    WHERE held.partner_id = ANY(%(partners)s) AND held.revoked_at IS NULL
        AND (held.for_company OR person.left_at IS NULL)
        AND held.earned_on <= %(today)s AND (held.expires_on IS NULL OR held.expires_on > %(today)s)
        AND (certification.credit_until_on IS NULL OR certification.credit_until_on > %(today)s)
    UNION ALL
    SELECT 'course', progress.course_id, person.partner_id, person.id, progress.completed_at
    FROM enablement_courseprogress progress JOIN partners_person person ON person.id = progress.person_id
    WHERE person.partner_id = ANY(%(partners)s) AND person.left_at IS NULL AND progress.completed_at IS NOT NULL
    UNION ALL
    SELECT 'quiz', standing.quiz_id, person.partner_id, person.id, standing.passed_at
    FROM enablement_quizstanding standing JOIN partners_person person ON person.id = standing.person_id
    WHERE person.partner_id = ANY(%(partners)s) AND person.left_at IS NULL AND standing.passed_at IS NOT NULL
"""

COMPLETE_STEPS = f"""
    INSERT INTO enablement_stepprogress (enrollment_id, step_id, person_id, completed_at)
    SELECT DISTINCT ON (enrollment.id, step.id) enrollment.id, step.id, achieved.person_id, %(at)s
    FROM enablement_enrollment enrollment
    JOIN enablement_journeystep step ON step.journey_version_id = enrollment.journey_version_id AND {STEP_APPLIES}
    JOIN ({ACHIEVED}) achieved ON achieved.partner_id = enrollment.partner_id AND achieved.kind = step.kind
        AND achieved.what = CASE step.kind WHEN 'course' THEN step.course_id WHEN 'quiz' THEN step.quiz_id
            ELSE step.certification_id END
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
            announce_partners([partner.pk])
    enrollment.refresh_from_db()
    return enrollment


def enroll_classified(*, partner_ids: Iterable[int], at: datetime) -> int:
    """Enroll partners in every journey whose audience they are in; who left one carries on. Returns how many."""
    ids = sorted(set(partner_ids))
    return _enroll_where("partner.id = ANY(%(partners)s)", among=Q(partner__in=ids), at=at, partners=ids)


def enroll_audience(*, journey_id: int, first_id: int, end_id: int, at: datetime) -> int:
    """Enroll the audience of one journey, of partners with `first_id` ≤ id < `end_id`. Returns how many."""
    limit = "journey.id = %(journey)s AND partner.id >= %(first)s AND partner.id < %(end)s"
    among = Q(partner__gte=first_id, partner__lt=end_id)
    return _enroll_where(limit, among=among, at=at, journey=journey_id, first=first_id, end=end_id)


def _enroll_where(limit: str, *, among: Q, at: datetime, **parameters: Any) -> int:
    """Enroll where `limit` holds. A journey for certain people enrolls only partners (`among`) that have one."""
    with action("journey.enroll_audience", by=None), connection.cursor() as cursor:
        cursor.execute(ENROLL_AUDIENCES.format(limit=f"{FOR_EVERYBODY} AND {limit}"), {"at": at, **parameters})
        enrolled = [row[0] for row in cursor.fetchall()]
        for journey in Journey.objects.published().narrowed():
            with_people = list(people_reached(journey).filter(among).values_list("partner", flat=True).distinct())
            only = f"journey.id = %(narrowed)s AND partner.id = ANY(%(with_people)s) AND {limit}"
            more = {"narrowed": journey.pk, "with_people": with_people}
            cursor.execute(ENROLL_AUDIENCES.format(limit=only), {"at": at, **parameters, **more})
            enrolled += [row[0] for row in cursor.fetchall()]
        if enrolled:
            catch_up(partner_ids=enrolled, at=at)
            announce_partners(enrolled)
    return len(enrolled)


def complete_step(
    *, enrollment: Enrollment, step: JourneyStep, person: Person | None, by: User | None, at: datetime
) -> None:
    """Mark a step done. Done already, nothing happens."""
    if step.journey_version_id != enrollment.journey_version_id:
        raise Refusal(_("This step belongs to another journey, or to a version you are not on."))
    if step.completes_itself:
        raise Refusal(_("This step completes itself when somebody of yours has passed or holds what it asks."))
    if step.only_for_id and not _holds(step.only_for_id, enrollment.partner_id):
        raise Refusal(_("This step is for other partners."))
    with action("journey.complete_step", by=by):
        _progress, created = StepProgress.objects.get_or_create(
            enrollment=enrollment, step=step, defaults={"person": person, "completed_at": at}
        )
        if not created:
            return
        if person is not None:
            activity.note(person=person, kind=ActivityKind.STEP, at=at, asset=step.asset)
        catch_up(partner_ids=[enrollment.partner_id], at=at)
        announce_partners([enrollment.partner_id])


def stop(*, enrollment: Enrollment, by: User | None, at: datetime) -> None:
    """End a walk before its end."""
    with action("journey.stop", by=by):
        stopped = Enrollment.objects.filter(pk=enrollment.pk, state=EnrollmentState.ACTIVE)
        if stopped.update(state=EnrollmentState.STOPPED):
            announce_partners([enrollment.partner_id])


def catch_up(*, partner_ids: Iterable[int], at: datetime) -> int:
    """Complete steps of which partners' people have passed what they ask, then walks without an open step.

    Returns how many walks ended.
    """
    parameters: dict[str, Any] = {
        "partners": sorted(set(partner_ids)),
        "at": at,
        "today": today(at=at, zone=Program.current().zone),
    }
    with action("journey.catch_up", by=None), connection.cursor() as cursor:
        cursor.execute(COMPLETE_STEPS, parameters)
        cursor.execute(COMPLETE_ENROLLMENTS, parameters)
        return int(cursor.rowcount)


def _holds(segment_id: int, partner_id: int) -> bool:
    return Classification.objects.filter(partner=partner_id, segment_ids__contains=[segment_id]).exists()
