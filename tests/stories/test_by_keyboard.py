"""What people do all day without a mouse, everywhere in the portal. The focus stays where the work is."""

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.roles import VendorRole
from core.periods import today
from partners.models import Partner, PartnerApplication
from partners.services import application_reviews, applications, assignments, merging, tier_reviews
from segmentation.services import recompute
from tests.browser.helpers import settle
from tests.browser.keys import press_on, skip_to_content, write_in
from tests.conftest import person_at
from tests.factories.accounts import VendorUserFactory
from tests.factories.partners import PartnerApplicationFactory
from tests.partners.tier_ladders import held, ladder, work
from tests.stories import program

PARTNERS = 60


@pytest.fixture
def victor(transactional_db: None) -> User:
    """The program admin of a small program."""
    victor: User = VendorUserFactory(name="Victor Voss", role=VendorRole.PROGRAM_ADMIN)
    program.define(by=victor, at=datetime.now(UTC))
    return victor


def focused(page: Page) -> str:
    """Return the text of what has the focus."""
    return str(page.evaluate("document.activeElement.textContent.trim()"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_more_of_a_board_by_keyboard(victor: User, new_page: Callable[..., Page]) -> None:
    at = datetime.now(UTC)
    vera: User = VendorUserFactory(name="Vera Vance", role=VendorRole.CAM)
    joined = today(at=at, zone=program.Program.current().zone) - timedelta(days=20)
    made = Partner.objects.bulk_create(
        Partner(name=f"Partner {number:03}", status="active", country="DE", last_active_at=at, joined_on=joined)
        for number in range(PARTNERS)
    )
    assignments.assign(partners=made, user=vera, by=victor, at=at)
    recompute.everything(at=at)
    page = new_page(vera)

    boards = (("/vendor/", re.compile(r"and \d+ more")), ("/vendor/life-stages/board/?sort=name", "Show more"))
    for address, more in boards:
        page.goto(address)
        settle(page)
        link = page.get_by_role("link", name=more).first
        link.focus()
        page.keyboard.press("Enter")
        expect(page.locator(":focus")).to_contain_text("Partner 0")
        settle(page)
        first = focused(page)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1, name=first)).to_be_visible()


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_a_merge_is_taken_back_by_keyboard(victor: User, new_page: Callable[..., Page]) -> None:
    kept, gone = (Partner.objects.create(name=name, status="active") for name in ("Birchwood", "Birchwood GmbH"))
    merging.merge(survivor=kept, merged=gone, by=victor, at=datetime.now(UTC))
    page = new_page(victor)
    page.goto("/vendor/merges/")
    page.get_by_role("link", name="Birchwood GmbH").first.focus()
    page.keyboard.press("Enter")
    undo = page.get_by_role("button", name="Undo the merge").first
    expect(undo).to_be_visible()
    settle(page)

    # Escape changes nothing and leads back to the button; the question stands before anything is done.
    undo.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alertdialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(undo).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("alertdialog").get_by_role("button", name="Undo the merge")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_text("Both are partners of their own.")).to_be_visible()
    assert Partner.objects.filter(name="Birchwood GmbH").exists()


# --- tiers


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_tiers_are_approved_and_declined_by_keyboard(transactional_db: None, new_page: Callable[..., Page]) -> None:
    at = datetime.now(UTC)
    victor: User = VendorUserFactory(name="Victor Voss", role=VendorRole.PROGRAM_ADMIN)
    ladder(by=victor, at=at, upward="by_approval")
    birch, cedar = (Partner.objects.create(name=name, status="active", employees=60) for name in ("Birch", "Cedar"))
    work(at)
    page = new_page(victor)
    page.goto("/vendor/tiers/reviews/")
    skip_to_content(page)
    press_on(page, page.get_by_role("link", name="2 approvals wait"))

    # No to one, with a reason; that leads back to those who wait.
    expect(page.get_by_role("heading", level=1)).to_have_text("Tiers to approve")
    skip_to_content(page)
    press_on(page, page.get_by_role("link", name=re.compile("^Decline ?: Cedar$")))
    expect(page.get_by_role("heading", level=1)).to_have_text("Decline Gold for Cedar")
    skip_to_content(page)
    write_in(page, page.get_by_label("Reason"), "Its contract ends in spring.")
    press_on(page, page.get_by_role("button", name="Decline"))
    expect(page.get_by_text("Cedar hears why.")).to_be_visible()

    # Yes to the other: Enter in the box chooses it, and approves nobody yet.
    skip_to_content(page)
    press_on(page, page.get_by_role("checkbox", name="Choose Birch for Gold"))
    expect(page.get_by_text("Partners chosen: 1")).to_be_visible()
    assert held(birch) == ""
    press_on(page, page.get_by_role("button", name="Approve those chosen"), backwards=True)
    expect(page.get_by_text("1 partner rose.")).to_be_visible()
    expect(page.get_by_text("Nobody waits.")).to_be_visible()
    assert (held(birch), held(cedar)) == ("gold", "")


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_a_tier_review_is_carried_out_by_keyboard(transactional_db: None, new_page: Callable[..., Page]) -> None:
    at = datetime.now(UTC)
    victor: User = VendorUserFactory(name="Victor Voss", role=VendorRole.PROGRAM_ADMIN)
    ladder(by=victor, at=at - timedelta(days=100), upward="at_review", up_months=1, reviews_wait=True)
    birch, cedar = (Partner.objects.create(name=name, status="active", employees=60) for name in ("Birch", "Cedar"))
    work(at - timedelta(days=100))
    tier_reviews.open_due(at=at)
    work(at)
    page = new_page(victor)
    page.goto("/vendor/tiers/reviews/")
    skip_to_content(page)
    press_on(page, page.get_by_role("row").filter(has_text="Waits").get_by_role("link").first)
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^Review of Solution partners"))

    # An exception without a reason is asked for it, and the choice stays.
    skip_to_content(page)
    press_on(page, page.get_by_role("checkbox", name="Choose Cedar"), "Space")
    press_on(page, page.get_by_role("button", name="Leave those chosen where they are"))
    reason = page.get_by_role("textbox", name="Reason or note")
    expect(reason).to_be_focused()
    expect(page.get_by_text("Partners chosen: 1")).to_be_visible()
    page.keyboard.type("Audit pending")
    press_on(page, page.get_by_role("button", name="Leave those chosen where they are"))
    expect(page.get_by_text("Exception: Audit pending")).to_be_visible()

    # Carrying it out asks first: Escape does nothing and leads back to the button.
    carry_out = page.locator("#main form").get_by_role("button", name="Carry out the review")
    press_on(page, carry_out)
    expect(page.get_by_role("alertdialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(carry_out).to_be_focused()
    page.keyboard.press("Enter")
    press_on(page, page.get_by_role("alertdialog").get_by_role("button", name="Carry out the review"))
    expect(page.get_by_text("The review is carried out.")).to_be_visible()
    work(datetime.now(UTC))
    assert (held(birch), held(cedar)) == ("gold", "")


# --- applicants and partners


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_an_applicant_answers_by_keyboard(transactional_db: None, new_page: Callable[..., Page]) -> None:
    at = datetime.now(UTC)
    vera: User = VendorUserFactory(name="Vera Vance", role=VendorRole.PROGRAM_ADMIN)
    application = PartnerApplicationFactory(name="Quarry Systems", handed_in=True, reviewer=vera, due_at=at)
    token = applications.token_of(application)
    PartnerApplication.objects.update(token_digest=hashlib.sha256(token.encode()).hexdigest())
    application_reviews.ask(application=application, by=vera, at=at, text="Whom do you serve?")

    # The link in the e-mail leads to how it stands, with what is asked and where to answer.
    page = new_page()
    page.goto(reverse("apply-link", args=[token]))
    press_on(page, page.get_by_role("button", name="Go on"))
    expect(page.get_by_text("Whom do you serve?").first).to_be_visible()
    skip_to_content(page)
    write_in(page, page.get_by_label("Write to us"), "Hospitals, mostly.")
    press_on(page, page.get_by_role("button", name="Send"))
    expect(page.get_by_role("listitem").filter(has_text="Hospitals, mostly.")).to_be_visible()

    # A look at what was filled in, and back.
    skip_to_content(page)
    press_on(page, page.get_by_role("link", name="Change it and submit it again"))
    press_on(page, page.get_by_role("button", name="Submit it again"))
    expect(page.get_by_text("We have it. Somebody will look at it.")).to_be_visible()

    # Later, from a browser that was left, the same link leads to the answer.
    press_on(page, page.get_by_role("button", name="Leave this browser"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Become a partner")
    page.goto(reverse("apply-link", args=[token]))
    press_on(page, page.get_by_role("button", name="Go on"))
    expect(page.get_by_text("Hospitals, mostly.")).to_be_visible()


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_an_asset_is_found_and_a_journey_gone_by_keyboard(victor: User, new_page: Callable[..., Page]) -> None:
    pinewood = Partner.objects.create(name="Pinewood", country="DE", status="active")
    recompute.everything(at=datetime.now(UTC))
    paula: User = person_at(pinewood, name="Paula Park", email="paula@pinewood.example", is_admin=True)
    page = new_page(paula)
    page.goto("/partner/")

    # Ctrl+K, a word, Enter: there it is. The star keeps the focus.
    page.keyboard.press("Control+k")
    page.keyboard.type("tenders")
    expect(page.get_by_role("dialog").get_by_role("link", name="Winning tenders in Germany")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Winning tenders in Germany")
    skip_to_content(page)
    press_on(page, page.get_by_role("button", name="Keep as a favourite"))
    star = page.get_by_role("button", name="A favourite")
    expect(star).to_be_focused()
    expect(star).to_have_attribute("aria-pressed", "true")

    # Steps of a journey: after one is done the next key goes on from there.
    page.goto("/partner/journeys/")
    skip_to_content(page)
    press_on(page, page.get_by_role("link", name="First steps in Germany", exact=True))
    expect(page.get_by_role("heading", level=1)).to_have_text("First steps in Germany")
    skip_to_content(page)
    press_on(page, page.get_by_role("button", name="Start this journey"))
    expect(page.get_by_text("0 of 2 steps")).to_be_visible()
    skip_to_content(page)
    press_on(page, page.get_by_role("button", name=re.compile("^Mark as done ?: Name a contact for tenders$")))
    expect(page.get_by_text("1 of 2 steps")).to_be_visible()
    settle(page)
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name=re.compile("^Mark as done ?: Read how tenders work$"))).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 of 2 steps")).to_be_visible()
