"""What statements of other learning systems come to: courses completed, or a reason why not. Bears repeating."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone

from core.batches import batched
from core.services import outbox
from enablement.models import (
    WAITING,
    Course,
    LearningStatement,
    StatementOutcome,
    StatementReason,
)
from enablement.services import learning
from enablement.services.statement_actors import Found, keys_of, people_behind
from enablement.services.statements import count_later
from partners.models import Person

#: Verbs of the standard's vocabulary after which a course is completed.
COMPLETING = {"http://adlnet.gov/expapi/verbs/completed", "http://adlnet.gov/expapi/verbs/passed"}
PEOPLE_AT_ONCE = 2000
COURSE_KNOWN = "enablement.statements_of_course"

log = structlog.get_logger("enablement")


def received(payload: Mapping[str, Any]) -> None:
    """Handle the outbox topic of statements to look at."""
    count(ids=payload["ids"], come=payload["come"], at=timezone.now())


def count(*, ids: Sequence[int], at: datetime, come: Sequence[int] = ()) -> int:
    """Look at statements that are not settled. Returns how many counted.

    They are taken person by person, so that two workers wait for each other and no longer; of one person's the one that
    happened first comes first.
    """
    with transaction.atomic():
        open_ones = LearningStatement.objects.filter(pk__in=ids, outcome__in=WAITING).order_by("pk")
        rows = list(open_ones.select_for_update(of=("self",), no_key=True).select_related("integration"))
        people = people_behind({row.actor_key for row in rows}, come=come)
        iris = {row.activity for row in rows} - {""}
        courses = {course.activity_iri: course for course in Course.objects.filter(activity_iri__in=iris)}
        for row in rows:
            row.person, row.course = people[row.actor_key].person, courses.get(row.activity)
        _take_back(rows, at=at)
        for row in sorted(rows, key=lambda one: (one.person_id or 0, one.happened_at, one.pk)):
            _settle(row, people[row.actor_key], at=at)
    counted = len([row for row in rows if row.outcome == StatementOutcome.COUNTED])
    log.info("statements.count", looked_at=len(rows), counted=counted)
    return counted


def _take_back(rows: Sequence[LearningStatement], *, at: datetime) -> None:
    """Mark what was taken back by a request that was at work at the same time, when neither saw the other."""
    voiding = LearningStatement.objects.filter(voids__in=[row.statement_id for row in rows])
    taken_back = set(voiding.values_list("integration_id", "voids"))
    for row in rows:
        if (row.integration_id, row.statement_id) in taken_back and not row.voids:
            row.voided_at = at


def _settle(row: LearningStatement, found: Found, *, at: datetime) -> None:
    row.outcome, row.reason = _outcome(row, found)
    if row.outcome == StatementOutcome.COUNTED and row.person and row.course:
        is_new = learning.complete_elsewhere(
            course=row.course, person=row.person, completed_at=min(row.happened_at, at), by=row.integration, at=at
        )
        if not is_new:
            row.outcome, row.reason = StatementOutcome.NOTHING, StatementReason.HAD_IT
    row.save(update_fields=["person", "course", "outcome", "reason", "voided_at"])


def _outcome(row: LearningStatement, found: Found) -> tuple[str, str]:
    if row.voided_at:
        return StatementOutcome.VOIDED, ""
    if row.voids:
        return StatementOutcome.NOTHING, StatementReason.VOIDS
    if not row.activity:
        return StatementOutcome.NOTHING, StatementReason.NO_THING
    if row.verb not in COMPLETING:
        return StatementOutcome.NOTHING, StatementReason.VERB
    if row.success is False or row.completion is False:
        return StatementOutcome.NOTHING, StatementReason.NOT_DONE
    if row.course is None:
        return StatementOutcome.NO_ACTIVITY, StatementReason.NO_COURSE
    if not row.course.is_offered:
        return StatementOutcome.NO_ACTIVITY, StatementReason.NOT_OFFERED
    if row.person is None:
        return StatementOutcome.NO_PERSON, found.reason
    return StatementOutcome.COUNTED, ""


# --- who and what comes later


def people_known(*, partner_ids: Sequence[int]) -> None:
    """Look again at statements that wait for somebody who works at one of the partners now."""
    waiting = LearningStatement.objects.filter(outcome=StatementOutcome.NO_PERSON)
    if not waiting.exists():
        return
    people = Person.objects.filter(partner__in=partner_ids, left_at__isnull=True).only("email", "public_id")
    for some in batched(people.order_by("pk").iterator(), PEOPLE_AT_ONCE):
        named = {key: person.pk for person in some for key in keys_of(person)}
        found = dict(waiting.filter(actor_key__in=named).values_list("pk", "actor_key"))
        count_later(found, come={named[key] for key in found.values()})


def look_again(*, course: Course) -> None:
    """Put down that statements wait for a course that is there now."""
    if course.activity_iri:
        outbox.put(topic=COURSE_KNOWN, payload={"activity": course.activity_iri})


def course_known(payload: Mapping[str, Any]) -> None:
    """Handle the outbox topic of a course that statements may wait for."""
    waiting = LearningStatement.objects.filter(outcome=StatementOutcome.NO_ACTIVITY, activity=payload["activity"])
    count_later(list(waiting.values_list("pk", flat=True)))
