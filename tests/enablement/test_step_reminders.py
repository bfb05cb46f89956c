"""Reminders of steps: each person by their own day, in their morning, once, and only what is theirs to do."""

from datetime import UTC, datetime, timedelta

import pytest

from core.models import OutboxMessage
from core.services import outbox
from enablement.models import StepKind, StepReminder
from enablement.services import enrollments, reminders
from tests.factories.journeys import EnrollmentFactory, JourneyFactory, JourneyStepFactory

pytestmark = pytest.mark.django_db

#: It is the 21st in Los Angeles and the 22nd in Auckland.
EVENING = datetime(2030, 3, 22, 1, 0, tzinfo=UTC)


@pytest.fixture
def waiting(pinewood):
    """Pinewood at a step whose last day is 21 March 2030."""
    journey = JourneyFactory()
    JourneyStepFactory(journey=journey, title="Task", due_days=10)
    return EnrollmentFactory(journey=journey, partner=pinewood, started_at=datetime(2030, 3, 11, 12, 0, tzinfo=UTC))


def live_in(user, zone):
    user.timezone = zone
    user.save(update_fields=["timezone"])


def reminded():
    rows = StepReminder.objects.values_list("person__name", "is_late")
    return sorted(rows)


def test_a_step_is_late_where_its_day_is_over(waiting, paula, pete):
    for zone, late in (("America/Los_Angeles", False), ("Pacific/Auckland", True)):
        StepReminder.objects.all().delete()
        live_in(paula, zone)
        live_in(pete, zone)
        for _ in range(2):
            reminders.remind(at=EVENING)

        told = [("Paula Park", late)] if late else [("Paula Park", False), ("Pete Pratt", False)]
        assert reminded() == told


def test_it_waits_for_their_morning_and_not_beyond(waiting, paula, pete):
    live_in(paula, "America/Los_Angeles")  # 18:00: told at once
    live_in(pete, "Europe/Berlin")  # 02:00 of the 22nd: late, which only admins hear
    reminders.remind(at=EVENING)
    assert [one.due_at for one in OutboxMessage.objects.filter(topic=reminders.REMIND)] == [EVENING]

    StepReminder.objects.all().delete()
    OutboxMessage.objects.all().delete()
    live_in(paula, "Europe/Berlin")
    reminders.remind(at=EVENING)

    assert [one.due_at for one in OutboxMessage.objects.filter(topic=reminders.REMIND)] == [
        datetime(2030, 3, 22, 7, 0, tzinfo=UTC)
    ]


def test_what_is_ours_or_waits_is_not_reminded_of(pinewood, paula, now):
    ours = JourneyStepFactory(kind=StepKind.OURS, due_days=1)
    journey = ours.journey_version.definition
    JourneyStepFactory(journey=journey, due_days=1, needs=[ours.key])
    EnrollmentFactory(journey=journey, partner=pinewood, started_at=now)

    assert reminders.remind(at=now + timedelta(days=5)) == 0


def test_a_walk_that_ended_meanwhile_reminds_nobody(waiting, paula, vera):
    reminders.remind(at=EVENING)
    enrollments.stop(enrollment=waiting, by=vera, at=EVENING)

    outbox.deliver_due(at=EVENING + timedelta(days=1))

    assert paula.notifications.filter(kind="journey").count() == 0
