"""The vendor's courses: made, described, published, and how people fare on them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core.refusals import Refusal
from enablement.forms.courses import CourseForm
from enablement.models import Course, CourseProgress
from enablement.queries import statements, training
from enablement.queries.audiences import for_people
from enablement.services import courses
from partners.forms.refusals import show_refusal

PAGE_SIZE = 50


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def course_list(request: HttpRequest) -> HttpResponse:
    """Show every course with its lessons, its quiz and how many people took it."""
    page = Paginator(training.courses(), PAGE_SIZE).get_page(request.GET.get("page"))
    taken = training.taken_by(page.object_list, user=request.user)
    context = {"rows": [(one, taken.get(one.pk, {})) for one in page.object_list], "page": page}
    return render(request, "enablement/vendor/courses/list.html", context | {"may_edit": _may_edit(request)})


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def course_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a course's lessons in their order, and the people on it."""
    course = course_of(public_id)
    rows = CourseProgress.objects.visible_to(request.user).filter(course=course)
    on_it = rows.select_related("person__partner", "last_lesson").order_by("-last_seen_at", "-pk")
    page = Paginator(on_it, PAGE_SIZE).get_page(request.GET.get("page"))
    told = statements.sources_of(course, people=[one.person_id for one in page.object_list if one.completed_at])
    context = {
        "course": course,
        "lessons": list(course.lessons.select_related("asset", "package").order_by("position")),
        "people": for_people(course),
        "taken": training.taken_by([course], user=request.user).get(course.pk, {}),
        "page": page,
        "rows": [(one, told.get(one.person_id)) for one in page.object_list],
        "may_edit": _may_edit(request),
    }
    return render(request, "enablement/vendor/courses/detail.html", context)


@vendor_view(Permission.MANAGE_COURSES)
@require_http_methods(["GET", "HEAD", "POST"])
def course_create(request: HttpRequest) -> HttpResponse:
    """Make a course without lessons."""
    form = CourseForm(request.POST or None, initial={"owner": request.user.pk})
    if request.method == "POST" and form.is_valid():
        try:
            course = courses.create(by=_me(request), at=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved as a draft. Add its lessons now."))
            return redirect("vendor:course-detail", course.public_id)
    return _form_page(request, form)


@vendor_view(Permission.MANAGE_COURSES)
@require_http_methods(["GET", "HEAD", "POST"])
def course_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Change how a course is described, for whom it is and what it ends with."""
    course = course_of(public_id)
    form = CourseForm(request.POST or None, initial=model_to_dict(course))
    if request.method == "POST" and form.is_valid():
        try:
            courses.update(course=course, by=_me(request), at=timezone.now(), changes=form.cleaned_data)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("vendor:course-detail", public_id)
    return _form_page(request, form, course_of(public_id))


@vendor_view(Permission.MANAGE_COURSES)
@require_POST
def course_publish(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a course to its audience."""
    course = course_of(public_id)
    try:
        courses.publish(course=course, by=_me(request), at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Published: %(course)s") % {"course": course})
    return redirect("vendor:course-detail", public_id)


@vendor_view(Permission.MANAGE_COURSES)
@require_POST
def course_retire(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a course away from partners."""
    course = course_of(public_id)
    courses.retire(course=course, by=_me(request), at=timezone.now())
    messages.success(request, _("Retired: %(course)s") % {"course": course})
    return redirect("vendor:course-detail", public_id)


def course_of(public_id: UUID) -> Course:
    """Return the course, or answer 404."""
    return get_object_or_404(Course.objects.select_related("audience", "owner", "quiz"), public_id=public_id)


def _me(request: HttpRequest) -> Any:
    return request.user


def _may_edit(request: HttpRequest) -> bool:
    return allowed(request.user, Permission.MANAGE_COURSES)


def _form_page(request: HttpRequest, form: CourseForm, course: Course | None = None) -> HttpResponse:
    context = {"form": form, "course": course}
    return render(request, "enablement/vendor/courses/form.html", context, status=422 if form.errors else 200)
