"""Packages on the pages of both sides."""

import json
from decimal import Decimal

import pytest
from django.urls import reverse

from core.refusals import Refusal
from enablement.forms import package_reports
from enablement.models import LessonDone, Package, PackageAttempt
from enablement.services import unpacking
from tests.counting import queries
from tests.enablement.packed import small, upload
from tests.factories.learning import LessonFactory, PackageAttemptFactory, PackageProgressFactory, PackageVersionFactory

pytestmark = pytest.mark.django_db

MOST_QUERIES = 12


# --- the vendor's


def test_a_package_is_uploaded_watched_and_tried(client_of, victor, now):
    client = client_of(victor)

    answer = client.post("/vendor/packages/new/", {"file": upload(small()), "name": ""}, follow=True)
    package = Package.objects.get()
    assert "Being unpacked" in answer.text
    assert 'hx-trigger="every 2s"' in answer.text
    assert client.get(f"/vendor/packages/{package.public_id}/try/").status_code == 302
    unpacking.unpack_next(at=now)

    panel = client.get(f"/vendor/packages/{package.public_id}/versions/", headers={"HX-Request": "true"})
    assert "In use" in panel.text
    assert "every 2s" not in panel.text
    tried = client.get(f"/vendor/packages/{package.public_id}/try/")
    assert "frame-src http://packages.localhost:8000" in tried["Content-Security-Policy"]
    assert 'sandbox="allow-scripts allow-same-origin allow-forms"' in tried.text


def test_only_players_may_frame_anything(client_of, victor):
    package = PackageVersionFactory().package

    for path in ("/vendor/packages/", f"/vendor/packages/{package.public_id}/", "/vendor/courses/"):
        assert "frame-src" not in client_of(victor).get(path)["Content-Security-Policy"]


def test_a_refused_file_is_told_at_its_field(client_of, victor):
    answer = client_of(victor).post("/vendor/packages/new/", {"file": upload(b"nonsense"), "name": "Kept"})

    assert answer.status_code == 422
    assert "no archive" in answer.text
    assert 'value="Kept"' in answer.text
    assert not Package.objects.exists()


def test_a_package_is_renamed_and_uploaded_anew(client_of, victor):
    package = PackageVersionFactory().package
    client = client_of(victor)

    client.post(f"/vendor/packages/{package.public_id}/edit/", {"name": "Another"})
    client.post(f"/vendor/packages/{package.public_id}/renew/", {"file": upload(small()), "note": "Shorter"})

    package.refresh_from_db()
    assert (package.name, package.versions.get(number=2).note) == ("Another", "Shorter")


def test_managers_see_the_results_of_their_own_partners_only(client_of, vera, pete, olga):
    version = PackageVersionFactory()
    for user, score in ((pete, "0.8"), (olga, "0.4")):
        PackageAttemptFactory(person=user.person, version_played=version, score=Decimal(score))

    page = client_of(vera).get(f"/vendor/packages/{version.package.public_id}/")

    assert "80 %" in page.text
    assert "Olga" not in page.text
    assert client_of(vera).get("/vendor/packages/new/").status_code == 403


# --- a partner's


@pytest.fixture
def lesson():
    return LessonFactory(package=PackageVersionFactory().package, body="", title="Play it")


def address(lesson, verb):
    return reverse(f"partner:lesson-{verb}", args=[lesson.course.public_id, lesson.public_id])


def report(of, **about):
    return {
        "attempt": str(of.public_id), "item": "one", "writer": "w", "base": 0, "sequence": 1,
        "completion": "incomplete", "success": "unknown", "score": {}, "seconds": 1, "location": "",
        "suspend_data": "", "data": {}, **about,
    }  # fmt: skip


def tell(client, lesson, told):
    return client.post(address(lesson, "tell"), json.dumps(told), content_type="application/json")


def test_a_lesson_is_begun_played_and_done(client_of, pete, lesson):
    client = client_of(pete)
    assert client.get(address(lesson, "play")).status_code == 302
    assert "Done</button>" not in client.get(address(lesson, "detail")).text

    client.post(address(lesson, "begin"))
    attempt = PackageAttempt.objects.get()
    page = client.get(address(lesson, "play"))
    assert "frame-src http://packages.localhost:8000" in page["Content-Security-Policy"]
    kept = tell(client, lesson, report(attempt, suspend_data="page 2", location="2"))
    assert kept.json() == {"kept": "new", "is_done": False}
    assert '"suspend_data": "page 2"' in client.get(address(lesson, "play")).text

    done = report(attempt, sequence=2, completion="completed", success="passed", score={"raw": 9, "max": 10})
    assert tell(client, lesson, done).json() == {"kept": "new", "is_done": True}
    assert LessonDone.objects.exists()
    assert "90 %" in client.get(address(lesson, "detail")).text


def test_another_window_is_told_that_it_went_on_elsewhere(client_of, pete, lesson):
    client = client_of(pete)
    client.post(address(lesson, "begin"))
    attempt = PackageAttempt.objects.get()
    tell(client, lesson, report(attempt))

    assert tell(client, lesson, report(attempt, writer="other", sequence=9)).status_code == 409


def test_nobody_tells_of_another_ones_attempt(client_of, pete, paula, lesson):
    theirs = PackageAttemptFactory(person=paula.person, version_played=lesson.package.current)

    answer = tell(client_of(pete), lesson, report(theirs, completion="completed", success="passed"))

    assert answer.status_code == 409
    assert not theirs.progress.exists()


def test_the_team_sees_where_its_people_are(client_of, paula, pete, olga, lesson):
    for user in (pete, olga):
        PackageAttemptFactory(person=user.person, version_played=lesson.package.current, score=Decimal("0.75"))

    page = client_of(paula).get("/partner/learning/team/")

    assert page.text.count("75 %") == 1


@pytest.mark.parametrize(
    "about",
    [
        {"sequence": -1}, {"sequence": "1"}, {"sequence": True}, {"score": []}, {"score": {"raw": "many"}},
        {"score": {"raw": float("nan")}}, {"suspend_data": "x" * 64_001}, {"location": "x" * 1001}, {"data": []},
        {"completion": "done"}, {"success": None}, {"attempt": "1"}, {"more": 1}, {"item": "a\0b"},
        {"data": {"x": "y" * 262_144}},
    ],
)  # fmt: skip
def test_what_no_player_tells_is_refused(client_of, pete, lesson, about):
    client = client_of(pete)
    client.post(address(lesson, "begin"))

    assert tell(client, lesson, report(PackageAttempt.objects.get(), **about)).status_code == 422


@pytest.mark.parametrize(
    ("score", "share"),
    [
        ({}, None),
        ({"scaled": 0.85}, "0.85"),
        ({"raw": 17, "min": 10, "max": 20}, "0.7"),
        ({"raw": "60", "min": "", "max": ""}, "0.6"),
        ({"raw": 5, "min": 5, "max": 5}, None),
        ({"scaled": 7}, "1"),
    ],
)
def test_a_score_is_a_share(score, share):
    assert package_reports.scaled(score) == (None if share is None else Decimal(share))


def test_what_is_no_json_is_refused():
    with pytest.raises(Refusal):
        package_reports.read(b"\xff")


def test_pages_ask_the_database_seldom(client_of, victor, paula, pete):
    items = [{"key": key, "title": key, "href": f"{key}.html", "mastery": None, "launch_data": ""} for key in "ab"]
    version = PackageVersionFactory(items=items)
    lesson = LessonFactory(package=version.package, body="")
    for user in (paula, pete):
        attempt = PackageAttemptFactory(person=user.person, version_played=version)
        PackageProgressFactory(attempt=attempt, item="a")
    vendor, partner = client_of(victor), client_of(paula)

    for path in ("", f"{version.package.public_id}/", f"{version.package.public_id}/try/"):
        assert queries(vendor, f"/vendor/packages/{path}") <= MOST_QUERIES
    for path in (address(lesson, "detail"), address(lesson, "play"), "/partner/learning/team/"):
        assert queries(partner, path) <= MOST_QUERIES
