"""A package is uploaded, played in a frame of another origin, left half way, resumed and passed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import FrameLocator, Page, Request, expect

from accounts.models import User
from accounts.roles import VendorRole
from core.services import outbox
from enablement.models import Certification, Course, CourseProgress, HeldCertification, PackageAttempt
from enablement.services import certifications, requirements, unpacking
from partners.models import Partner, TierHolding
from partners.services import tiers
from portal.seed import scorm
from segmentation.services import recompute
from tests.browser.helpers import accessibility_violations, overflows
from tests.conftest import person_at
from tests.factories.accounts import VendorUserFactory
from tests.stories.program import all_of, certified

ITEM = scorm.Item(
    "restore",
    "A restore that convinces",
    (
        scorm.Page("Let the customer hold the mouse", ("Who has restored a folder once believes it.",)),
        scorm.Page("Stop the time", ("Ten minutes is what you promised.",)),
    ),
    (
        scorm.Question("Who restores?", ("We do", "The customer"), 1),
        scorm.Question("How long may it take?", ("Ten minutes", "A day"), 0),
    ),
    pass_percent=80,
)


@pytest.fixture(autouse=True)
def _two_origins(settings: Any, live_server: Any, tmp_path: Path) -> None:
    """Serve packages under another host name than the portal."""
    settings.PUBLIC_URL, settings.MEDIA_ROOT = live_server.url, tmp_path
    settings.PACKAGES_URL = live_server.url.replace("//localhost", "//packages.localhost")


@pytest.fixture
def victor(transactional_db: None) -> User:
    """The program admin, with a certification that a tier asks for."""
    victor: User = VendorUserFactory(name="Victor Voss", role=VendorRole.PROGRAM_ADMIN)
    at = datetime.now(UTC) - timedelta(days=1)
    certifications.create(by=victor, at=at, name="Restore Associate", key="restore", summary="Can restore.")
    tiers.define_track(
        key="solution", name="Solution", by=victor, at=at,
        tiers=[{"key": "silver", "name": "Silver", "criteria": all_of(certified(">=", 1))}],
    )  # fmt: skip
    return victor


@pytest.fixture
def pete(victor: User) -> User:
    """A seller at Pinewood."""
    pinewood = Partner.objects.create(name="Pinewood", country="DE", status="active")
    return person_at(pinewood, name="Pete Pratt", email="pete@pinewood.example")


def follow() -> None:
    """Let the workers do what waits for them."""
    for _each in range(2):
        recompute.everything(at=datetime.now(UTC))
        outbox.deliver_due(at=datetime.now(UTC) + timedelta(seconds=1))
        recompute.all_stale(at=datetime.now(UTC))


def item_in(page: Page) -> FrameLocator:
    """Return the item: a frame within the frame of the packages' origin."""
    return page.frame_locator("package-player iframe").frame_locator("iframe")


def upload(page: Page, tmp_path: Path, standard: str) -> None:
    """Upload a package and make it the lesson of a published course, as a program admin does."""
    file = tmp_path / "restore.zip"
    file.write_bytes(scorm.package("A restore that convinces", [ITEM], standard=standard))
    page.goto("/vendor/packages/new/")
    page.locator("input[name=file]").set_input_files(file)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("Being unpacked", exact=True)).to_be_visible()
    unpacking.unpack_next(at=datetime.now(UTC))
    expect(page.get_by_text("In use", exact=True)).to_be_visible()
    page.goto("/vendor/courses/new/")
    page.locator("main input[name=name]").fill("Restore course")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Add a lesson").click()
    page.locator("main input[name=title]").fill("Restore in front of the customer")
    page.locator("main select[name=package]").select_option(label="A restore that convinces")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Published", exact=True).first).to_be_visible()


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("standard", ["scorm12", "scorm2004"])
def test_uploaded_played_resumed_passed(
    standard: str, victor: User, pete: User, new_page: Callable[..., Page], tmp_path: Path, settings: Any
) -> None:
    admin = new_page(victor)
    upload(admin, tmp_path, standard)
    course = Course.objects.get()
    certification = Certification.objects.get()
    requirements.add(certification=certification, course=course, by=victor, at=datetime.now(UTC))

    # Pete begins, reads a page and closes the laptop.
    page = new_page(pete)
    asked: list[Request] = []
    page.on("request", lambda one: asked.append(one))
    lesson = f"/partner/courses/{course.public_id}/lessons/{course.lessons.get().public_id}/"
    page.goto(lesson)
    expect(page.get_by_role("button", name="Done")).to_have_count(0)
    assert accessibility_violations(page) == []
    page.get_by_role("button", name="Begin").click()
    expect(item_in(page).get_by_role("heading", name="Let the customer hold the mouse")).to_be_visible()
    assert page.frames[1].url.startswith(settings.PACKAGES_URL)
    item_in(page).get_by_role("button", name="Next").click()
    expect(item_in(page).get_by_role("heading", name="Stop the time")).to_be_visible()
    expect(page.get_by_text("Saved just now")).to_be_visible()
    assert accessibility_violations(page) == []

    # The packages' origin was never sent a cookie, and what it says is nobody else's.
    theirs = [one for one in asked if one.url.startswith(settings.PACKAGES_URL)]
    assert len(theirs) >= 5
    assert all("cookie" not in one.all_headers() for one in theirs if "/files/" in one.url or "/play/" in one.url)
    page.close()
    file = next(one.url for one in theirs if one.url.endswith("play.js")).removeprefix(settings.PACKAGES_URL)
    stranger, host = Client(), settings.PACKAGES_URL.removeprefix("http://")
    assert stranger.get(file, headers={"Host": host}).status_code == 200
    assert stranger.get(file[:8] + "x" + file[9:], headers={"Host": host}).status_code == 404
    assert stranger.get(file, headers={"Host": host, "Sec-Fetch-Dest": "document"}).status_code == 404
    assert stranger.get(file).status_code == 404

    # On another day, on his phone, it goes on where he was. He fails, tries again, and passes.
    phone = new_page(pete, width=390)
    phone.goto(lesson)
    phone.get_by_role("button", name="Continue").click()
    expect(item_in(phone).get_by_role("heading", name="Stop the time")).to_be_visible()
    assert not overflows(phone)
    hand_in(phone, "We do", "A day")
    expect(item_in(phone).get_by_text("0 % right: not passed yet")).to_be_visible()
    until_kept(phone, success="failed")
    phone.goto(lesson)
    phone.get_by_role("button", name="Try again").click()
    expect(item_in(phone).get_by_role("heading", name="Let the customer hold the mouse")).to_be_visible()
    item_in(phone).get_by_role("button", name="Next").click()
    hand_in(phone, "The customer", "Ten minutes")
    expect(item_in(phone).get_by_text("100 % right: passed")).to_be_visible()
    phone.get_by_role("link", name="Done, back to the lesson").click()
    expect(phone.get_by_text("Passed", exact=True)).to_be_visible()

    # With it the course is complete, the certificate comes, and the tier follows.
    assert [one.success for one in PackageAttempt.objects.order_by("number")] == ["failed", "passed"]
    assert CourseProgress.objects.get().completed_at is not None
    assert HeldCertification.objects.get().person == pete.person
    follow()
    assert TierHolding.objects.open().get().tier.key == "silver"
    admin.goto("/vendor/packages/")
    admin.get_by_role("link", name="A restore that convinces").click()
    expect(admin.get_by_role("row", name="Pete Pratt Attempt 2")).to_contain_text("100 %")
    assert accessibility_violations(admin) == []


def until_kept(page: Page, **what: Any) -> None:
    """Wait until the portal has kept what the player told."""
    for _each in range(50):
        if PackageAttempt.objects.filter(**what).exists():
            return
        page.wait_for_timeout(100)
    pytest.fail(f"Not kept: {what}")


def hand_in(page: Page, *answers: str) -> None:
    """Go to the questions and answer them."""
    item_in(page).get_by_role("button", name="Next").click()
    for answer in answers:
        item_in(page).get_by_label(answer).check()
    item_in(page).get_by_role("button", name="Hand in").click()
