"""Long forms and a long navigation in a real browser: what matters now is in sight, the rest folded away."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.browser.helpers import accessibility_violations
from tests.browser.keys import press_on

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]
NewPage = Callable[..., Page]


def measure(page: Page, what: str) -> None:
    """Choose what is measured, by typing."""
    search = page.locator("#id_measure-search")
    search.fill(what)
    search.press("Enter")


def test_a_goal_offers_the_records_of_what_it_measures(new_page: NewPage, victor: User) -> None:
    page = new_page(victor)
    page.goto("/vendor/goals/new/")
    records = page.locator("record-limits")
    expect(records).to_be_hidden()

    measure(page, "Sum of Amount")
    stages = records.locator("summary", has_text="Deals: Stage")
    expect(stages).to_be_visible()
    expect(records.locator("summary", has_text="People: Job function")).to_be_hidden()
    press_on(page, stages)
    press_on(page, records.get_by_role("checkbox", name="Won"), "Space")
    expect(records.get_by_role("checkbox", name="Won")).to_be_checked()
    assert accessibility_violations(page) == []

    # Something else is measured: what was chosen does not stay behind.
    measure(page, "Employees")
    expect(records).to_be_hidden()
    expect(page.locator("record-limits :checked")).to_have_count(0)


def test_the_place_one_is_at_is_in_sight(new_page: NewPage, victor: User) -> None:
    page = new_page(victor, height=600)
    page.goto("/vendor/skills/")

    place = page.get_by_role("navigation", name="Main").get_by_role("link", name="Skills")
    expect(place).to_have_attribute("aria-current", "page")
    expect(place).to_be_in_viewport()

    phone = new_page(victor, width=390)
    phone.goto("/vendor/skills/")
    phone.get_by_role("button", name="Open navigation").click()
    expect(phone.get_by_role("dialog").get_by_role("link", name="Skills")).to_be_in_viewport()


def test_certain_people_are_asked_for_only_on_request(new_page: NewPage, victor: User) -> None:
    page = new_page(victor)
    page.goto("/vendor/courses/new/")
    functions = page.get_by_role("group", name="For people who work in")
    expect(functions).to_be_hidden()

    press_on(page, page.locator("summary", has_text="Only for certain people"))

    expect(functions).to_be_visible()
    assert accessibility_violations(page) == []
