"""What people do without a mouse: a merge is taken back. The focus stays where the work is."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.roles import VendorRole
from partners.models import Partner
from partners.services import merging
from tests.browser.helpers import settle
from tests.factories.accounts import VendorUserFactory
from tests.stories import program


@pytest.fixture
def victor(transactional_db: None) -> User:
    """The program admin of a small program."""
    victor: User = VendorUserFactory(name="Victor Voss", role=VendorRole.PROGRAM_ADMIN)
    program.define(by=victor, at=datetime.now(UTC))
    return victor


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
