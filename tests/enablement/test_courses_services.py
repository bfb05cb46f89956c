"""Courses: lessons in order, people who go through them, completed with the last thing asked."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from core.refusals import Refusal
from enablement.models import Activity, ActivityKind, Course, CourseProgress, Lesson, LessonDone
from enablement.services import courses, learning, lessons
from tests.factories.enablement import AssetFactory
from tests.factories.learning import (
    CourseFactory,
    CourseProgressFactory,
    LessonDoneFactory,
    LessonFactory,
    QuizFactory,
    QuizStandingFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    course = CourseFactory()
    for title in "ABC":
        LessonFactory(course=course, title=title)
    return course


def titles(course):
    return list(course.lessons.order_by("position").values_list("title", flat=True))


# --- defining


def test_a_course_is_published_once_it_has_a_lesson(victor, now):
    course = courses.create(by=victor, at=now, name="Basics")
    with pytest.raises(Refusal):
        courses.publish(course=course, by=victor, at=now)

    lessons.add(course=course, by=victor, at=now, title="Welcome", body="Hello")

    assert courses.publish(course=course, by=victor, at=now)
    assert not courses.publish(course=course, by=victor, at=now)


def test_a_course_is_not_published_before_what_it_needs(victor, now, course):
    Course.objects.update(published_at=None)
    course.refresh_from_db()
    course.quiz = QuizFactory(published_at=None, name="Final")
    course.save()

    with pytest.raises(Refusal, match="Final"):
        courses.publish(course=course, by=victor, at=now)


def test_an_assessment_is_no_end_of_a_course(victor, now, course):
    with pytest.raises(Refusal):
        courses.update(
            course=course, by=victor, at=now, changes={"quiz": QuizFactory(purpose="assessment", pass_percent=0)}
        )


def test_a_lesson_needs_a_text_or_an_asset(victor, now, course):
    with pytest.raises(Refusal):
        lessons.add(course=course, by=victor, at=now, title="Empty", body=" ")
    with pytest.raises(IntegrityError), transaction.atomic():
        LessonFactory(body="")


def test_a_lesson_of_a_published_course_needs_a_published_asset(victor, now, course):
    with pytest.raises(Refusal, match="Secret"):
        lessons.add(
            course=course, by=victor, at=now, title="Read", asset=AssetFactory(published_at=None, title="Secret")
        )


@pytest.mark.parametrize(
    ("title", "places", "order"), [("C", -1, "ACB"), ("A", 1, "BAC"), ("A", -1, "ABC"), ("C", 1, "ABC")]
)
def test_a_lesson_moves_and_stops_at_the_ends(victor, now, course, title, places, order):
    lessons.move(lesson=course.lessons.get(title=title), by=victor, at=now, places=places)

    assert titles(course) == list(order)


def test_lessons_not_named_in_a_new_order_come_last(victor, now, course):
    last = course.lessons.get(title="C")

    lessons.reorder(course=course, by=victor, at=now, order=[str(last.public_id), "unknown"])

    assert titles(course) == ["C", "A", "B"]


def test_removing_a_lesson_closes_the_gap_and_the_last_one_stays(victor, now, course):
    for title in "BA":
        lessons.remove(lesson=course.lessons.get(title=title), by=victor, at=now)

    assert list(course.lessons.values_list("title", "position")) == [("C", 1)]
    with pytest.raises(Refusal):
        lessons.remove(lesson=course.lessons.get(), by=victor, at=now)


def test_two_lessons_have_no_one_place(course):
    Lesson.objects.filter(title="B").update(position=1)

    with pytest.raises(IntegrityError):
        connection.check_constraints()


# --- going through


def test_going_through_every_lesson_completes_the_course(course, pete, now):
    for number, lesson in enumerate(course.lessons.order_by("position")):
        assert not CourseProgress.objects.filter(completed_at__isnull=False).exists()
        progress = learning.finish(lesson=lesson, person=pete.person, by=pete, at=now + timedelta(minutes=number))

    assert progress.completed_at == now + timedelta(minutes=2)
    assert Activity.objects.get(kind=ActivityKind.LESSON).times == 3


def test_finishing_twice_changes_nothing(course, pete, now):
    lesson = course.lessons.get(title="A")
    for _ in range(2):
        learning.finish(lesson=lesson, person=pete.person, by=pete, at=now)

    assert LessonDone.objects.count() == 1
    assert Activity.objects.get().times == 1


def test_with_a_quiz_at_the_end_lessons_alone_do_not_complete(course, pete, now):
    course.quiz = QuizFactory()
    course.save()
    for lesson in course.lessons.all():
        progress = learning.finish(lesson=lesson, person=pete.person, by=pete, at=now)
    assert progress.completed_at is None

    QuizStandingFactory(quiz=course.quiz, person=pete.person, passed_at=now)
    learning.achievements.follow(person=pete.person, at=now)

    progress.refresh_from_db()
    assert progress.completed_at == now


def test_a_lesson_that_is_not_for_somebody_is_not_asked_of_them(course, pete, gold, now):
    LessonFactory(course=course, title="Gold only", body="", asset=AssetFactory(audience=gold))

    for lesson in course.lessons.open_to(pete):
        progress = learning.finish(lesson=lesson, person=pete.person, by=pete, at=now)

    assert progress.lessons_done.count() == 3
    assert progress.completed_at == now


def test_a_new_lesson_asks_nothing_of_those_who_are_through(course, pete, victor, now):
    for lesson in course.lessons.all():
        progress = learning.finish(lesson=lesson, person=pete.person, by=pete, at=now)

    lessons.add(course=course, by=victor, at=now, title="D", body="New")

    progress.refresh_from_db()
    assert progress.completed_at == now


def test_one_carries_on_where_one_was(course, pete, now):
    last = course.lessons.get(title="B")
    learning.visit(lesson=course.lessons.get(title="A"), person=pete.person, by=pete, at=now)

    learning.visit(lesson=last, person=pete.person, by=pete, at=now + timedelta(hours=1))

    assert CourseProgress.objects.get().last_lesson == last


def test_a_retired_course_is_not_gone_on_with(course, pete, victor, now):
    courses.retire(course=course, by=victor, at=now)
    course.refresh_from_db()

    with pytest.raises(Refusal):
        learning.finish(lesson=course.lessons.first(), person=pete.person, by=pete, at=now)


def test_the_database_keeps_one_way_per_person_and_lesson(now):
    progress = CourseProgressFactory(started_at=now, last_seen_at=now)
    done = LessonDoneFactory(progress=progress)

    with pytest.raises(IntegrityError), transaction.atomic():
        CourseProgressFactory(course=progress.course, person=progress.person)
    with pytest.raises(IntegrityError), transaction.atomic():
        LessonDoneFactory(progress=progress, lesson=done.lesson)
    with pytest.raises(IntegrityError), transaction.atomic():
        CourseProgress.objects.update(completed_at=now - timedelta(seconds=1))


def test_a_course_is_for_whom_its_audience_is(paula, olga, gold, classify, pinewood, oakhurst):
    classify(pinewood, gold)
    classify(oakhurst)
    course = CourseFactory(audience=gold)
    CourseFactory(published_at=None)

    assert list(Course.objects.visible_to(paula)) == [course]
    assert list(Course.objects.visible_to(olga)) == []
