"""People at packages: begun, told of by the player as it goes, done once the package says so.

What the player tells comes from the browser of whoever learns, as the standards want it: who needs proof asks a quiz.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import action
from core.refusals import Refusal
from enablement.models import Completion, Lesson, PackageAttempt, PackageProgress, Success
from enablement.services import learning
from partners.models import Person


class Kept(StrEnum):
    """What became of what the player told."""

    NEW = "new"
    KNOWN = "known"
    STALE = "stale"


@dataclass(frozen=True)
class Report:
    """What the player tells of one item. `base` is the sequence it began with, `writer` the opened player."""

    item: str
    sequence: int
    base: int
    writer: str
    completion: Completion = Completion.UNKNOWN
    success: Success = Success.UNKNOWN
    score: Decimal | None = None
    seconds: int = 0
    location: str = ""
    suspend_data: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


def begin(*, lesson: Lesson, person: Person, by: User | None, at: datetime, again: bool = False) -> PackageAttempt:
    """Begin at a lesson's package, or carry on with what was begun; `again` ends that, and begins from the start."""
    package = lesson.package
    if package is None or package.current is None:
        raise Refusal(_("This package is not ready yet. Come back in a minute."))
    if not lesson.course.is_offered:
        raise Refusal(_("This course is not offered any more."))
    with action("package.begin", by=by):
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)  # so that nobody begins twice at once
        learning.visit(lesson=lesson, person=person, by=by, at=at)
        mine = PackageAttempt.objects.filter(person=person, package=package)
        there: PackageAttempt | None = mine.filter(ended_at=None).first()
        if there is not None and not again:
            return there
        if there is not None:
            there.ended_at = max(at, there.started_at)
            there.save(update_fields=["ended_at"])
        number = (mine.aggregate(last=Max("number"))["last"] or 0) + 1
        attempt: PackageAttempt = PackageAttempt.objects.create(
            person=person,
            package=package,
            version_played=package.current,
            number=number,
            started_at=at,
            last_seen_at=at,
        )
    return attempt


def tell(*, attempt: PackageAttempt, report: Report, by: User | None, at: datetime) -> Kept:
    """Keep what the player tells. What is older than what is kept, or built on something older, is not taken."""
    with action("package.tell", by=by):
        rows = PackageAttempt.objects.select_for_update(of=("self",), no_key=True)
        locked: PackageAttempt = rows.select_related("person", "version_played").get(pk=attempt.pk)
        if locked.ended_at is not None:
            return Kept.STALE
        if report.item not in {item["key"] for item in locked.version_played.items}:
            raise Refusal(_("The package has no such item."))
        progress, _created = PackageProgress.objects.get_or_create(
            attempt=locked, item=report.item, defaults={"told_at": at}
        )
        if report.writer != progress.writer and report.base != progress.sequence:
            return Kept.STALE
        if report.sequence <= progress.sequence:
            return Kept.KNOWN
        _keep(progress, report, most_seconds=max(0, int((at - locked.started_at).total_seconds())), at=at)
        if _add_up(locked, at=at):
            _finish_lessons(locked, by=by, at=at)
    return Kept.NEW


def _keep(progress: PackageProgress, report: Report, *, most_seconds: int, at: datetime) -> None:
    told = ("completion", "success", "score", "location", "suspend_data", "data", "sequence", "writer")
    for name in told:
        setattr(progress, name, getattr(report, name))
    progress.seconds = max(progress.seconds, min(report.seconds, most_seconds))
    progress.told_at = at
    progress.save(update_fields=[*told, "seconds", "told_at"])


def _add_up(attempt: PackageAttempt, *, at: datetime) -> bool:
    """Work out from its items where an attempt stands. Returns whether it is done with this."""
    rows = list(attempt.progress.defer("data", "suspend_data"))
    done = [row for row in rows if row.is_done]
    outcomes = {row.success for row in rows}
    scores = [row.score for row in rows if row.score is not None]
    is_whole = len(done) == len(attempt.version_played.items)
    attempt.completion = Completion.COMPLETED if is_whole else Completion.INCOMPLETE
    attempt.success = Success.UNKNOWN
    if Success.FAILED in outcomes:
        attempt.success = Success.FAILED
    elif is_whole and Success.PASSED in outcomes:
        attempt.success = Success.PASSED
    attempt.score = round(sum(scores, Decimal(0)) / len(scores), 4) if scores else None
    attempt.seconds = sum(row.seconds for row in rows)
    attempt.last_seen_at = max(at, attempt.last_seen_at)
    is_new = attempt.is_done and attempt.completed_at is None
    if is_new:
        attempt.completed_at = max(at, attempt.started_at)
    attempt.save(update_fields=["completion", "success", "score", "seconds", "last_seen_at", "completed_at"])
    return is_new


def _finish_lessons(attempt: PackageAttempt, *, by: User | None, at: datetime) -> None:
    """Finish the lessons that are this package, in the courses its player is on."""
    lessons = Lesson.objects.filter(
        package=attempt.package_id,
        course__progress__person=attempt.person,
        course__published_at__isnull=False,
        course__retired_at=None,
    )
    for lesson in lessons.select_related("course", "asset", "package").order_by("pk"):
        learning.finish(lesson=lesson, person=attempt.person, by=by, at=at)
