"""What people do all day without a mouse: more of a board, a merge taken back. The focus stays where the work is."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.roles import VendorRole
from core.periods import today
from partners.models import Partner
from partners.services import assignments, merging
from segmentation.services import recompute
from tests.browser.helpers import settle
from tests.factories.accounts import VendorUserFactory
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
