"""Steps of courses and quizzes, branches for some, reminders once each, and where partners are lost."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.refusals import Refusal
from core.services import outbox
from enablement.models import Enrollment, EnrollmentState, JourneyStep, StepKind, StepProgress, StepReminder
from enablement.queries import drop_off
from enablement.queries.journey_versions import steps_in
from enablement.services import achievements, enrollments, journeys, reminders
from tests.factories.journeys import (
    EnrollmentFactory,
    JourneyFactory,
    JourneyStepFactory,
    StepProgressFactory,
    StepReminderFactory,
)
from tests.factories.learning import CourseFactory, CourseProgressFactory, QuizFactory, QuizStandingFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def walk(pinewood, now):
    """Pinewood on a journey of a course, a quiz and a task."""
    journey = JourneyFactory()
    JourneyStepFactory(journey=journey, kind=StepKind.COURSE, course=CourseFactory(), title="Course")
    JourneyStepFactory(journey=journey, kind=StepKind.QUIZ, quiz=QuizFactory(), title="Quiz")
    JourneyStepFactory(journey=journey, kind=StepKind.TASK, title="Task", due_days=10)
    return EnrollmentFactory(journey=journey, partner=pinewood, started_at=now)


def step(walk, title):
    return walk.journey_version.steps.get(title=title)


def done(walk):
    return set(StepProgress.objects.filter(enrollment=walk).values_list("step__title", flat=True))


def test_steps_complete_themselves_when_somebody_has_passed(walk, pete, now):
    CourseProgressFactory(
        course=step(walk, "Course").course, person=pete.person, started_at=now, last_seen_at=now, completed_at=now
    )
    achievements.follow(person=pete.person, at=now)
    assert done(walk) == {"Course"}

    QuizStandingFactory(quiz=step(walk, "Quiz").quiz, person=pete.person, passed_at=now)
    for _ in range(2):
        achievements.follow(person=pete.person, at=now)

    assert done(walk) == {"Course", "Quiz"}
    assert StepProgress.objects.get(step__title="Quiz").person == pete.person


def test_what_somebody_passed_before_is_done_at_once(walk, pinewood, pete, now):
    QuizStandingFactory(quiz=step(walk, "Quiz").quiz, person=pete.person, passed_at=now)
    Enrollment.objects.all().delete()

    begun = enrollments.enroll(journey=walk.journey, partner=pinewood, at=now)

    assert done(begun) == {"Quiz"}


def test_nobody_ticks_a_course_or_quiz_by_hand(walk, pete, now):
    for title in ("Course", "Quiz"):
        with pytest.raises(Refusal):
            enrollments.complete_step(enrollment=walk, step=step(walk, title), person=pete.person, by=pete, at=now)


def test_a_step_needs_what_it_is_about(victor, now):
    draft = JourneyFactory(published_at=None)
    task = JourneyStepFactory(journey=draft)
    for kind in (StepKind.COURSE, StepKind.QUIZ):
        with pytest.raises(Refusal):
            journeys.add_step(journey=draft, by=victor, at=now, kind=kind, title="Learn")
        with pytest.raises(IntegrityError), transaction.atomic():
            JourneyStep.objects.filter(pk=task.pk).update(kind=kind)


# --- branches


def test_a_branch_is_walked_only_by_those_for_whom_its_segment_holds(
    pinewood, oakhurst, gold, classify, client_of, paula, olga, now
):
    journey = JourneyFactory()
    JourneyStepFactory(journey=journey, title="Introduction", only_for=gold)
    main = JourneyStepFactory(journey=journey, title="Main")
    classify(pinewood, gold)
    classify(oakhurst)
    walks = [EnrollmentFactory(journey=journey, partner=one, started_at=now) for one in (pinewood, oakhurst)]

    for walk in walks:
        enrollments.complete_step(enrollment=walk, step=main, person=None, by=None, at=now)

    states = [Enrollment.objects.get(pk=walk.pk).state for walk in walks]
    counted = {one.partner_id: one.steps_total for one in Enrollment.objects.with_progress()}
    address = reverse("partner:journey-detail", args=[journey.public_id])
    assert states == [EnrollmentState.ACTIVE, EnrollmentState.COMPLETED]
    assert counted == {pinewood.pk: 2, oakhurst.pk: 1}
    assert "Introduction" in client_of(paula).get(address).text
    assert "Introduction" not in client_of(olga).get(address).text


def test_a_step_of_a_branch_is_not_done_by_others(oakhurst, gold, now):
    other = JourneyStepFactory(only_for=gold)
    walk = EnrollmentFactory(journey=other.journey_version.definition, partner=oakhurst)

    with pytest.raises(Refusal):
        enrollments.complete_step(enrollment=walk, step=other, person=None, by=None, at=now)


def test_a_journey_has_a_step_for_everybody(victor, gold, now):
    draft = JourneyFactory(published_at=None)
    JourneyStepFactory(journey=draft, only_for=gold)

    with pytest.raises(Refusal):
        journeys.publish(journey=draft, by=victor, at=now)


# --- reminders


@pytest.fixture
def waiting(pinewood, now):
    """Pinewood at a step that is due ten days from now."""
    journey = JourneyFactory()
    JourneyStepFactory(journey=journey, title="Task", due_days=10)
    return EnrollmentFactory(journey=journey, partner=pinewood, started_at=now)


@pytest.mark.parametrize(("days", "late"), [(6, []), (7, [False]), (10, [False]), (11, [True])])
def test_a_step_is_reminded_of_once_before_and_once_after(waiting, pete, now, days, late):
    at = now + timedelta(days=days)
    for _ in range(2):
        reminders.remind(at=at)
    outbox.deliver_due(at=at + timedelta(minutes=1))

    assert list(StepReminder.objects.values_list("is_late", flat=True)) == late
    assert pete.notifications.count() == len(late)


def test_what_was_done_meanwhile_is_not_reminded_of(waiting, pete, now):
    at = now + timedelta(days=8)
    reminders.remind(at=at)
    enrollments.complete_step(enrollment=waiting, step=step(waiting, "Task"), person=pete.person, by=pete, at=at)
    outbox.deliver_due(at=at + timedelta(minutes=1))

    assert pete.notifications.count() == 0


def test_the_database_keeps_one_reminder_of_each_kind():
    reminder = StepReminderFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        StepReminderFactory(enrollment=reminder.enrollment, step=reminder.step)


# --- where partners are lost


def test_where_partners_are_lost_is_counted_step_by_step(walk, oakhurst, victor, vera, now):
    other = EnrollmentFactory(journey=walk.journey, partner=oakhurst, started_at=now)
    StepProgressFactory(enrollment=walk, step=step(walk, "Course"))

    seen = {
        user.email: [
            (one.step.title, one.asked, one.done, one.waiting)
            for one in drop_off.of_version(
                version=walk.journey_version, steps=steps_in(walk.journey_version), user=user
            )
        ]
        for user in (victor, vera)
    }

    assert other.journey_version == walk.journey_version
    assert seen[victor.email] == [("Course", 2, 1, 1), ("Quiz", 2, 0, 1), ("Task", 2, 0, 0)]
    assert seen[vera.email] == [("Course", 1, 1, 0), ("Quiz", 1, 0, 1), ("Task", 1, 0, 0)]
