"""Reminders of journey steps: once some days before a step is due, once when it is late."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext_noop

from core.audit import action
from core.models import Program
from core.periods import today
from core.services import outbox
from enablement.models import EnrollmentState, StepProgress, StepReminder
from enablement.services.enrollments import STEP_APPLIES
from partners.services.telling import admins_of, people_of, tell

REMIND = "enablement.step_due"
DAYS_BEFORE = 3

#: Of each walk the first step that is open and has a day: nobody is reminded of five at once.
FIND_DUE = f"""
    INSERT INTO enablement_stepreminder (enrollment_id, step_id, is_late, reminded_at)
    SELECT found.enrollment_id, found.step_id, found.due_on < %(today)s, %(at)s
    FROM (
        SELECT DISTINCT ON (enrollment.id) enrollment.id AS enrollment_id, step.id AS step_id,
            (enrollment.started_at AT TIME ZONE %(zone)s)::date + step.due_days AS due_on
        FROM enablement_enrollment enrollment
        JOIN enablement_journeystep step ON step.journey_version_id = enrollment.journey_version_id
            AND {STEP_APPLIES}
        JOIN enablement_journey journey ON journey.id = enrollment.journey_id AND journey.retired_at IS NULL
        WHERE enrollment.state = 'active' AND NOT EXISTS (
            SELECT FROM enablement_stepprogress progress
            WHERE progress.enrollment_id = enrollment.id AND progress.step_id = step.id)
        ORDER BY enrollment.id, step.position
    ) found
    WHERE found.due_on <= %(today)s + %(before)s
    ON CONFLICT (enrollment_id, step_id, is_late) DO NOTHING
    RETURNING id
"""  # noqa: S608 - our own words


def remind(*, at: datetime) -> int:
    """Put a message for each step that is due soon or late and of which nobody was told. Returns how many."""
    zone = Program.current().zone
    parameters: dict[str, Any] = {"today": today(at=at, zone=zone), "zone": str(zone), "at": at, "before": DAYS_BEFORE}
    with action("journey.remind", by=None), connection.cursor() as cursor:
        cursor.execute(FIND_DUE, parameters)
        found = [row[0] for row in cursor.fetchall()]
        for pk in found:
            outbox.put(topic=REMIND, payload={"reminder": pk})
    return len(found)


def step_due(payload: Mapping[str, Any]) -> None:
    """Tell the partner's people of a step that is due, its admins of one that is late; nothing once it is done."""
    rows = StepReminder.objects.select_related("enrollment__partner", "enrollment__journey", "step")
    reminder = rows.filter(pk=payload["reminder"]).first()
    if reminder is None or reminder.enrollment.state != EnrollmentState.ACTIVE:
        return
    enrollment, step = reminder.enrollment, reminder.step
    if StepProgress.objects.filter(enrollment=enrollment, step=step).exists():
        return
    if reminder.is_late:
        text = gettext_noop("“%(step)s” is late, on the journey %(journey)s.")
    else:
        text = gettext_noop("“%(step)s” is due soon, on the journey %(journey)s.")
    partner = enrollment.partner
    tell(
        admins_of(partner) if reminder.is_late else people_of(partner), kind="journey", text=text,
        names={"step": step.title, "journey": enrollment.journey.name}, key=f"step-reminder-{reminder.pk}",
        url=reverse("partner:journey-detail", args=[enrollment.journey.public_id]), by_mail=True,
    )  # fmt: skip
