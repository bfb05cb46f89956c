"""The lessons of a course: added, changed, put in order, taken out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import action
from core.refusals import Refusal
from enablement.models import Course, Lesson
from enablement.services.fields import apply, known

EDITABLE = frozenset({"title", "body", "asset", "package", "minutes"})


def add(*, course: Course, by: User | None, at: datetime, title: str, **fields: Any) -> Lesson:
    """Add a lesson at the end."""
    with action("lesson.add", by=by):
        _lock(course)
        last = course.lessons.aggregate(last=Max("position"))["last"] or 0
        lesson = Lesson(course=course, position=last + 1, title=title, **known(fields, EDITABLE))
        _check(lesson)
        lesson.save()
    return lesson


def change(*, lesson: Lesson, by: User | None, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Change a lesson. Returns the names of the fields that changed."""
    changed = apply(lesson, known(changes, EDITABLE))
    if changed:
        _check(lesson)
        with action("lesson.change", by=by):
            lesson.save(update_fields=changed)
    return changed


def remove(*, lesson: Lesson, by: User | None, at: datetime) -> None:
    """Take a lesson out. A published course keeps at least one."""
    course = lesson.course
    with action("lesson.remove", by=by):
        _lock(course)
        if course.is_offered and course.lessons.count() == 1:
            raise Refusal(_("A published course needs a lesson. Retire the course first."))
        lesson.delete()
        _number(list(course.lessons.order_by("position")))


def move(*, lesson: Lesson, by: User | None, at: datetime, places: int) -> None:
    """Move a lesson towards the start (negative) or the end; beyond either, it stays there."""
    with action("lesson.move", by=by):
        _lock(lesson.course)
        there = list(lesson.course.lessons.order_by("position"))
        here = there.index(lesson)
        there.insert(min(max(here + places, 0), len(there) - 1), there.pop(here))
        _number(there)


def reorder(*, course: Course, by: User | None, at: datetime, order: Sequence[str]) -> None:
    """Put lessons in the order of these public ids; those not named come last, as they were."""
    with action("lesson.reorder", by=by):
        _lock(course)
        places = {public_id: place for place, public_id in enumerate(order)}
        there = list(course.lessons.order_by("position"))
        _number(sorted(there, key=lambda lesson: places.get(str(lesson.public_id), len(places))))


def _lock(course: Course) -> None:
    Course.objects.select_for_update(no_key=True).get(pk=course.pk)


def _number(lessons: list[Lesson]) -> None:
    moved = []
    for place, lesson in enumerate(lessons, start=1):
        if lesson.position != place:
            lesson.position = place
            moved.append(lesson)
    Lesson.objects.bulk_update(moved, ["position"])


def _check(lesson: Lesson) -> None:
    course, asset, package = lesson.course, lesson.asset, lesson.package
    if asset is None and package is None and not lesson.body.strip():
        raise Refusal({"body": _("Write the lesson, or choose an asset or a package.")})
    if asset and package:
        raise Refusal({"package": _("A lesson is an asset or a package, not both. Make two lessons of them.")})
    is_shown = course.is_offered
    if is_shown and asset and not asset.is_offered:
        raise Refusal({"asset": _("Publish “%(asset)s” first: partners take this course.") % {"asset": asset}})
    if is_shown and package and package.current_id is None:
        raise Refusal(
            {"package": _("“%(package)s” is not unpacked yet: partners take this course.") % {"package": package}}
        )
    lesson.clean_fields(exclude=["public_id"])
