"""People on courses: begun with the first lesson opened, lessons finished, completed with the last thing asked."""

from datetime import datetime
from typing import Any

from django.db.models import F
from django.db.models.functions import Least
from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import action
from core.refusals import Refusal
from enablement.models import ActivityKind, Course, CourseProgress, Lesson, LessonDone, PackageAttempt
from enablement.services import achievements, activity
from partners.models import Person
from partners.signals import announce_partners


def visit(*, lesson: Lesson, person: Person, by: User | None, at: datetime) -> CourseProgress:
    """Note that somebody opened a lesson, so that they can carry on there."""
    with action("course.visit", by=by):
        progress, created = _begin(lesson.course, person, at)
        if not created and (progress.last_lesson_id != lesson.pk or progress.last_seen_at.date() != at.date()):
            progress.last_lesson, progress.last_seen_at = lesson, max(at, progress.last_seen_at)
            progress.save(update_fields=["last_lesson", "last_seen_at"])
        elif created:
            progress.last_lesson = lesson
            progress.save(update_fields=["last_lesson"])
    return progress


def finish(*, lesson: Lesson, person: Person, by: User | None, at: datetime) -> CourseProgress:
    """Note that somebody has been through a lesson. Told twice, it is noted once; of a package, once that is done."""
    if not lesson.course.is_offered:
        raise Refusal(_("This course is not offered any more."))
    if lesson.package_id and not _has_done_package(lesson, person):
        raise Refusal(_("Go through it first: the lesson is done once it says so itself."))
    with action("course.finish_lesson", by=by):
        progress, _created = _begin(lesson.course, person, at)
        _done, is_new = LessonDone.objects.get_or_create(progress=progress, lesson=lesson, defaults={"done_at": at})
        if is_new:
            progress.last_lesson, progress.last_seen_at = lesson, max(at, progress.last_seen_at)
            progress.save(update_fields=["last_lesson", "last_seen_at"])
            activity.note(person=person, kind=ActivityKind.LESSON, at=at, asset=lesson.asset)
            achievements.follow(person=person, at=at)
            progress.refresh_from_db()
    return progress


def complete_elsewhere(*, course: Course, person: Person, completed_at: datetime, by: Any, at: datetime) -> bool:
    """Note that somebody has passed elsewhere what a course stands for. Returns whether they had not completed it.

    Whoever began here after that began when they passed, so that no course ends before it starts.
    """
    with action("course.complete_elsewhere", by=by):
        progress, _created = CourseProgress.objects.get_or_create(
            course=course, person=person, defaults={"started_at": completed_at, "last_seen_at": completed_at}
        )
        still = CourseProgress.objects.filter(pk=progress.pk, completed_at=None)
        is_new = still.update(completed_at=completed_at, started_at=Least(F("started_at"), completed_at)) > 0
        if is_new:
            announce_partners([person.partner_id])
            achievements.follow(person=person, at=at)
    return is_new


def _has_done_package(lesson: Lesson, person: Person) -> bool:
    done = PackageAttempt.objects.filter(person=person, package=lesson.package_id, completed_at__isnull=False)
    return bool(done.exists())


def _begin(course: Course, person: Person, at: datetime) -> tuple[CourseProgress, bool]:
    progress, created = CourseProgress.objects.get_or_create(
        course=course, person=person, defaults={"started_at": at, "last_seen_at": at}
    )
    if created:
        announce_partners([person.partner_id])
    return progress, created
