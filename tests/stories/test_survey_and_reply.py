"""A survey is written, asked by a journey, answered on the phone, told of where enough answered, and replied to."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.roles import VendorRole
from core.services import outbox
from enablement.models import Journey, Survey, SurveyResponse
from enablement.services import journeys, survey_answers, survey_questions, survey_rounds, surveys
from partners.models import Partner
from tests.browser.helpers import accessibility_violations, overflows, settle
from tests.conftest import person_at
from tests.factories.accounts import VendorUserFactory


@pytest.fixture
def victor(transactional_db: None) -> User:
    """The program admin."""
    return VendorUserFactory(name="Victor Voss", role=VendorRole.PROGRAM_ADMIN)


@pytest.fixture
def paula(transactional_db: None) -> User:
    """The partner admin at Pinewood."""
    pinewood = Partner.objects.create(name="Pinewood", country="FR", status="active")
    return person_at(pinewood, name="Paula Park", email="paula@pinewood.example", is_admin=True)


def four_answer_without_a_name(by: User) -> Survey:
    """Close an anonymous survey that four people answered."""
    at = datetime.now(UTC) - timedelta(hours=1)
    unnamed = surveys.create(by=by, at=at, name="Your partner manager", is_anonymous=True)
    asked = survey_questions.add(survey=unnamed, by=by, at=at, kind="text", text="What should change?")
    surveys.publish(survey=unnamed, by=by, at=at)
    oakhurst = Partner.objects.create(name="Oakhurst", country="US", status="active")
    opened = unnamed.rounds.get()
    for number in range(4):
        user = person_at(oakhurst, name=f"Person {number}", email=f"p{number}@oakhurst.example")
        survey_answers.hand_in(
            survey_round=opened, person=user.person, by=user, at=at, answers={asked["key"]: "Call us back"}
        )
    survey_rounds.close(survey_round=opened, at=at)
    return unnamed


def write_a_survey(desk: Page) -> None:
    """Write two questions in the browser, the second shown after a low score, and publish."""
    desk.goto("/vendor/surveys/")
    desk.get_by_role("link", name="New survey").click()
    desk.get_by_role("textbox", name="Name").fill("How are we doing?")
    desk.get_by_role("button", name="Save").click()
    desk.get_by_role("link", name="Add a question").click()
    desk.get_by_role("link", name="Would you recommend us, 0 to 10").click()
    desk.get_by_role("textbox", name="Question").fill("Would you recommend us?")
    desk.get_by_role("button", name="Save and add another").click()
    desk.get_by_role("link", name="In words").click()
    desk.get_by_role("textbox", name="Question").fill("What went wrong?")
    for score in ("0", "1", "2", "3"):
        desk.get_by_role("checkbox", name=score, exact=True).check()
    assert accessibility_violations(desk) == []
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.get_by_text("Only with certain answers to")).to_be_visible()
    desk.get_by_role("link", name="Review and publish").click()
    desk.get_by_role("button", name="Publish").click()
    expect(desk.get_by_text("Published: How are we doing?")).to_be_visible()


def ask_it_on_a_journey(desk: Page, by: User, partner: Partner) -> Journey:
    """Put the survey on a journey in the browser, and let a partner begin."""
    journey = journeys.create(name="Ready in 30 days", by=by, at=datetime.now(UTC))
    desk.goto(f"/vendor/journeys/{journey.public_id}/steps/new/")
    desk.get_by_role("link", name="Answer a survey").click()
    desk.get_by_role("textbox", name="Title").fill("Tell us how it goes")
    desk.get_by_label("Survey", exact=True).select_option(label="How are we doing?")
    assert accessibility_violations(desk) == []
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_role("link", name="Tell us how it goes")).to_be_visible()
    journeys.publish(journey=journey, by=by, at=datetime.now(UTC))
    journeys.enroll(journey=journey, partner=partner, by=by, at=datetime.now(UTC))
    return journey


def find_it_on_the_journey(phone: Page, journey: Journey, *, is_done: bool) -> None:
    """See the step lead to the survey, or be done."""
    phone.goto(f"/partner/journeys/{journey.public_id}/")
    expect(phone.get_by_role("heading", name="Tell us how it goes")).to_be_visible()
    expect(phone.get_by_role("link", name=re.compile("^Answer"))).to_have_count(0 if is_done else 1)
    expect(phone.get_by_text("Paula Park,")).to_have_count(1 if is_done else 0)
    assert not overflows(phone)
    assert accessibility_violations(phone) == []


def answer_on_the_phone(phone: Page) -> None:
    """Answer on the home page first, then the question that follows from it."""
    phone.goto("/partner/")
    block = phone.locator("#home-survey")
    expect(block.get_by_text("Would you recommend us?")).to_be_visible()
    block.locator("label").filter(has_text="3").click()
    block.get_by_role("button", name="Answer").click()
    block.get_by_role("link", name="1 question more").click()
    expect(phone.get_by_role("radio", name="3", exact=True)).to_be_checked()
    why = phone.get_by_label("What went wrong?")
    expect(why).to_be_visible()
    phone.locator("label").filter(has_text="9").click()
    expect(why).to_be_hidden()
    phone.locator("label").filter(has_text="2").first.click()
    why.fill("Quotes take a week.")
    expect(phone.locator("#saved")).to_have_text("Saved just now")
    settle(phone)
    assert not overflows(phone)
    assert accessibility_violations(phone) == []
    phone.get_by_role("button", name="Hand in").click()
    expect(phone.get_by_text("Thank you, your answer counts")).to_be_visible()


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_partners_say_and_read_what_we_did(victor: User, paula: User, new_page: Callable[..., Any]) -> None:
    unnamed = four_answer_without_a_name(victor)
    desk, phone = new_page(victor), new_page(paula, width=390)

    write_a_survey(desk)
    journey = ask_it_on_a_journey(desk, victor, paula.person.partner)
    find_it_on_the_journey(phone, journey, is_done=False)
    answer_on_the_phone(phone)
    find_it_on_the_journey(phone, journey, is_done=True)
    assert set(SurveyResponse.objects.get(person=paula.person).answers.values()) == {2, "Quotes take a week."}

    # Of four answers without a name nothing is told, whatever is looked for.
    for verb in ("results", "texts"):
        desk.goto(f"/vendor/surveys/{unnamed.public_id}/rounds/1/{verb}/")
        expect(desk.get_by_text("Fewer than five answered.")).to_be_visible()
        expect(desk.get_by_text("Call us back")).to_have_count(0)

    # What Paula said becomes an action, and the action a reply.
    survey = Survey.objects.get(name="How are we doing?")
    desk.goto(f"/vendor/surveys/{survey.public_id}/rounds/1/results/")
    expect(desk.get_by_text("-100").or_(desk.get_by_text("−100")).first).to_be_visible()
    assert accessibility_violations(desk) == []
    desk.get_by_role("link", name="In their words").click()
    desk.get_by_role("checkbox", name="Quotes take a week.").check()
    desk.get_by_role("button", name="Make an action of the chosen").click()
    desk.get_by_label("What we do about it").fill("A template for quotes")
    desk.get_by_role("button", name="Save").click()
    desk.get_by_role("link", name="Reply", exact=True).click()
    desk.get_by_label("We did").fill("There is a template in the library now.")
    desk.get_by_role("button", name="Publish the reply").click()
    expect(desk.get_by_text("Published. Those who answered are told.")).to_be_visible()
    outbox.deliver_due(at=datetime.now(UTC))

    # Paula is told, and reads it where she answered.
    assert paula.notifications.filter(text__contains="You said, we did").exists()
    phone.goto("/partner/surveys/")
    phone.get_by_role("link", name="A template for quotes").click()
    expect(phone.get_by_role("heading", name="You said, we did")).to_be_visible()
    expect(phone.get_by_text("There is a template in the library now.")).to_be_visible()
    assert not overflows(phone)
    assert accessibility_violations(phone) == []
