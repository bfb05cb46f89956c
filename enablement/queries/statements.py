"""What other learning systems told, as pages show it."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet

from enablement.models import Course, LearningStatement, StatementOutcome
from partners.models import Person


def told(*, user: Any, outcome: str = "", words: str = "", course: Course | None = None) -> QuerySet[LearningStatement]:
    """Return the statements somebody may see, the last told first, narrowed by what became of them and by words."""
    rows: QuerySet[LearningStatement] = LearningStatement.objects.visible_to(user)
    if outcome:
        rows = rows.filter(outcome=outcome)
    if course is not None:
        rows = rows.filter(course=course)
    if words:
        rows = rows.filter(
            Q(person__name__icontains=words)
            | Q(person__email__icontains=words)
            | Q(person__partner__name__icontains=words)
            | Q(actor_key__icontains=words)
            | Q(activity__icontains=words)
            | Q(course__name__icontains=words)
        )
    return rows.select_related("integration", "person__partner", "course").order_by("-pk")


def counts(*, user: Any) -> dict[str, int]:
    """Return how many statements somebody may see by what became of them."""
    rows = LearningStatement.objects.visible_to(user).order_by().values("outcome").annotate(number=Count("pk"))
    return {row["outcome"]: row["number"] for row in rows}


def sources(*, person: Person, courses: Iterable[Course]) -> dict[int, LearningStatement]:
    """Return by course what completed it for a person, where that was another system's word."""
    counted = LearningStatement.objects.filter(
        person=person, course__in=[course.pk for course in courses], outcome=StatementOutcome.COUNTED
    )
    return {row.course_id or 0: row for row in counted.select_related("integration").defer("said").order_by("-pk")}


def sources_of(course: Course, *, people: Iterable[int]) -> dict[int, LearningStatement]:
    """Return by person what completed a course for them, where that was another system's word."""
    counted = LearningStatement.objects.filter(course=course, person__in=people, outcome=StatementOutcome.COUNTED)
    return {row.person_id or 0: row for row in counted.select_related("integration").defer("said").order_by("-pk")}
