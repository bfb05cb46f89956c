"""What names in addresses of packages stand for."""

from tests.architecture.subjects import owned, subject
from tests.architecture.subjects_learning import course
from tests.architecture.world import EVERYBODY, VENDOR, Thing, Variants, World
from tests.factories import learning


@subject("package")
def package(world: World) -> Variants:
    """A package of two items, one of which somebody has begun."""
    items = [
        {"key": key, "title": key.title(), "href": f"{key}/index.html", "mastery": None, "launch_data": ""}
        for key in ("one", "two")
    ]
    version = learning.PackageVersionFactory(items=items)
    for name in ("pete", "paula", "olga"):
        attempt = learning.PackageAttemptFactory(version_played=version, person=world.people[name].person)
        learning.PackageProgressFactory(attempt=attempt)
    return Variants(Thing(str(version.package.public_id), VENDOR, version.package))


@subject("package_result")
def package_result(world: World) -> Variants:
    """How somebody of each partner fares in that package."""
    attempts = world.things("package", package).own.record.attempts
    return owned(*(attempts.get(person=world.people[name].person) for name in ("pete", "olga")))


@subject("lesson@lesson-begin", "lesson@lesson-play", "lesson@lesson-tell")
def lesson_to_play(world: World) -> Variants:
    """A lesson of the course that is a package, and one of another course."""
    known = world.things("package", package).own.record
    here = learning.LessonFactory(course=world.things("course", course).own.record, package=known, body="")
    elsewhere = learning.LessonFactory(package=known, body="")
    return Variants(
        Thing(str(here.public_id), EVERYBODY, here), Thing(str(elsewhere.public_id), frozenset()), within="course"
    )
