"""Reminders of journey steps: each person once some days before a step is due, and once when it is late.

Days end where the reader lives, and a reminder waits for their morning.
"""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext_noop

from core.audit import action
from core.services import outbox
from enablement.models import EnrollmentState, Journey, StepProgress, StepReminder
from enablement.queries import walk_steps
from partners.services.telling import tell

REMIND = "enablement.step_due"
DAYS_BEFORE = 3
MORNING = time(8)

#: Of each walk the first step that is the partner's to do now and has a day: nobody is reminded of five at once. Of a
#: late one only admins hear, where there are any.
FIND_DUE = f"""
    INSERT INTO enablement_stepreminder (enrollment_id, step_id, person_id, is_late, reminded_at)
    SELECT due.enrollment_id, due.step_id, person.id, due.due_on < here.today, %(at)s
    FROM (
        SELECT DISTINCT ON (enrollment_id) * FROM (
            {walk_steps.statement("enrollment.state = 'active' AND enrollment.journey_id = ANY(%(journeys)s)")}
        ) walk_steps
        WHERE done_at IS NULL AND kind <> 'ours' AND COALESCE(is_blocked, FALSE) = FALSE
        ORDER BY enrollment_id, position
    ) due
    JOIN partners_person person ON person.partner_id = due.partner_id AND person.left_at IS NULL
    JOIN accounts_user reader ON reader.id = person.user_id AND reader.is_active
    CROSS JOIN LATERAL (SELECT (%(at)s AT TIME ZONE reader.timezone)::date AS today) here
    WHERE due.due_on <= here.today + %(before)s AND (due.due_on >= here.today OR person.is_admin OR NOT EXISTS (
        SELECT FROM partners_person admin JOIN accounts_user other ON other.id = admin.user_id AND other.is_active
        WHERE admin.partner_id = due.partner_id AND admin.is_admin AND admin.left_at IS NULL))
        AND NOT EXISTS (
            SELECT FROM enablement_stepreminder earlier WHERE earlier.enrollment_id = due.enrollment_id
                AND earlier.step_id = due.step_id AND earlier.person_id IS NULL
                AND earlier.is_late = (due.due_on < here.today))
    ON CONFLICT (enrollment_id, step_id, person_id, is_late) DO NOTHING
    RETURNING id, (SELECT timezone FROM accounts_user JOIN partners_person ON user_id = accounts_user.id
        WHERE partners_person.id = person_id)
"""  # noqa: S608 - our own words


def remind(*, at: datetime) -> int:
    """Put a message for everybody who has a step due soon or late and was not told. Returns how many."""
    journeys = list(Journey.objects.published().values_list("pk", flat=True))
    with action("journey.remind", by=None), connection.cursor() as cursor:
        parameters: dict[str, Any] = {"at": at, "before": DAYS_BEFORE, "journeys": journeys}
        cursor.execute(FIND_DUE, walk_steps.parameters() | parameters)
        found = cursor.fetchall()
        for pk, zone in found:
            outbox.put(topic=REMIND, payload={"reminder": pk}, due_at=_morning(at, zone))
    return len(found)


def step_due(payload: Mapping[str, Any]) -> None:
    """Tell somebody of a step that is due or late; nothing once it is done, or no longer for them."""
    rows = StepReminder.objects.select_related("enrollment__journey", "step", "person__user")
    reminder = rows.filter(pk=payload["reminder"]).first()
    if reminder is None or reminder.enrollment.state != EnrollmentState.ACTIVE:
        return
    enrollment, step = reminder.enrollment, reminder.step
    if StepProgress.objects.filter(enrollment=enrollment, step=step).exists():
        return
    reader = reminder.person.user if reminder.person else None
    if reader is None or not Journey.objects.visible_to(reader).filter(pk=enrollment.journey_id).exists():
        return
    if reminder.is_late:
        text = gettext_noop("“%(step)s” is late, on the journey %(journey)s.")
    else:
        text = gettext_noop("“%(step)s” is due soon, on the journey %(journey)s.")
    tell(
        [reader], kind="journey", text=text,
        names={"step": step.title, "journey": enrollment.journey.name}, key=f"step-reminder-{reminder.pk}",
        url=reverse("partner:journey-detail", args=[enrollment.journey.public_id]), by_mail=True,
    )  # fmt: skip


def _morning(at: datetime, zone: str) -> datetime:
    """Return when it is morning where somebody lives, on the day it is there; now, when that is over."""
    there = at.astimezone(ZoneInfo(zone))
    return max(at, datetime.combine(there.date(), MORNING, tzinfo=there.tzinfo))
