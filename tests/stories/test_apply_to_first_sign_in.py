"""From a blank form to the first sign-in: an organisation applies, is let in, and its admin finds it all there."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from accounts.roles import VendorRole
from core.services import outbox
from partners.forms import applications as forms
from partners.models import Category, PartnerApplication
from partners.services import application_questions
from tests.browser.helpers import accessibility_violations, overflows
from tests.factories.accounts import VendorUserFactory
from tests.factories.partners import AssignmentFactory, PartnerFactory, RegionFactory
from tests.stories import program


def deliver() -> None:
    """Deliver what waits in the outbox, as workers do."""
    outbox.deliver_due(at=datetime.now(UTC) + timedelta(minutes=10))


def link_in(subject: str) -> str:
    """Return the path of the link in the newest e-mail with this in its subject."""
    found = next(one for one in reversed(mail.outbox) if subject in one.subject)
    match = re.search(r"https?://[^/\s]+(/\S+)", str(found.body))
    assert match
    return match[1]


@pytest.mark.browser_may_see(422)
@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_an_organisation_applies_and_its_admin_signs_in(
    transactional_db: None, new_page: Callable[..., Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "LEAST_SECONDS", 0)
    at = datetime.now(UTC)
    victor = VendorUserFactory(name="Victor Voss", role=VendorRole.PROGRAM_ADMIN)
    vera = VendorUserFactory(name="Vera Vance", role=VendorRole.CAM)
    program.define(by=victor, at=at)
    south = RegionFactory(name="South")
    known = PartnerFactory(name="Pinewood Systems", domain="pinewood.example", country="DE", region=south)
    AssignmentFactory(partner=known, user=vera)

    # Victor writes the form in the browser.
    desk = new_page(victor)
    desk.goto("/vendor/applications/questions/new/")
    desk.get_by_label("Question", exact=False).first.fill("How many people work for you?")
    desk.get_by_label("The answer goes to").select_option("profile")
    desk.get_by_label("Field of the profile").select_option("employees")
    desk.get_by_label("An answer is needed").check()
    desk.get_by_role("button", name="Add a question").click()
    expect(desk.get_by_role("link", name="How many people work for you?")).to_be_visible()
    integrator = Category.objects.get(key="integrator")
    application_questions.create(
        text="Name a project",
        goes_to="nowhere",
        kind="text",
        categories=[integrator],
        is_required=True,
        by=victor,
        at=at,
    )

    # Quinn finds the form from the sign-in page. A name that is known is said to be, and no more.
    quinn = new_page(width=390)
    quinn.goto("/sign-in/")
    quinn.get_by_role("link", name="Become a partner").click()
    quinn.get_by_label("Name of your organisation").fill("Pinewood System")
    expect(quinn.get_by_text("We seem to know your organisation")).to_be_visible()
    quinn.get_by_label("Name of your organisation").fill("Quarry Werke")
    expect(quinn.get_by_text("We seem to know your organisation")).to_have_count(0)
    quinn.get_by_label("Web site or e-mail domain").fill("quarry.example")
    quinn.get_by_label("Country of the head office").select_option("DE")
    quinn.get_by_label("Your name").fill("Quinn Quade")
    quinn.get_by_label("Your e-mail address at work").fill("quinn@quarry.example")
    assert accessibility_violations(quinn) == []
    assert not overflows(quinn)
    quinn.get_by_role("button", name="Go on").click()

    # The questions, then categories with reasons, then the questions of the category.
    expect(quinn.get_by_role("heading", name="How you do business", level=1)).to_be_visible()
    quinn.get_by_label("How many people work for you?").fill("80")
    quinn.get_by_role("button", name="Keep and go on").click()
    expect(quinn.get_by_text("These fit what you told us")).to_be_visible()
    expect(quinn.get_by_text("You have: 80").first).to_be_visible()
    assert accessibility_violations(quinn) == []
    assert not overflows(quinn)
    quinn.get_by_role("checkbox", name="System Integrator").check()
    quinn.get_by_role("button", name="Keep and go on").click()
    quinn.get_by_label("Name a project").fill("A hospital's network")
    quinn.get_by_role("button", name="Keep and go on").click()
    expect(quinn.get_by_text("A hospital's network")).to_be_visible()
    quinn.get_by_role("button", name="Submit the application").click()
    expect(quinn.get_by_text("One step left: open the link we sent you")).to_be_visible()
    assert PartnerApplication.objects.get().state == "draft"

    # The link in the e-mail proves the address, from another browser, and it is submitted.
    deliver()
    phone = new_page()
    phone.goto(link_in("One step left"))
    phone.get_by_role("button", name="Confirm and submit").click()
    expect(phone.get_by_text("We have it. Somebody will look at it.")).to_be_visible()
    quinn.goto("/apply/review/")
    expect(quinn.get_by_role("heading", name="Become a partner", level=1)).to_be_visible()

    # Vera, manager of that region, finds it in her queue, asks, gets an answer, and lets them in.
    deliver()
    review = new_page(vera)
    review.goto("/vendor/")
    review.get_by_role("link", name="Answer the application: Quarry Werke").click()
    expect(review.get_by_text("A hospital's network")).to_be_visible()
    assert accessibility_violations(review) == []
    review.get_by_role("button", name="Begin the review").click()
    review.get_by_role("link", name="Ask for more").click()
    review.get_by_label("What you need").fill("Who would be our contact?")
    review.get_by_role("button", name="Send it").click()
    expect(review.get_by_text("Who would be our contact?").first).to_be_visible()
    phone.goto("/apply/status/")
    expect(phone.get_by_text("Who would be our contact?")).to_be_visible()
    phone.get_by_label("Write to us").fill("That is me.")
    phone.get_by_label("Files").set_input_files(
        {"name": "references.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 references"}
    )
    phone.get_by_role("button", name="Send").click()
    expect(phone.get_by_text("That is me.")).to_be_visible()
    expect(phone.get_by_role("link", name="references.pdf")).to_be_visible()
    phone.get_by_role("link", name="Change it and submit it again").click()
    phone.get_by_role("button", name="Submit it again").click()
    expect(phone.get_by_text("We have it. Somebody will look at it.")).to_be_visible()
    review.reload()
    review.get_by_role("link", name="Approve").click()
    expect(review.get_by_label("System Integrator")).to_have_value("active")
    assert accessibility_violations(review) == []
    review.get_by_role("button", name="Make it a partner").click()
    expect(review.get_by_text("Approved by Vera Vance")).to_be_visible()
    review.get_by_role("link", name="Quarry Werke").first.click()
    expect(review.get_by_text("Quinn Quade applied")).to_be_visible()

    # The e-mail lets Quinn in: categories, stage and journey are there at the first sight of the home page.
    deliver()
    quinn.goto(link_in("Welcome: Quarry Werke is a partner"))
    quinn.get_by_label("Password").fill("three quiet words of mine")
    quinn.get_by_role("button", name="Start").click()
    expect(quinn.get_by_text("Recently onboarded").first).to_be_visible()
    expect(quinn.get_by_text("System Integrator").first).to_be_visible()
    expect(quinn.get_by_text("First steps in Germany").first).to_be_visible()
