"""A course, lesson by lesson."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import partner_view
from accounts.permissions import Permission
from core import markdown
from core.refusals import Refusal
from enablement.models import Course, Lesson
from enablement.queries import certifying, packages
from enablement.queries import learning as reads
from enablement.services import learning


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def course_detail(request: Any, public_id: UUID) -> HttpResponse:
    """Show a course with what the reader has done of it."""
    course = course_of(request, public_id)
    person = request.partner_person
    context = {
        "course": course,
        "view": reads.course_of(course, user=request.user, person=person),
        "lessons": reads.lessons_of(course, user=request.user, person=person),
        "quiz": reads.quiz_of(course.quiz, person=person, at=timezone.now()) if course.quiz else None,
        "counts_for": certifying.that_ask(course=course),
    }
    return render(request, "enablement/partner/courses/detail.html", context)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def lesson_detail(request: Any, public_id: UUID, lesson_id: UUID) -> HttpResponse:
    """Show a lesson, and remember that the reader was here."""
    course = course_of(request, public_id)
    lesson = lesson_of(request, course, lesson_id)
    if request.method == "GET":
        learning.visit(lesson=lesson, person=request.partner_person, by=request.user, at=timezone.now())
    lessons = reads.lessons_of(course, user=request.user, person=request.partner_person)
    place = next(number for number, one in enumerate(lessons) if one.lesson == lesson)
    context = {
        "course": course,
        "lesson": lesson,
        "html": markdown.render(lesson.body),
        "lessons": lessons,
        "number": place + 1,
        "total": len(lessons),
        "is_done": lessons[place].is_done,
        "attempt": packages.attempt_at(lesson.package, person=request.partner_person),
        "before": lessons[place - 1].lesson if place else None,
        "after": lessons[place + 1].lesson if place + 1 < len(lessons) else None,
    }
    return render(request, "enablement/partner/courses/lesson.html", context)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_POST
def lesson_finish(request: Any, public_id: UUID, lesson_id: UUID) -> HttpResponse:
    """Note that a lesson is done, and lead to what comes next: the next lesson, the quiz, or the course."""
    course = course_of(request, public_id)
    lesson = lesson_of(request, course, lesson_id)
    try:
        learning.finish(lesson=lesson, person=request.partner_person, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    following = next(
        (
            one.lesson
            for one in reads.lessons_of(course, user=request.user, person=request.partner_person)
            if one.is_next
        ),
        None,
    )
    if following is not None:
        return redirect("partner:lesson-detail", course.public_id, following.public_id)
    return redirect("partner:course-detail", course.public_id)


def course_of(request: HttpRequest, public_id: UUID) -> Course:
    """Return a course the reader may see, or answer 404."""
    seen = Course.objects.visible_to(request.user).select_related("quiz")
    course: Course = get_object_or_404(seen, public_id=public_id)
    return course


def lesson_of(request: HttpRequest, course: Course, lesson_id: UUID) -> Lesson:
    """Return a lesson of it that is for the reader, or answer 404."""
    seen = course.lessons.open_to(request.user).select_related("asset", "course", "package__current")
    lesson: Lesson = get_object_or_404(seen, public_id=lesson_id)
    return lesson
