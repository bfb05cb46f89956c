"""What we have to do on partners' journeys: a task when its turn comes, and the step is done with it."""

from datetime import timedelta

import pytest

from core.services import outbox
from enablement.models import Enrollment, EnrollmentState, StepKind, StepProgress
from enablement.services import enrollments
from scorecards.models import PartnerTask
from scorecards.services import journey_tasks, tasks
from tests.factories.journeys import JourneyFactory, JourneyStepFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey():
    """A journey of a partner's step, and one of ours that waits for it."""
    journey = JourneyFactory(name="Welcome")
    first = JourneyStepFactory(journey=journey, title="Send your logo")
    JourneyStepFactory(journey=journey, title="List them", kind=StepKind.OURS, needs=[first.key], due_days=5)
    JourneyStepFactory(journey=journey, title="Order a kit", kind=StepKind.OURS)
    return journey


@pytest.fixture
def walk(journey, pinewood, now):
    """Pinewood on it, with all messages delivered."""
    begun = enrollments.enroll(journey=journey, partner=pinewood, at=now)
    outbox.deliver_due(at=now + timedelta(minutes=1))
    return begun


def titles():
    return sorted(PartnerTask.objects.values_list("title", flat=True))


def test_a_task_is_given_when_its_turn_comes_and_once(walk, pete, now):
    assert titles() == ["Order a kit"]

    first = walk.journey_version.steps.get(title="Send your logo")
    enrollments.complete_step(enrollment=walk, step=first, person=pete.person, by=pete, at=now)
    outbox.deliver_due(at=now + timedelta(minutes=1))

    assert journey_tasks.follow(partner_ids=[walk.partner_id], at=now) == 0
    assert titles() == ["List them", "Order a kit"]
    given = PartnerTask.objects.get(title="List them")
    assert (given.side, given.is_shared, given.due_on) == ("vendor", True, (now + timedelta(days=5)).date())


def test_ticking_the_task_off_does_the_step(walk, vera, now):
    task = PartnerTask.objects.get()

    for _ in range(2):
        tasks.finish(task=task, by=vera, at=now)

    assert [one.step.title for one in StepProgress.objects.all()] == ["Order a kit"]


def test_what_need_not_be_done_any_more_is_taken_away(walk, vera, now):
    enrollments.stop(enrollment=walk, by=vera, at=now)
    outbox.deliver_due(at=now + timedelta(minutes=1))

    assert titles() == []


def test_a_walk_ends_once_both_sides_are_done(walk, pete, vera, now):
    first = walk.journey_version.steps.get(title="Send your logo")
    enrollments.complete_step(enrollment=walk, step=first, person=pete.person, by=pete, at=now)
    outbox.deliver_due(at=now + timedelta(minutes=1))
    assert Enrollment.objects.get().state == EnrollmentState.ACTIVE

    for task in PartnerTask.objects.all():
        tasks.finish(task=task, by=vera, at=now)

    assert Enrollment.objects.get().state == EnrollmentState.COMPLETED
