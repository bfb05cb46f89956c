"""The lessons of a course on the vendor's pages."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import vendor_view
from accounts.permissions import Permission
from core.refusals import Refusal
from enablement.forms.courses import LessonForm
from enablement.models import Course, Lesson
from enablement.services import lessons
from enablement.views.vendor.courses import course_of
from partners.forms.refusals import show_refusal


@vendor_view(Permission.MANAGE_COURSES)
@require_http_methods(["GET", "HEAD", "POST"])
def lesson_add(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Add a lesson at the end of a course."""
    course = course_of(public_id)
    form = LessonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            lessons.add(course=course, by=_me(request), at=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("vendor:course-detail", public_id)
    return _page(request, form, course)


@vendor_view(Permission.MANAGE_COURSES)
@require_http_methods(["GET", "HEAD", "POST"])
def lesson_edit(request: HttpRequest, public_id: UUID, lesson_id: UUID) -> HttpResponse:
    """Change a lesson."""
    course = course_of(public_id)
    lesson = _lesson(course, lesson_id)
    form = LessonForm(request.POST or None, initial=model_to_dict(lesson))
    if request.method == "POST" and form.is_valid():
        try:
            lessons.change(lesson=lesson, by=_me(request), at=timezone.now(), changes=form.cleaned_data)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("vendor:course-detail", public_id)
    return _page(request, form, course, _lesson(course, lesson_id))


@vendor_view(Permission.MANAGE_COURSES)
@require_POST
def lesson_remove(request: HttpRequest, public_id: UUID, lesson_id: UUID) -> HttpResponse:
    """Take a lesson out."""
    try:
        lessons.remove(lesson=_lesson(course_of(public_id), lesson_id), by=_me(request), at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("vendor:course-detail", public_id)


@vendor_view(Permission.MANAGE_COURSES)
@require_POST
def lesson_order(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Put lessons in order: one up or down by its button, or all of them after dragging."""
    course = course_of(public_id)
    direction, _colon, lesson_id = request.POST.get("act", "").partition(":")
    if direction in {"up", "down"}:
        lesson = next((one for one in course.lessons.all() if str(one.public_id) == lesson_id), None)
        if lesson is not None:
            places = -1 if direction == "up" else 1
            lessons.move(lesson=lesson, by=_me(request), at=timezone.now(), places=places)
    else:
        lessons.reorder(course=course, by=_me(request), at=timezone.now(), order=request.POST.getlist("order"))
    if getattr(request, "htmx", False):
        return HttpResponse(status=204)
    return redirect("vendor:course-detail", public_id)


def _lesson(course: Course, lesson_id: UUID) -> Lesson:
    return get_object_or_404(course.lessons.select_related("course"), public_id=lesson_id)


def _me(request: HttpRequest) -> Any:
    return request.user


def _page(request: HttpRequest, form: LessonForm, course: Course, lesson: Lesson | None = None) -> HttpResponse:
    context = {"form": form, "course": course, "lesson": lesson}
    return render(request, "enablement/vendor/courses/lesson_form.html", context, status=422 if form.errors else 200)
