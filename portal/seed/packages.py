"""Uploads packages of our own at Lumen, makes a course of them, and lets some people play them, all through services."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.core.files.base import ContentFile

from accounts.models import User
from enablement.models import Completion, Lesson, Success
from enablement.services import courses, lessons, packages, playing, unpacking
from partners.models import Person
from portal.seed import scorm
from portal.seed.lot import Lot
from portal.seed.lumen import packages as lumen

AGE = timedelta(days=60)


def write(key: str, people: list[Person], *, by: User, at: datetime) -> None:
    """Write the course whose lessons are packages, where packages can be played."""
    if key != "it" or not settings.PACKAGES_URL:
        return
    made_at = at - AGE
    name, title, summary, line = lumen.COURSE
    course = courses.create(by=by, at=made_at, key=name, name=title, summary=summary, product_line=line)
    for heading, minutes, standard, called, items in lumen.PLAYED:
        data = scorm.package(called, items, standard=standard)
        package = packages.add(by=by, at=made_at, file=ContentFile(data, name=f"{called}.zip"))
        unpacking.unpack_next(at=made_at)
        package.refresh_from_db()
        lessons.add(course=course, by=by, at=made_at, title=heading, minutes=minutes, package=package)
    courses.publish(course=course, by=by, at=made_at)
    for place, person in enumerate(people):
        _play(list(course.lessons.select_related("course", "package__current")), person, place, at=at)


def _play(there: list[Lesson], person: Person, place: int, *, at: datetime) -> None:
    """Let a person play: some all of it, some half, the first one up to the middle of the first lesson."""
    lot = Lot("lumen", "packages", person.email)
    if place and not lot.happens(0.6):
        return
    begun = at - timedelta(days=lot.randint(2, 50), hours=lot.randint(0, 9))
    for number, lesson in enumerate(there):
        attempt = playing.begin(lesson=lesson, person=person, by=person.user, at=begun)
        items = attempt.version_played.items
        stops = place == 0 or lot.happens(0.25)
        for step, item in enumerate(items):
            is_last = step == len(items) - 1
            told_at = begun + timedelta(minutes=4 * (step + 1))
            report = playing.Report(
                item=item["key"], sequence=1, base=0, writer="demo", seconds=lot.randint(100, 220), location="1",
                completion=Completion.INCOMPLETE,
            )  # fmt: skip
            if not (stops and is_last):
                share = Decimal(lot.randint(3, 4)) / 4 if is_last else None
                report = playing.Report(
                    item=item["key"], sequence=2, base=0, writer="demo", seconds=lot.randint(180, 240), location="3",
                    completion=Completion.COMPLETED, score=share,
                    success=Success.PASSED if is_last else Success.UNKNOWN,
                )  # fmt: skip
            playing.tell(attempt=attempt, report=report, by=person.user, at=told_at)
        if stops:
            return
        begun += timedelta(days=number + 1)
