"""Somebody finds a guide by a misspelt word, takes the course around it and is certified; the badge verifies."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from joserfc import jws, jwt
from joserfc.jwk import RSAKey
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.roles import VendorRole
from core.services import outbox
from enablement.models import Certification, Course, HeldCertification, QuizAttempt
from enablement.services import certifications, content, courses, journeys, lessons, questions, quizzes, requirements
from partners.models import Partner
from tests.browser.helpers import accessibility_violations, overflows
from tests.conftest import person_at
from tests.factories.accounts import VendorUserFactory


@pytest.fixture
def cloud(transactional_db: None) -> Certification:
    """A guide in the library, a course that uses it, a quiz at its end, and what both lead to."""
    at = datetime.now(UTC) - timedelta(days=1)
    victor = VendorUserFactory(name="Victor Voss", role=VendorRole.PROGRAM_ADMIN)
    guide = content.create(by=victor, at=at, title="Backup in five minutes", kind="page", body="Three sentences.")
    content.publish(asset=guide, by=victor, at=at)
    quiz = quizzes.create(by=victor, at=at, name="Backup check", pass_percent=70, max_attempts=2)
    course = courses.create(by=victor, at=at, name="Backup basics", summary="From first call to first restore.")
    first = lessons.add(course=course, by=victor, at=at, title="What it protects", body="A copy **every four hours**.")
    lessons.add(course=course, by=victor, at=at, title="How to say it", asset=guide)
    questions.add(
        quiz=quiz, by=victor, at=at, kind="single", text="How much work is lost at most?", read_again=first,
        choices=[{"text": "Four hours", "right": True}, {"text": "A day"}, {"text": "Nothing"}],
    )  # fmt: skip
    questions.add(
        quiz=quiz, by=victor, at=at, kind="ordering", text="Put a trial in order.", read_again=first,
        choices=[{"text": "Agree the proof"}, {"text": "Restore together"}, {"text": "Send the price"}],
    )  # fmt: skip
    questions.add(
        quiz=quiz, by=victor, at=at, kind="text", text="How many days are copies kept?", read_again=first,
        choices=[{"text": "90"}],
    )  # fmt: skip
    quizzes.publish(quiz=quiz, by=victor, at=at)
    courses.update(course=course, by=victor, at=at, changes={"quiz": quiz})
    courses.publish(course=course, by=victor, at=at)
    made = certifications.create(
        by=victor, at=at, name="Cloud Associate", valid_months=24, summary="Can plan and run a backup."
    )
    requirements.add(certification=made, by=victor, at=at, course=course)
    requirements.add(certification=made, by=victor, at=at, quiz=quiz, again=True)
    journey = journeys.create(by=victor, at=at, name="Ready in 30 days")
    journeys.add_step(journey=journey, by=victor, at=at, kind="course", title="Take the basics", course=course)
    journeys.publish(journey=journey, by=victor, at=at)
    return made


@pytest.fixture
def pete(cloud: Certification) -> User:
    """A seller at Pinewood, who is on the journey."""
    pinewood = Partner.objects.create(name="Pinewood", country="DE", status="active")
    outbox.deliver_due(at=datetime.now(UTC))
    return person_at(pinewood, name="Pete Pratt", email="pete@pinewood.example")


def answer(page: Page, *, rightly: bool) -> None:
    """Answer the questions of the open attempt by what stands in them; nothing on the page tells what is right."""
    page.get_by_role("radio", name="Four hours" if rightly else "A day").check()
    for place, text in enumerate(("Agree the proof", "Restore together", "Send the price"), start=1):
        page.get_by_label(f"Place of: {text}").select_option(str(place))
    with page.expect_response(lambda response: "/save/" in response.url):
        page.get_by_role("textbox", name="How many days").fill("90" if rightly else "30")
    expect(page.get_by_text("Saved just now")).to_be_visible()


@pytest.mark.browser_may_see(422)
@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_found_learned_certified_and_verified(
    cloud: Certification, pete: User, new_page: Callable[..., Page], live_server: Any
) -> None:
    page = new_page(pete)

    # Pete finds the guide although he misspells it.
    page.goto("/partner/assets/")
    search = page.locator("#library-form input[name=q]")
    search.fill("bakcup in five")
    search.press("Enter")
    expect(page.get_by_role("link", name="Backup in five minutes").first).to_be_visible()

    # He takes the course around it, lesson by lesson.
    page.goto("/partner/learning/")
    page.get_by_role("link", name="Backup basics").first.click()
    page.get_by_role("link", name="Begin").click()
    expect(page.get_by_role("heading", name="What it protects", level=1)).to_be_visible()
    assert accessibility_violations(page) == []
    page.get_by_role("button", name="Done, next lesson").click()
    page.get_by_role("link", name=re.compile("Open.*Backup in five minutes")).click()
    expect(page.get_by_text("Three sentences.")).to_be_visible()
    page.goto("/partner/learning/")
    page.get_by_role("link", name="Continue").first.click()
    page.get_by_role("button", name="Done").click()

    # The first attempt fails: the page says what to read again, and not what is right.
    page.get_by_role("link", name="To the quiz").click()
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("button", name="Hand in")).to_be_visible()
    assert "every four hours" not in page.content()
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("3 questions are not answered")).to_be_visible()
    answer(page, rightly=False)
    assert accessibility_violations(page) == []
    page.get_by_role("button", name="Hand in", exact=True).click()
    expect(page.get_by_role("heading", name="Not passed yet", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="Read again: What it protects").first).to_be_visible()
    expect(page.get_by_text("Right is:")).to_have_count(0)

    # The second one passes, and with it the certificate comes, and the journey's step is done.
    page.get_by_role("button", name="Try again").click()
    answer(page, rightly=True)
    page.get_by_role("button", name="Hand in", exact=True).click()
    expect(page.get_by_role("heading", name="Passed with 100 %", level=1)).to_be_visible()
    assert QuizAttempt.objects.count() == 2
    outbox.deliver_due(at=datetime.now(UTC))
    page.goto("/partner/journeys/")
    expect(page.get_by_text("1 of 1 steps")).to_be_visible()
    page.goto("/partner/certifications/")
    expect(page.get_by_role("heading", name="Cloud Associate")).to_be_visible()
    address = page.get_by_role("link", name=re.compile("Badge.*Cloud Associate")).get_attribute("href")

    # Whoever is given the address sees the badge without signing in, on a phone as well.
    world = new_page(None, width=390)
    world.goto(str(address))
    expect(world.get_by_role("heading", name="Cloud Associate", level=1)).to_be_visible()
    expect(world.get_by_text("Pete Pratt")).to_be_visible()
    expect(world.get_by_text("Valid", exact=True)).to_be_visible()
    assert accessibility_violations(world) == []
    assert not overflows(world)

    # A library that we do not sign with verifies the credential at the same address.
    signed = world.request.get(str(address), headers={"Accept": "application/vc+jwt"})
    token = signed.text()
    kid = jws.extract_compact(token.encode()).headers()["kid"]
    key = world.request.get(kid.replace(settings.PUBLIC_URL, live_server.url)).json()
    claims = jwt.decode(token, RSAKey.import_key(key), algorithms=["RS256"]).claims
    assert claims["credentialSubject"]["achievement"]["name"] == "Cloud Associate"
    plain = world.request.get(str(address), headers={"Accept": "application/json"}).json()
    assert {name: claims[name] for name in plain} == plain

    # Revoked, the page and the status say so.
    held = HeldCertification.objects.get()
    certifications.revoke(held=held, by=None, at=datetime.now(UTC), reason="Recorded for somebody else.")
    world.reload()
    expect(world.get_by_text("Revoked", exact=True)).to_be_visible()
    assert world.request.get(f"{address}status/").json()["revokedCredential"][0]["revoked"] is True
    assert Course.objects.get().progress.get().completed_at is not None
