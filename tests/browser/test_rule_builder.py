"""The rule builder in a real browser: by keyboard, on a phone, in the dark, and without script."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from segmentation.models import Segment
from segmentation.services import segments
from tests.browser.helpers import accessibility_violations, choose_theme, overflows
from tests.factories.accounts import VendorUserFactory
from tests.factories.partners import PartnerFactory, RegionFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]


@pytest.fixture
def admin(transactional_db: None) -> User:
    """A program admin."""
    return VendorUserFactory(role="program_admin")


@pytest.fixture
def segment(admin: User) -> Segment:
    """A segment of twelve partners in two countries."""
    region = RegionFactory(name="EMEA")
    for index in range(12):
        PartnerFactory(
            name=f"Partner {index:02}", region=region, country="DE" if index < 8 else "FR", employees=index * 10
        )
    criteria = {"combinator": "and", "not": False, "rules": [{"field": "country", "operator": "equals", "value": "DE"}]}
    return segments.define(key="german", name="German", by=admin, at=datetime.now(UTC), criteria=criteria)


def address(segment: Segment) -> str:
    return f"/vendor/criteria/segment/{segment.public_id}/"


def test_the_count_follows_while_typing_and_groups_keep_to_themselves(
    new_page: Callable[..., Page], admin: User, segment: Segment
) -> None:
    page = new_page(admin)
    page.goto(address(segment))
    count = page.locator("#rule-count")
    expect(count).to_have_text("8")

    page.get_by_role("button", name="Add group").click()
    page.locator("#r-1-0-what").select_option("field:employees", force=True)
    page.locator("#r-1-0-op").select_option(">=")
    page.locator("#r-1-0-value").press_sequentially("50")
    expect(count).to_have_text("3")
    expect(page.locator("#rule-sentence")).to_contain_text("Country is DE and employees is at least 50 people.")

    page.get_by_role("button", name="Duplicate rule 2.1: Employees").click()
    page.locator("#r-1-1-value").fill("20")
    page.locator("#r-1-1-op").select_option("<")
    expect(count).to_have_text("5")

    page.get_by_role("button", name="Remove group 2").click()
    expect(count).to_have_text("8")


def test_an_unfinished_rule_is_named_and_nothing_typed_is_lost(
    new_page: Callable[..., Page], admin: User, segment: Segment
) -> None:
    page = new_page(admin)
    page.goto(address(segment))
    page.get_by_role("button", name="Add rule").first.click()
    page.locator("#r-1-what").select_option("field:employees", force=True)
    expect(page.get_by_text("1 unfinished rule is left out of this count.")).to_be_visible()

    page.get_by_role("button", name="Publish").click()

    expect(page.get_by_text("Some rules are not finished. They are marked below.")).to_be_visible()
    expect(page.get_by_text("Enter a value.")).to_be_visible()
    expect(page.locator("#r-0-value")).to_have_value("DE")


def test_it_works_without_script(new_page: Callable[..., Page], admin: User, segment: Segment) -> None:
    page = new_page(admin, java_script_enabled=False)
    page.goto(address(segment))
    page.get_by_role("button", name="Add rule").first.click()
    page.locator("#r-1-what").select_option("field:employees")
    page.get_by_role("button", name="Save draft").click()
    page.locator("#r-1-value").fill("50")
    page.get_by_role("button", name="Publish").click()

    expect(page.get_by_role("heading", level=1, name="German")).to_be_visible()
    expect(page.get_by_text("Country is DE and employees is at least 50 people.")).to_be_visible()


@pytest.mark.browser_may_see(409)
def test_two_people_editing_do_not_overwrite_each_other(
    new_page: Callable[..., Page], admin: User, segment: Segment
) -> None:
    segments.draft_of(segment=segment, by=admin, at=datetime.now(UTC))
    first, second = new_page(admin), new_page(admin)
    for page in (first, second):
        page.goto(address(segment))
    first.locator("#r-0-value").fill("FR")
    first.get_by_role("button", name="Save draft").click()
    expect(first.get_by_text("Draft saved", exact=False)).to_be_visible()

    second.locator("#r-0-value").fill("AT")
    with second.expect_response(lambda response: response.status == 409):
        second.get_by_role("button", name="Save draft").click()

    expect(second.get_by_text("saved this draft after you opened it", exact=False)).to_be_visible()
    expect(second.locator("#r-0-value")).to_have_value("AT")


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_is_accessible_and_fits(
    new_page: Callable[..., Page], admin: User, segment: Segment, live_server: Any, width: int, theme: str
) -> None:
    page = new_page(admin, width=width)
    choose_theme(page, theme, live_server.url)
    page.goto(address(segment))
    page.get_by_role("button", name="Add group").click()
    page.locator("#r-1-0-what").select_option("collection:deals", force=True)
    expect(page.locator("#r-1-0-agg")).to_be_visible()

    assert accessibility_violations(page) == []
    assert not overflows(page)
