"""A channel manager's morning with two hundred partners: what waits is worked off, mostly by keyboard."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import SavedView, User
from accounts.roles import VendorRole
from core.periods import today
from partners.models import Message, Partner, SecondaryAssignment, Touch
from partners.services import assignments
from scorecards.models import ActionChoice, PartnerTask
from scorecards.services import alerts, tasks
from segmentation.services import recompute
from tests.browser.helpers import accessibility_violations, overflows, settle
from tests.factories.accounts import VendorUserFactory
from tests.factories.deals import DealFactory, DealParticipantFactory
from tests.stories import program

PARTNERS = 200


@pytest.fixture
def vera(transactional_db: None) -> User:
    """The manager of two hundred partners; one owes her news of a deal, one is silent, one has a task."""
    at = datetime.now(UTC)
    victor = VendorUserFactory(name="Victor Voss", role=VendorRole.PROGRAM_ADMIN)
    VendorUserFactory(name="Vincent Vale", role=VendorRole.CAM)
    vera: User = VendorUserFactory(name="Vera Vance", role=VendorRole.CAM)
    program.define(by=victor, at=at)
    day = today(at=at, zone=program.Program.current().zone)
    made = Partner.objects.bulk_create(
        Partner(name=f"Partner {number:03}", status="active", country="DE", last_active_at=at, joined_on=day)
        for number in range(PARTNERS - 3)
    )
    named = [
        Partner.objects.create(name=name, status="active", country="FR", last_active_at=active, joined_on=joined)
        for name, active, joined in (
            ("Harbour House", at, day),
            ("Silent Sails", at - timedelta(days=90), day - timedelta(days=900)),
            ("Tidewater", at, day),
        )
    ]
    assignments.assign(partners=[*made, *named], user=vera, by=victor, at=at)
    deal = DealFactory(name="Quay walls", expected_close_on=day - timedelta(days=3))
    DealParticipantFactory(deal=deal, partner=named[0])
    tasks.add(partner=named[2], title="Send the price list", side="vendor", by=victor, at=at,
              due_on=day - timedelta(days=1))  # fmt: skip
    recompute.everything(at=at)
    alerts.start_run(reason="A new day")
    while alerts.continue_run(at=at):
        pass
    return vera


def chosen(page: Page) -> Any:
    return page.locator("[data-bulk-bar] [data-count]")


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_a_managers_morning(vera: User, new_page: Callable[..., Page]) -> None:
    page = new_page(vera)
    page.goto("/vendor/")
    expect(page.get_by_text("200 partners.")).to_be_visible()
    next_up = page.get_by_role("region", name="Do next")

    # What waits is done right there, and undone.
    task = next_up.get_by_role("listitem").filter(has_text="Send the price list")
    task.get_by_role("button", name="Done").click()
    expect(next_up.get_by_text("Done: Send the price list, Tidewater")).to_be_visible()
    next_up.get_by_role("button", name="Undo").click()
    expect(next_up.get_by_text("It is on your list again")).to_be_visible()
    assert not PartnerTask.objects.get().is_done

    # The partner is asked about its deal with one press; it hears nothing when that is taken back at once.
    deal = next_up.get_by_role("listitem").filter(has_text="Harbour House")
    expect(deal.get_by_text("3 days late")).to_be_visible()
    deal.get_by_role("button", name="Send a reminder").click()
    expect(next_up.get_by_text("Message sent: Stalled deal, Harbour House")).to_be_visible()
    assert "Quay walls" in Message.objects.get().text

    # A call in two clicks: the silent partner is silent no longer.
    silent = next_up.get_by_role("listitem").filter(has_text="Silent Sails")
    silent.get_by_role("link", name="Log a call").click()
    expect(page.get_by_role("dialog").get_by_text("Silent Sails")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Call").click()
    expect(page.get_by_text("Call with Silent Sails logged.")).to_be_visible()
    assert [(one.kind, one.minutes) for one in Touch.objects.all()] == [("call", 15)]

    # Something is put away for a reason, without leaving the page.
    task = page.get_by_role("region", name="Do next").get_by_role("listitem").filter(has_text="Send the price list")
    task.get_by_role("link", name="Later").click()
    task.get_by_role("textbox", name="Why").fill("They are at the fair")
    task.get_by_role("button", name="Put it away").click()
    expect(page.get_by_text("Send the price list, Tidewater").first).to_be_visible()
    assert ActionChoice.objects.filter(reason="They are at the fair").exists()

    # By keyboard: help, filter, walk, choose, open.
    page.goto("/vendor/?layout=table&sort=name")
    settle(page)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("Partner 01")
    expect(page.get_by_role("row")).to_have_count(11)  # ten partners and the headings
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(chosen(page)).to_have_text("2")
    assert accessibility_violations(page) == []

    # Both chosen ones get a colleague who helps.
    page.get_by_role("button", name="Secondary manager").click()
    page.get_by_label("Who helps").select_option(label="Vincent Vale")
    page.get_by_role("button", name="Add to 2 partners").click()
    expect(page.get_by_text("Vincent Vale helps to look after 2 partners from now on.")).to_be_visible()
    assert SecondaryAssignment.objects.count() == 2

    # The view is kept, and the dashboard opens with it.
    page.goto("/vendor/?layout=table&q=Partner+01")
    page.get_by_role("link", name="Save view").click()
    page.get_by_label("Name").fill("The ones of this week")
    page.get_by_label("Open the dashboard with it").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved as “The ones of this week”.")).to_be_visible()
    page.goto("/vendor/")
    expect(page.get_by_role("row")).to_have_count(11)
    assert SavedView.objects.get().is_default

    # Enter opens the partner one stands on.
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Partner 010")).to_be_visible()

    # It all stands on a phone, too, and in the dark.
    phone = new_page(vera, width=390, color_scheme="dark")
    for address in ("/vendor/?all=", "/vendor/?layout=table", "/vendor/do-next/", "/vendor/alerts/", "/vendor/time/"):
        phone.goto(address)
        expect(phone.get_by_role("heading", level=1)).to_be_visible()
        assert not overflows(phone), address
    assert accessibility_violations(phone) == []
