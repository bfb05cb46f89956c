"""Somebody asks, somebody answers, something is agreed: two people of two sides in a real browser."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from accounts.roles import VendorRole
from core.services import versions
from partners.models import Assignment, Gate, Partner
from partners.services import agreements
from tests.browser.helpers import accessibility_violations, overflows
from tests.conftest import person_at
from tests.factories.accounts import VendorUserFactory

CANARY = "They compare us with another vendor"


@pytest.mark.browser_may_see(403)
@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_a_question_an_answer_and_an_agreement(transactional_db: None, new_page: Callable[..., Page]) -> None:
    at = datetime.now(UTC)
    pinewood = Partner.objects.create(name="Pinewood", country="DE", status="active")
    paula = person_at(pinewood, name="Paula Park", email="paula@pinewood.example", is_admin=True)
    vera = VendorUserFactory(name="Vera Vance", role=VendorRole.CAM)
    victor = VendorUserFactory(name="Victor Voss", role=VendorRole.PROGRAM_ADMIN)
    Assignment.objects.create(partner=pinewood, user=vera, starts_at=at - timedelta(days=1))
    made = agreements.create(
        key="terms", name="Partner terms", text="Be fair.", gates=[Gate.CONTENT], valid_months=12, by=victor, at=at
    )
    agreements.publish(version=versions.draft_of(definition=made, by=victor, at=at), by=victor, at=at)

    # Paula asks from her home page.
    page = new_page(paula)
    page.goto("/partner/")
    page.get_by_role("link", name="Messages", exact=True).first.click()
    page.get_by_role("link", name="Write to your vendor").first.click()
    page.get_by_role("textbox", name="Message").fill("Is the **review** on Friday?")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Is the review on Friday?")).to_be_visible()
    assert not accessibility_violations(page)

    # Vera finds who waits, notes something for her colleagues, and answers.
    desk = new_page(vera)
    desk.goto("/vendor/conversations/?show=waiting")
    desk.get_by_role("link", name="Pinewood").click()
    conversation = desk.locator("#conversation")
    conversation.get_by_role("textbox", name="Message").fill(CANARY)
    conversation.get_by_label("Internal note").check()
    conversation.get_by_role("button", name="Send").click()
    expect(conversation.get_by_text(CANARY)).to_be_visible()
    conversation.get_by_role("textbox", name="Message").fill("Yes, at ten.")
    conversation.get_by_role("button", name="Send").click()
    expect(conversation.get_by_text("Yes, at ten.")).to_be_visible()

    # She logs the call in two clicks.
    desk.goto(f"/vendor/partners/{pinewood.public_id}/")
    desk.get_by_role("link", name="Log a touch").click()
    desk.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(desk.locator("#partner-touches li").get_by_text("Call", exact=True)).to_be_visible()
    desk.set_viewport_size({"width": 390, "height": 844})
    assert not overflows(desk)

    # Paula reads the answer and never the note; the library opens once she has accepted the terms.
    page.reload()
    expect(page.get_by_text("Yes, at ten.")).to_be_visible()
    expect(page.get_by_text(CANARY)).to_have_count(0)
    page.goto("/partner/assets/")
    page.get_by_role("link", name="Partner terms").click()
    page.get_by_label("I have read it and agree for my company.").check()
    page.get_by_role("button", name="Accept for Pinewood").click()
    expect(page.get_by_text("You have accepted Partner terms.")).to_be_visible()
    page.goto("/partner/assets/")
    expect(page.get_by_role("heading", name="Content library", level=1)).to_be_visible()
