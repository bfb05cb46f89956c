"""Courses: made, described, published, retired. Their lessons are in `lessons`, people's ways in `learning`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import action
from core.refusals import Refusal
from core.services import publishing
from enablement.models import Course
from enablement.models.audiences import PEOPLE_COLUMNS
from enablement.services import statement_counting
from enablement.services.fields import apply, known
from enablement.services.keys import free_key
from enablement.services.statement_shapes import is_iri

EDITABLE = frozenset({"name", "summary", "product_line", "quiz", "activity_iri", "audience", "owner", *PEOPLE_COLUMNS})


def create(*, by: User | None, at: datetime, name: str, key: str = "", **fields: Any) -> Course:
    """Make a draft without lessons."""
    course = Course(name=name, key=key or free_key(Course, name), **known(fields, EDITABLE))
    if course.owner is None:
        course.owner = by
    _check(course)
    course.full_clean(exclude=["public_id"], validate_constraints=False)
    with action("course.create", by=by):
        course.save()
        statement_counting.look_again(course=course)
    return course


def update(*, course: Course, by: User | None, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Change how a course is described, for whom it is and what it ends with. Returns what changed."""
    changed = apply(course, known(changes, EDITABLE))
    if changed:
        _check(course)
        course.clean_fields()
        if course.is_offered:
            expect_ready(course)
        with action("course.update", by=by):
            course.save(update_fields=changed)
            if "activity_iri" in changed:
                statement_counting.look_again(course=course)
    return changed


def publish(*, course: Course, by: User | None, at: datetime) -> bool:
    """Show a course to its audience, or show a retired one again. Returns whether it was not there before."""
    if course.is_offered:
        return False
    expect_ready(course)
    with action("course.publish", by=by):
        publishing.publish(course, name="course", by=by, at=at)
        statement_counting.look_again(course=course)
    return True


def retire(*, course: Course, by: User | None, at: datetime) -> bool:
    """Take a course away from partners. Who completed it keeps that."""
    return publishing.retire(course, name="course", by=by, at=at)


def expect_ready(course: Course) -> None:
    """Refuse while something is missing that partners would stumble over."""
    lessons = list(course.lessons.select_related("asset", "package"))
    if not lessons:
        raise Refusal(_("Add a lesson first."))
    for lesson in lessons:
        if lesson.asset and not lesson.asset.is_offered:
            raise Refusal(_("Publish “%(asset)s” first: a lesson needs it.") % {"asset": lesson.asset})
        if lesson.package and lesson.package.current_id is None:
            raise Refusal(_("“%(package)s” is not unpacked yet: a lesson needs it.") % {"package": lesson.package})
    if course.quiz and not course.quiz.is_offered:
        raise Refusal(_("Publish the quiz “%(quiz)s” first: the course ends with it.") % {"quiz": course.quiz})


def _check(course: Course) -> None:
    if course.quiz is not None and course.quiz.is_assessment:
        raise Refusal({"quiz": _("An assessment cannot be failed; a course ends with a quiz that has a pass mark.")})
    if not course.activity_iri:
        return
    if not is_iri(course.activity_iri):
        raise Refusal(
            {"activity_iri": _("This must be an absolute IRI, such as https://learn.example.com/courses/42.")}
        )
    other = Course.objects.filter(activity_iri=course.activity_iri).exclude(pk=course.pk).first()
    if other is not None:
        raise Refusal({"activity_iri": _("The course “%(course)s” stands for this already.") % {"course": other}})
