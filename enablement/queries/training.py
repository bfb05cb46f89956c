"""Courses and quizzes as the vendor sees them, and the people of a partner with what they learned."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Avg, Count, F, Max, Q, QuerySet

from enablement.models import (
    Course,
    CourseProgress,
    HeldCertification,
    Quiz,
    QuizStanding,
    Readiness,
)
from enablement.queries.certifications import Held
from partners.models import Partner, Person

#: A question that fewer people have met says nothing yet.
FEWEST_ASKED = 5
HARD_BELOW, EASY_FROM = 40, 95


def courses() -> QuerySet[Course]:
    """Return all courses with `lessons_total`, those offered first."""
    rows = Course.objects.select_related("audience", "quiz").annotate(lessons_total=Count("lessons"))
    return rows.order_by(F("retired_at").asc(nulls_first=True), "name", "pk")


def taken_by(courses: Iterable[Course], *, user: Any) -> dict[int, dict[str, int]]:
    """Return how many people began and completed each course, at partners the reader may see."""
    rows = CourseProgress.objects.visible_to(user).filter(course__in=[one.pk for one in courses]).order_by()
    counted = rows.values("course").annotate(
        began=Count("pk"), completed=Count("pk", filter=Q(completed_at__isnull=False))
    )
    return {row["course"]: row for row in counted}


def quizzes() -> QuerySet[Quiz]:
    """Return all quizzes with how many questions their `pool` has, those offered first."""
    pool = Count("questions", filter=Q(questions__retired_at__isnull=True))
    rows = Quiz.objects.select_related("audience").annotate(pool=pool)
    return rows.order_by(F("retired_at").asc(nulls_first=True), "name", "pk")


def answered_by(quizzes: Iterable[Quiz], *, user: Any) -> dict[int, dict[str, Any]]:
    """Return how many people took and passed each quiz, and their average, at partners the reader may see."""
    rows = QuizStanding.objects.visible_to(user).filter(quiz__in=[one.pk for one in quizzes], taken_on__isnull=False)
    counted = (
        rows.order_by()
        .values("quiz")
        .annotate(took=Count("pk"), passed=Count("pk", filter=Q(passed_at__isnull=False)), average=Avg("last_percent"))
    )
    return {row["quiz"]: row for row in counted}


def results(quiz: Quiz, *, user: Any) -> QuerySet[QuizStanding]:
    """Return where people stand with a quiz, the last ones first; `attempts_used` in their round."""
    now = Q(person__quiz_attempts__quiz=F("quiz"), person__quiz_attempts__round=F("round"))
    used = Count("person__quiz_attempts", filter=now & Q(person__quiz_attempts__handed_in_at__isnull=False))
    won = Count("person__quiz_attempts", filter=now & Q(person__quiz_attempts__passed=True))
    return (
        QuizStanding.objects.visible_to(user)
        .filter(quiz=quiz, taken_on__isnull=False)
        .select_related("person__partner")
        .annotate(attempts_used=used, attempts_won=won)
        .order_by("-taken_on", "-pk")
    )


@dataclass(frozen=True, slots=True)
class Difficulty:
    """How often a question was asked, and how often answered rightly."""

    asked: int
    right: int

    @classmethod
    def of(cls, counted: tuple[int, int] | None) -> "Difficulty":
        """Return what was counted; nothing when it was never asked."""
        return cls(*(counted or (0, 0)))

    @property
    def percent(self) -> int | None:
        """How many of a hundred answer rightly; None while too few were asked."""
        return 100 * self.right // self.asked if self.asked >= FEWEST_ASKED else None

    @property
    def is_hard(self) -> bool:
        """Whether so few answer rightly that the question, or the lesson, deserves a look."""
        return self.percent is not None and self.percent < HARD_BELOW

    @property
    def is_easy(self) -> bool:
        """Whether nearly everybody answers rightly, so that it tells nobody apart."""
        return self.percent is not None and self.percent >= EASY_FROM


@dataclass
class Learner:
    """A person of a partner and what they learned. Readiness is their last score by what was measured."""

    person: Person
    under_way: int = 0
    completed: int = 0
    quizzes_passed: int = 0
    certificates: list[Held] = field(default_factory=list)
    readiness: dict[str, int] = field(default_factory=dict)
    last_seen_on: date | None = None

    @property
    def scores(self) -> list[tuple[Any, int | None]]:
        """Each thing that is measured with the person's score."""
        return [(measure.label, self.readiness.get(measure.value)) for measure in Readiness]


def learners(*, partner: Partner, today: date) -> list[Learner]:
    """Return the people who work at a partner with what they learned, those who learned last first."""
    people = Person.objects.of(partner).filter(left_at__isnull=True).order_by("name", "pk")
    found = {person.pk: Learner(person) for person in people}
    for row in _courses_of(found):
        one = found[row["person"]]
        one.under_way, one.completed = row["began"] - row["completed"], row["completed"]
        one.last_seen_on = row["last"].date()
    for standing in QuizStanding.objects.filter(person__in=found, taken_on__isnull=False).select_related("quiz"):
        one = found[standing.person_id]
        one.last_seen_on = max(filter(None, (one.last_seen_on, standing.taken_on)))
        if standing.quiz.measures and standing.last_percent is not None:
            best = max(one.readiness.get(standing.quiz.measures, 0), standing.last_percent)
            one.readiness[standing.quiz.measures] = best
        elif standing.passed_at and not standing.quiz.is_assessment:
            one.quizzes_passed += 1
    held = HeldCertification.objects.filter(person__in=found, revoked_at=None).select_related("certification")
    newest = {(one.person_id, one.certification_id): one for one in held.order_by("earned_on", "pk")}
    for one_held in newest.values():
        if one_held.is_valid_on(today):
            found[one_held.person_id or 0].certificates.append(Held(one_held, today))
    return sorted(found.values(), key=lambda one: (one.last_seen_on is None, -(one.last_seen_on or today).toordinal()))


def _courses_of(found: dict[int, Learner]) -> Iterable[dict[str, Any]]:
    return (
        CourseProgress.objects.filter(person__in=found)
        .order_by()
        .values("person")
        .annotate(
            began=Count("pk"), completed=Count("pk", filter=Q(completed_at__isnull=False)), last=Max("last_seen_at")
        )
    )
