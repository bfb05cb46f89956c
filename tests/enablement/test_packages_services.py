"""Packages: what is taken in, unpacked, played, told and added up."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from core import file_dangers
from core.refusals import Refusal
from enablement.models import Completion, CourseProgress, LessonDone, PackageAttempt, PackageFile, Success
from enablement.services import courses, learning, lessons, packages, playing, unpacking
from enablement.services.playing import Kept, Report
from tests.enablement.packed import archive, manifest, small, upload
from tests.factories.enablement import AssetFactory
from tests.factories.learning import (
    CourseFactory,
    LessonFactory,
    PackageAttemptFactory,
    PackageFactory,
    PackageProgressFactory,
    PackageVersionFactory,
)

pytestmark = pytest.mark.django_db


# --- uploaded and unpacked


@pytest.mark.parametrize("standard", ["scorm12", "scorm2004"])
def test_a_package_is_read_unpacked_and_in_use(victor, now, standard):
    package = packages.add(by=victor, at=now, file=upload(small(standard, items=2)))
    assert package.current is None

    assert unpacking.unpack_next(at=now)
    assert not unpacking.unpack_next(at=now)

    package.refresh_from_db()
    version = package.current
    assert (package.name, version.standard, version.number) == ("Backup basics", standard, 1)
    assert [(item["key"], item["href"], item["mastery"]) for item in version.items] == [
        ("item-0", "item-0/index.html", 0.8),
        ("item-1", "item-1/index.html", 0.8),
    ]
    files = {one.path: one for one in version.files.all()}
    assert set(files) == {
        *("imsmanifest.xml", "shared/look.css", "shared/play.js"),
        *("item-0/index.html", "item-1/index.html"),
    }
    assert files["shared/play.js"].content_type == "text/javascript"
    assert files["shared/play.js"].file.name.startswith(f"packages/{version.public_id}/")
    assert "play" not in files["shared/play.js"].file.name


HOSTILE = {
    "no archive": (b"MZ nonsense", "no archive"),
    "no manifest": (archive({"index.html": "x"}), "no imsmanifest.xml"),
    "manifest in a folder": (archive({"a/imsmanifest.xml": manifest()}), "lies in a folder"),
    "leads elsewhere": (archive({"imsmanifest.xml": manifest(), "../evil.html": "x"}), "lead elsewhere"),
    "absolute": (archive({"imsmanifest.xml": manifest(), "/etc/evil.html": "x"}), "lead elsewhere"),
    "drive": (archive({"imsmanifest.xml": manifest(), "c:evil.html": "x"}), "lead elsewhere"),
    "link": (archive({"imsmanifest.xml": manifest(), "index.html": "/etc/passwd"}, links=["index.html"]), "elsewhere"),
    "nested": (archive({"imsmanifest.xml": manifest(), "index.html": "x", "more.zip": "PK"}), "another archive"),
    "program": (archive({"imsmanifest.xml": manifest(), "index.html": "x", "setup.EXE": "MZ"}), "program"),
    "bomb": (archive({"imsmanifest.xml": manifest(), "index.html": b"0" * 40 * 1024**2}), "far larger"),
    "too many": (archive({"imsmanifest.xml": manifest(), **{f"{n}.txt": "" for n in range(3000)}}), "far larger"),
    "same twice": (archive({"imsmanifest.xml": manifest(), "index.html": "x", "INDEX.html": "y"}), "twice"),
    "entities": (
        archive({
            "imsmanifest.xml": manifest(before='<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
            "index.html": "x",
        }),
        "entities",
    ),
    "broken manifest": (archive({"imsmanifest.xml": "<manifest>", "index.html": "x"}), "no XML"),
    "another standard": (archive({"imsmanifest.xml": manifest(version="1.1"), "index.html": "x"}), "1.1"),
    "launches what is not there": (archive({"imsmanifest.xml": manifest(href="other.html")}), "not in the package"),
    "launches elsewhere": (archive({"imsmanifest.xml": manifest(href="https://evil.example/")}), "not in the package"),
    "climbs out": (archive({"imsmanifest.xml": manifest(href="../../sign-in/")}), "not in the package"),
    "runs a script": (archive({"imsmanifest.xml": manifest(href="javascript:alert(1)")}), "not in the package"),
    "empty": (b"", "Choose the .zip"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_package_or_hides_something_is_refused_with_what_to_do(victor, now, name):
    data, said = HOSTILE[name]

    with pytest.raises(Refusal) as refusal:
        packages.add(by=victor, at=now, file=upload(data))

    assert said in str(refusal.value)
    assert list(refusal.value.message_dict) == ["file"]


def test_a_name_that_is_no_zip_and_a_file_too_large_are_refused(victor, now, settings):
    with pytest.raises(Refusal, match="Choose the .zip"):
        packages.add(by=victor, at=now, file=upload(small(), name="package.rar"))
    settings.MAX_PACKAGE_BYTES = 100

    with pytest.raises(Refusal, match="larger than"):
        packages.add(by=victor, at=now, file=upload(small()))


def test_without_an_origin_of_their_own_packages_are_refused(victor, now, settings):
    settings.PACKAGES_URL = ""

    with pytest.raises(Refusal, match="PACKAGES_URL"):
        packages.add(by=victor, at=now, file=upload(small()))


def test_a_file_that_turns_out_bad_is_told_and_leaves_nothing(victor, now):
    package = packages.add(by=victor, at=now, file=upload(small()))
    version = package.versions.get()
    version.file.save("bad.zip", upload(archive({"imsmanifest.xml": "x", "a.txt": file_dangers.TEST_VIRUS})))
    version.save()

    unpacking.unpack_next(at=now)

    version.refresh_from_db()
    package.refresh_from_db()
    assert (version.state, package.current) == ("refused", None)
    assert "virus" in version.refusal
    assert not PackageFile.objects.exists()
    assert default_storage.listdir(f"packages/{version.public_id}")[1] == []


def test_a_worker_that_died_leaves_it_to_the_next_which_begins_anew(victor, now):
    package = packages.add(by=victor, at=now, file=upload(small()))
    claimed = unpacking._claim(now)
    unpacking._unpack(claimed)

    assert not unpacking.unpack_next(at=now + timedelta(minutes=9))
    assert unpacking.unpack_next(at=now + timedelta(minutes=11))

    package.refresh_from_db()
    assert package.current.files.count() == 4
    assert len(default_storage.listdir(f"packages/{package.current.public_id}")[1]) == 4


def test_a_newer_version_is_in_use_even_if_the_older_one_is_unpacked_later(victor, now):
    package = packages.add(by=victor, at=now, file=upload(small()))
    packages.add_version(package=package, by=victor, at=now, file=upload(small(title="Anew")))
    first, second = package.versions.order_by("number")

    unpacking._finish(second)
    unpacking._finish(first)

    package.refresh_from_db()
    assert package.current == second


def test_renaming_says_whether_anything_changed(victor, now):
    package = PackageFactory(name="Old")

    assert packages.rename(package=package, by=victor, at=now, name=" New ")
    assert not packages.rename(package=package, by=victor, at=now, name="New")
    with pytest.raises(Refusal):
        packages.rename(package=package, by=victor, at=now, name=" ")


# --- lessons


def test_a_lesson_is_a_package_or_an_asset(victor, now):
    course = CourseFactory()
    package = PackageVersionFactory().package

    lesson = lessons.add(course=course, by=victor, at=now, title="Play", package=package)

    assert lesson.package == package
    with pytest.raises(Refusal, match="not both"):
        lessons.add(course=course, by=victor, at=now, title="Both", package=package, asset=AssetFactory())
    with pytest.raises(IntegrityError), transaction.atomic():
        LessonFactory(course=course, package=package, asset=AssetFactory())


def test_partners_are_not_led_to_a_package_that_is_not_unpacked(victor, now):
    waiting = PackageFactory(name="Waiting")

    with pytest.raises(Refusal, match="Waiting"):
        lessons.add(course=CourseFactory(), by=victor, at=now, title="Play", package=waiting)
    draft = CourseFactory(published_at=None)
    lessons.add(course=draft, by=victor, at=now, title="Play", package=waiting)
    with pytest.raises(Refusal, match="Waiting"):
        courses.publish(course=draft, by=victor, at=now)


# --- played


@pytest.fixture
def lesson():
    """The one lesson of a course: a package of one item."""
    return LessonFactory(package=PackageVersionFactory().package, body="")


@pytest.fixture
def attempt(lesson, pete, now):
    return playing.begin(lesson=lesson, person=pete.person, by=pete, at=now)


def told(sequence=1, *, base=0, writer="one", **about):
    return Report(item=about.pop("item", "one"), sequence=sequence, base=base, writer=writer, **about)


PASSED = {"completion": Completion.COMPLETED, "success": Success.PASSED, "score": Decimal("0.9")}


def test_who_begins_is_on_the_course_and_carries_on_with_the_same_attempt(lesson, attempt, pete, now):
    again = playing.begin(lesson=lesson, person=pete.person, by=pete, at=now)

    assert again == attempt
    assert CourseProgress.objects.get().last_lesson == lesson


def test_who_began_stays_on_their_version_until_they_begin_anew(lesson, attempt, pete, now):
    newer = PackageVersionFactory(package=lesson.package)
    lesson.package.refresh_from_db()

    assert playing.begin(lesson=lesson, person=pete.person, by=pete, at=now).version_played.number == 1
    anew = playing.begin(lesson=lesson, person=pete.person, by=pete, at=now, again=True)

    assert (anew.version_played, anew.number) == (newer, 2)
    assert PackageAttempt.objects.get(ended_at=None) == anew


def test_the_lesson_and_the_course_are_done_once_the_package_says_so(lesson, attempt, pete, now):
    with pytest.raises(Refusal, match="Go through it first"):
        learning.finish(lesson=lesson, person=pete.person, by=pete, at=now)
    playing.tell(attempt=attempt, report=told(completion=Completion.INCOMPLETE, location="3"), by=pete, at=now)
    assert not LessonDone.objects.exists()

    later = now + timedelta(minutes=9)
    assert playing.tell(attempt=attempt, report=told(2, seconds=300, **PASSED), by=pete, at=later) is Kept.NEW

    attempt.refresh_from_db()
    assert (attempt.completed_at, attempt.percent, attempt.seconds) == (later, 90, 300)
    assert LessonDone.objects.get().lesson == lesson
    assert CourseProgress.objects.get().completed_at == later


def test_failing_does_not_finish_and_another_go_does(lesson, attempt, pete, now):
    failed = told(completion=Completion.COMPLETED, success=Success.FAILED, score=Decimal("0.2"))
    playing.tell(attempt=attempt, report=failed, by=pete, at=now)
    assert not LessonDone.objects.exists()

    second = playing.begin(lesson=lesson, person=pete.person, by=pete, at=now, again=True)
    playing.tell(attempt=second, report=told(**PASSED), by=pete, at=now)

    assert LessonDone.objects.exists()
    assert [one.success for one in PackageAttempt.objects.order_by("number")] == ["failed", "passed"]


def test_what_is_older_never_overwrites_what_is_newer(attempt, pete, now):
    playing.tell(attempt=attempt, report=told(5, location="5"), by=pete, at=now)

    assert playing.tell(attempt=attempt, report=told(4, location="4"), by=pete, at=now) is Kept.KNOWN
    assert playing.tell(attempt=attempt, report=told(5, location="5"), by=pete, at=now) is Kept.KNOWN
    assert attempt.progress.get().location == "5"


def test_a_second_window_that_knows_less_is_not_taken(attempt, pete, now):
    playing.tell(attempt=attempt, report=told(1, location="1"), by=pete, at=now)

    assert playing.tell(attempt=attempt, report=told(9, writer="two"), by=pete, at=now) is Kept.STALE
    assert (
        playing.tell(attempt=attempt, report=told(2, base=1, writer="two", location="2"), by=pete, at=now) is Kept.NEW
    )
    assert playing.tell(attempt=attempt, report=told(3, writer="one", location="3"), by=pete, at=now) is Kept.STALE
    assert attempt.progress.get().location == "2"


def test_an_attempt_that_was_ended_takes_nothing_more(lesson, attempt, pete, now):
    playing.begin(lesson=lesson, person=pete.person, by=pete, at=now, again=True)

    assert playing.tell(attempt=attempt, report=told(**PASSED), by=pete, at=now) is Kept.STALE


def test_what_was_done_stays_done_whatever_is_told_later(attempt, pete, now):
    playing.tell(attempt=attempt, report=told(1, **PASSED), by=pete, at=now)
    playing.tell(attempt=attempt, report=told(2, completion=Completion.INCOMPLETE), by=pete, at=now)

    attempt.refresh_from_db()
    assert attempt.completed_at == now


def test_items_are_added_up(pete, now):
    items = [
        {"key": key, "title": key, "href": f"{key}.html", "mastery": None, "launch_data": ""} for key in ("one", "two")
    ]
    lesson = LessonFactory(package=PackageVersionFactory(items=items).package, body="")
    attempt = playing.begin(lesson=lesson, person=pete.person, by=pete, at=now)
    later = now + timedelta(hours=1)
    passed = told(seconds=60, **PASSED)

    playing.tell(attempt=attempt, report=passed, by=pete, at=later)
    attempt.refresh_from_db()
    assert (attempt.completion, attempt.success, attempt.completed_at) == ("incomplete", "unknown", None)
    both = replace(passed, item="two", seconds=30, score=Decimal("0.5"))
    playing.tell(attempt=attempt, report=both, by=pete, at=later)

    attempt.refresh_from_db()
    assert (attempt.completion, attempt.success, attempt.score, attempt.seconds) == (
        *("completed", "passed"), Decimal("0.7000"), 90,
    )  # fmt: skip
    with pytest.raises(Refusal):
        playing.tell(attempt=attempt, report=told(item="three"), by=pete, at=later)


def test_more_time_than_has_passed_is_not_believed(attempt, pete, now):
    playing.tell(attempt=attempt, report=told(seconds=100_000), by=pete, at=now + timedelta(seconds=40))

    assert attempt.progress.get().seconds == 40


def test_nobody_begins_in_a_course_that_is_not_offered(lesson, pete, now):
    lesson.course.retired_at = now

    with pytest.raises(Refusal, match="not offered"):
        playing.begin(lesson=lesson, person=pete.person, by=pete, at=now)


def test_lessons_of_other_courses_are_finished_only_where_one_is_on_them(lesson, attempt, pete, now):
    elsewhere = LessonFactory(package=lesson.package, body="")
    under_way = LessonFactory(package=lesson.package, body="")
    learning.visit(lesson=under_way, person=pete.person, by=pete, at=now)

    playing.tell(attempt=attempt, report=told(**PASSED), by=pete, at=now)

    assert {done.lesson for done in LessonDone.objects.all()} == {lesson, under_way}
    learning.finish(lesson=elsewhere, person=pete.person, by=pete, at=now)
    assert LessonDone.objects.count() == 3


# --- records


@pytest.mark.parametrize(
    "broken",
    [
        lambda: PackageVersionFactory(package=PackageVersionFactory(number=1).package, number=1),
        lambda: PackageVersionFactory(items=[]),
        lambda: PackageVersionFactory(state="ready", due_at="2026-01-01T00:00Z"),
        lambda: PackageAttemptFactory(score=Decimal("1.5")),
        lambda: PackageAttemptFactory(completed_at="2025-01-01T00:00Z"),
        lambda: PackageProgressFactory(score=Decimal(-2)),
    ],
)
def test_records_keep_their_rules(broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        broken()


def test_one_attempt_is_open_at_a_time_and_each_has_its_number():
    first = PackageAttemptFactory()
    same = {"person": first.person, "version_played": first.version_played}

    for number in (1, 2):
        with pytest.raises(IntegrityError), transaction.atomic():
            PackageAttemptFactory(number=number, **same)
    PackageAttempt.objects.update(ended_at=first.started_at)
    PackageAttemptFactory(number=2, **same)


def test_a_version_has_a_path_once_and_an_attempt_an_item_once():
    version = PackageVersionFactory()
    row = {"path": "a.html", "file": "packages/a", "content_type": "text/html"}
    PackageFile.objects.create(version=version, **row)
    progress = PackageProgressFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        PackageFile.objects.create(version=version, **row)
    with pytest.raises(IntegrityError), transaction.atomic():
        PackageProgressFactory(attempt=progress.attempt)
