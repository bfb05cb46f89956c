"""What there is to learn for one person, and how far they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, Sum

from enablement.models import (
    Asset,
    Course,
    CourseProgress,
    LearningStatement,
    Lesson,
    LessonDone,
    Quiz,
    QuizAttempt,
    QuizPurpose,
    QuizStanding,
)
from enablement.queries import statements
from partners.models import Person


@dataclass(frozen=True)
class CourseView:
    """A course as one person sees it; `source` is what completed it, where another system told so."""

    course: Course
    progress: CourseProgress | None
    done: int
    total: int
    minutes: int
    quiz_passed: bool
    source: LearningStatement | None = None

    @property
    def is_completed(self) -> bool:
        """Whether the person has been through all of it."""
        return self.progress is not None and self.progress.completed_at is not None

    @property
    def parts(self) -> int:
        """How many things there are to do: the lessons, and the quiz at the end."""
        return self.total + (1 if self.course.quiz_id else 0)

    @property
    def parts_done(self) -> int:
        """How many of them are done."""
        return self.done + (1 if self.course.quiz_id and self.quiz_passed else 0)


@dataclass(frozen=True)
class LessonView:
    """A lesson of a course, and whether the person has been through it."""

    lesson: Lesson
    is_done: bool
    is_next: bool


@dataclass(frozen=True)
class QuizView:
    """A quiz as one person sees it: where they stand, and what they may do."""

    quiz: Quiz
    standing: QuizStanding | None
    attempts: list[QuizAttempt]
    open_attempt: QuizAttempt | None
    left: int | None

    @property
    def is_passed(self) -> bool:
        """Whether it was ever passed."""
        return self.standing is not None and self.standing.passed_at is not None

    @property
    def may_start(self) -> bool:
        """Whether another attempt may begin."""
        return self.open_attempt is None and self.left != 0


def courses_of(*, user: Any, person: Person) -> list[CourseView]:
    """Return the courses a person sees: under way by when they were seen last, then new, then completed ones."""
    courses = list(Course.objects.visible_to(user).select_related("quiz").order_by("name", "pk"))
    views = _views(courses, user=user, person=person)
    return sorted(views, key=lambda one: (one.is_completed, one.progress is None, -_seen(one.progress)))


def _seen(progress: CourseProgress | None) -> float:
    return progress.last_seen_at.timestamp() if progress else 0.0


def course_of(course: Course, *, user: Any, person: Person) -> CourseView:
    """Return one course as a person sees it."""
    return _views([course], user=user, person=person)[0]


def _views(courses: Sequence[Course], *, user: Any, person: Person) -> list[CourseView]:
    ids = [course.pk for course in courses]
    progress = {one.course_id: one for one in CourseProgress.objects.filter(person=person, course__in=ids)}
    done = LessonDone.objects.filter(lesson=OuterRef("pk"), progress__person=person)
    lessons = Lesson.objects.open_to(user).filter(course__in=ids).annotate(is_done=Exists(done))
    counted = {
        row["course"]: row
        for row in lessons.order_by()
        .values("course")
        .annotate(total=Count("pk"), done=Count("pk", filter=Q(is_done=True)), minutes_all=Sum("minutes"))
    }
    quizzes = {course.quiz_id for course in courses} - {None}
    passed = set(
        QuizStanding.objects.filter(person=person, quiz__in=quizzes, passed_at__isnull=False).values_list(
            "quiz_id", flat=True
        )
    )
    told = statements.sources(person=person, courses=courses)
    return [
        CourseView(
            course,
            progress.get(course.pk),
            counted.get(course.pk, {}).get("done", 0),
            counted.get(course.pk, {}).get("total", 0),
            counted.get(course.pk, {}).get("minutes_all") or 0,
            course.quiz_id in passed,
            told.get(course.pk),
        )
        for course in courses
    ]


def lessons_of(course: Course, *, user: Any, person: Person) -> list[LessonView]:
    """Return the lessons that are for a person, in their order."""
    done = set(
        LessonDone.objects.filter(progress__course=course, progress__person=person).values_list("lesson", flat=True)
    )
    lessons = list(course.lessons.open_to(user).select_related("asset").order_by("position"))
    following = next((lesson.pk for lesson in lessons if lesson.pk not in done), None)
    return [LessonView(lesson, lesson.pk in done, lesson.pk == following) for lesson in lessons]


def quiz_of(quiz: Quiz, *, person: Person, at: datetime) -> QuizView:
    """Return one quiz as a person sees it. Attempts come without what they asked."""
    standing = QuizStanding.objects.filter(quiz=quiz, person=person).first()
    attempts = list(
        QuizAttempt.objects.filter(quiz=quiz, person=person).defer("asked", "solution", "answers").order_by("-pk")
    )
    is_open = next((one for one in attempts if one.is_open and (one.due_at is None or at <= one.due_at)), None)
    handed_in = [one for one in attempts if not one.is_open]
    return QuizView(quiz, standing, handed_in, is_open, _left(quiz, standing, attempts))


def _left(quiz: Quiz, standing: QuizStanding | None, attempts: list[QuizAttempt]) -> int | None:
    """Return how many attempts there still are; None when they are not counted. After a pass a new round begins."""
    if quiz.max_attempts is None:
        return None
    now = [one for one in attempts if standing is not None and one.round == standing.round]
    used = 0 if any(one.passed for one in now) else len(now)
    return max(quiz.max_attempts - used, 0)


@dataclass(frozen=True)
class AssessmentView:
    """An assessment, and what the person scored last."""

    quiz: Quiz
    standing: QuizStanding | None


def assessments_of(*, user: Any, person: Person) -> list[AssessmentView]:
    """Return the assessments a person sees, those not taken yet first."""
    quizzes = list(Quiz.objects.visible_to(user).filter(purpose=QuizPurpose.ASSESSMENT).order_by("name", "pk"))
    standings = {
        one.quiz_id: one for one in QuizStanding.objects.filter(person=person, quiz__in=quizzes, taken_on__isnull=False)
    }
    views = [AssessmentView(quiz, standings.get(quiz.pk)) for quiz in quizzes]
    return sorted(views, key=lambda one: one.standing is not None)


@dataclass(frozen=True)
class Answered:
    """A question of an attempt that was handed in: what was answered, whether it was right, what to read again."""

    number: int
    text: str
    kind: str
    answers: list[str]
    right: list[str]
    is_right: bool
    explanation: str
    lesson: Lesson | None
    asset: Any


def result_of(attempt: QuizAttempt, *, user: Any, show_right: bool) -> list[Answered]:
    """Return what an attempt asked, question by question. What is right is told when there is nothing left to try."""
    again = _read_again(attempt, user)
    found = []
    for number, question in enumerate(attempt.asked, start=1):
        words = {one["id"]: one["text"] for one in question["choices"]}
        solution, answer = attempt.solution[question["id"]], attempt.answered(question)
        given: list[str] = answer if isinstance(answer, list) else [answer] if answer is not None else []
        is_right = question["id"] in attempt.answered_rightly
        lesson, asset = again.get(question["id"], (None, None))
        found.append(
            Answered(
                number=number,
                text=question["text"],
                kind=question["kind"],
                answers=[str(words.get(one, one)) for one in given],
                right=[words.get(one, one) for one in solution["right"]] if show_right and not is_right else [],
                is_right=is_right,
                explanation=solution["explanation"] if is_right or show_right else "",
                lesson=None if is_right else lesson,
                asset=None if is_right else asset,
            )
        )
    return found


def _read_again(attempt: QuizAttempt, user: Any) -> dict[str, tuple[Lesson | None, Any]]:
    """Return the lessons and assets that explain each question, as far as they are for the reader."""
    wrong = [one["id"] for one in attempt.asked if one["id"] not in attempt.answered_rightly]
    questions = list(attempt.quiz.questions.filter(public_id__in=wrong).select_related("read_again__course", "asset"))
    lessons = {one.read_again_id for one in questions} - {None}
    seen_courses = Course.objects.visible_to(user).values("pk")
    seen = set(
        Lesson.objects.open_to(user).filter(pk__in=lessons, course__in=seen_courses).values_list("pk", flat=True)
    )
    assets = {one.asset_id for one in questions} - {None}
    if assets:
        assets = set(Asset.objects.visible_to(user).filter(pk__in=assets).values_list("pk", flat=True))
    return {
        str(one.public_id): (
            one.read_again if one.read_again_id in seen else None,
            one.asset if one.asset_id in assets else None,
        )
        for one in questions
    }


def difficulty(quiz: Quiz) -> dict[str, tuple[int, int]]:
    """Return of each question how often it was asked and how often answered rightly, by its public id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT one.question->>'id', count(*),"
            " count(*) FILTER (WHERE attempt.answered_rightly ? (one.question->>'id'))"
            " FROM enablement_quizattempt attempt"
            " CROSS JOIN LATERAL jsonb_array_elements(attempt.asked) AS one(question)"
            " WHERE attempt.quiz_id = %s AND attempt.handed_in_at IS NOT NULL GROUP BY 1",
            [quiz.pk],
        )
        return {key: (asked, right) for key, asked, right in cursor.fetchall()}
