"""Fifty memberships come due: partners answer, the same are renewed together by keyboard, the others one by one."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.roles import VendorRole
from core.services import outbox
from partners.models import Assignment, CategoryMembership, MembershipReview, Partner
from partners.services import categories, memberships, review_clocks
from tests.browser.helpers import accessibility_violations, overflows
from tests.conftest import person_at
from tests.factories.accounts import VendorUserFactory
from tests.stories.program import all_of, rule


@pytest.fixture
def vera(transactional_db: None) -> User:
    """A channel manager whose fifty partners, in a category for a year, come due next week."""
    at = datetime.now(UTC)
    victor = VendorUserFactory(name="Victor Voss", role=VendorRole.PROGRAM_ADMIN)
    vera: User = VendorUserFactory(name="Vera Vance", role=VendorRole.CAM)
    criteria = all_of(rule("employees", ">=", 10))
    msp = categories.define(key="msp", name="Managed Service Provider", by=victor, at=at, criteria=criteria)
    for number in range(50):
        partner = Partner.objects.create(name=f"Partner {number:02}", country="DE", status="active", employees=20)
        Assignment.objects.create(partner=partner, user=vera, starts_at=at - timedelta(days=400))
        memberships.assign(partner=partner, category=msp, by=vera, at=at - timedelta(days=358))
    CategoryMembership.objects.update(next_review_on=(at + timedelta(days=7)).date())
    return vera


@pytest.mark.browser_may_see(422)
@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_fifty_partners_are_reviewed(vera: User, new_page: Callable[..., Page]) -> None:
    shrunk, grown = Partner.objects.get(name="Partner 07"), Partner.objects.get(name="Partner 23")
    Partner.objects.filter(pk=shrunk.pk).update(employees=4)
    review_clocks.open_due(at=datetime.now(UTC))
    outbox.deliver_due(at=datetime.now(UTC) + timedelta(minutes=1))

    # Paula, who works at one of them, finds the question at home, puts her profile right and confirms with it.
    paula: User = person_at(grown, name="Paula Park", email="paula@partner23.example", is_admin=True)
    page = new_page(paula)
    page.goto("/partner/")
    page.get_by_role("link", name="Answer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Does Managed Service Provider still describe you?")
    assert accessibility_violations(page) == []
    page.get_by_label("Employees").fill("35")
    page.get_by_role("button", name="Save, and it still applies").click()
    expect(page.get_by_text("You have: 35").first).to_be_visible()

    # Vera narrows her queue to what is the same as last year, chooses all by keyboard, and renews.
    desk = new_page(vera)
    desk.goto("/vendor/memberships/reviews/")
    expect(desk.get_by_text("50 reviews")).to_be_visible()
    desk.get_by_role("link", name="Only those without differences").press("Enter")
    expect(desk.get_by_text("49 reviews")).to_be_visible()
    desk.get_by_label("Choose all reviews on this page").focus()
    desk.keyboard.press("Space")
    expect(desk.get_by_text("Reviews chosen: 49")).to_be_visible()
    assert accessibility_violations(desk) == []
    desk.get_by_role("button", name="Renew the chosen").press("Enter")
    expect(desk.get_by_text("49 memberships were renewed.")).to_be_visible(timeout=60_000)

    # One is left: she sees what held then and does not now, and gives time to mend it.
    desk.goto("/vendor/memberships/reviews/")
    desk.get_by_role("link", name=re.compile(r"Look\s*: Partner 07")).click()
    clause = desk.get_by_role("row").filter(has_text="Employees")
    expect(clause).to_contain_text("20")
    expect(clause).to_contain_text("4")
    expect(clause.get_by_text("No longer")).to_be_visible()
    assert accessibility_violations(desk) == []
    desk.get_by_role("button", name="Move to grace").click()
    expect(desk.get_by_text("Say why: the partner reads it.", exact=True)).to_be_visible()
    clause.locator("summary").click()
    clause.get_by_role("textbox").fill("Six people short")
    clause.get_by_role("button", name="Save the note").click()
    expect(desk.get_by_label("Note to the partner")).to_have_value(re.compile("Six people short$"))
    assert accessibility_violations(desk) == []
    desk.get_by_label("Note to the partner").fill("Six people short")
    desk.get_by_role("button", name="Move to grace").click()
    expect(desk.get_by_text("No review waits.")).to_be_visible()

    # The calendar shows the next round in a year, also on a phone.
    phone = new_page(vera, width=390)
    phone.goto("/vendor/memberships/reviews/calendar/")
    expect(phone.get_by_role("heading", name="Calendar of reviews")).to_be_visible()
    for address in ("/vendor/memberships/reviews/calendar/?by=week", "/vendor/memberships/reviews/?show=decided"):
        phone.goto(address)
        assert not overflows(phone)
    lapsed = CategoryMembership.objects.get(partner=shrunk)
    assert (lapsed.state, lapsed.reason) == ("grace", "Six people short")
    assert MembershipReview.objects.filter(decision="renewed").count() == 49
