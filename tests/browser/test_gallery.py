"""The parts of the interface in a real browser: in both themes, by keyboard, on narrow screens, without script."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.browser.helpers import accessibility_violations, choose_theme, overflows

NewPage = Callable[..., Page]
GALLERY = "/styleguide/"


@pytest.fixture
def gallery(new_page: NewPage, vera: User) -> Page:
    page = new_page(vera)
    page.goto(GALLERY)
    expect(page.locator(":not(:defined)")).to_have_count(0)  # its elements listen
    return page


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_gallery_is_accessible(new_page: NewPage, live_server: Any, vera: User, theme: str, width: int) -> None:
    page = new_page(vera, width=width)
    choose_theme(page, theme, live_server.url)
    page.goto(GALLERY)

    assert accessibility_violations(page) == []


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_nothing_is_wider_than_a_very_small_screen(new_page: NewPage, vera: User, direction: str) -> None:
    page = new_page(vera, width=320)
    page.goto(GALLERY)
    page.evaluate("(direction) => (document.documentElement.dir = direction)", direction)

    assert not overflows(page)


def test_nothing_is_wider_than_a_phone_when_letters_are_twice_as_large(new_page: NewPage, vera: User) -> None:
    page = new_page(vera, width=390)
    page.goto(GALLERY)
    page.evaluate("document.documentElement.style.setProperty('font-size', '32px')")

    assert not overflows(page)


def test_the_theme_changes_at_once_and_is_remembered(gallery: Page) -> None:
    toggle = gallery.get_by_role("button", name="Dark mode")
    toggle.click()

    expect(gallery.locator("html")).to_have_attribute("data-theme", "hub-dark")
    expect(toggle).to_have_attribute("aria-pressed", "true")
    gallery.reload()
    expect(gallery.locator("html")).to_have_attribute("data-theme", "hub-dark")


def test_a_field_is_found_by_typing_and_the_select_follows(gallery: Page) -> None:
    picker = gallery.locator("#id_field-search")
    picker.focus()
    gallery.keyboard.press("ArrowDown")
    expect(gallery.locator(".picker-option")).to_have_count(6)

    picker.fill("counted by")
    gallery.keyboard.press("Enter")

    expect(picker).to_have_value("Deals in the last 12 months")
    expect(gallery.locator("#id_field")).to_have_value("deals")
    expect(picker).to_have_attribute("aria-expanded", "false")


def test_a_search_for_a_field_can_be_given_up(gallery: Page) -> None:
    picker = gallery.locator("#id_field-search")
    picker.fill("nothing of the kind")
    expect(gallery.get_by_text("Nothing matches. Try another word.")).to_be_visible()

    gallery.keyboard.press("Escape")

    expect(picker).to_have_value("Held tier")
    expect(gallery.locator("#id_field")).to_have_value("tier")


def test_an_error_leads_to_its_control(gallery: Page) -> None:
    summary = gallery.get_by_role("alert").filter(has_text="Not saved yet")

    summary.get_by_role("link", name="Category name").click()
    expect(gallery.locator("#id_broken-name")).to_be_focused()
    summary.get_by_role("link", name="Review").click()
    gallery.keyboard.press("Space")

    expect(gallery.locator("#id_broken-review_0")).to_be_checked()


def test_the_open_list_of_fields_is_accessible(gallery: Page) -> None:
    gallery.locator("#id_field-search").click()
    expect(gallery.locator("#picker-1")).to_be_visible()

    assert accessibility_violations(gallery) == []


def test_a_dialog_closes_by_escape_and_the_focus_returns(gallery: Page) -> None:
    opener = gallery.get_by_role("button", name="Log a call")
    opener.click()
    expect(gallery.get_by_role("dialog")).to_be_visible()
    assert accessibility_violations(gallery) == []

    gallery.keyboard.press("Escape")

    expect(gallery.get_by_role("dialog")).to_be_hidden()
    expect(opener).to_be_focused()


def test_what_removes_something_asks_first(gallery: Page) -> None:
    gallery.get_by_role("button", name="Remove", exact=True).click()
    question = gallery.get_by_role("alertdialog")
    expect(question).to_contain_text("Remove Pinewood Consulting from this segment?")

    question.get_by_role("button", name="Cancel").click()
    expect(question).to_be_hidden()
    assert "?" not in gallery.url

    gallery.get_by_role("button", name="Remove", exact=True).click()
    question.get_by_role("button", name="Remove Pinewood").click()
    gallery.wait_for_url("**/styleguide/?#states")


def test_an_order_is_changed_by_buttons_and_read_out(gallery: Page) -> None:
    gallery.get_by_role("button", name="Move down: Read the pricing guide").click()

    expect(gallery.locator("sortable-list li").nth(1)).to_contain_text("Read the pricing guide")
    expect(gallery.locator("#announcer")).to_have_text("Moved to place 2 of 3.")
    expect(gallery.get_by_role("button", name="Move down: Read the pricing guide")).to_be_focused()


def test_choosing_rows_shows_what_can_be_done_with_them(gallery: Page) -> None:
    bar = gallery.locator("[data-bulk-bar]")
    expect(bar).to_be_hidden()

    gallery.get_by_label("Choose all partners").check()
    expect(bar).to_contain_text("Partners chosen: 4")
    gallery.get_by_label("Choose Oakhurst").uncheck()
    expect(bar).to_contain_text("Partners chosen: 3")
    bar.get_by_role("button", name="Clear").click()

    expect(bar).to_be_hidden()


def test_the_navigation_of_a_phone_is_a_dialog(new_page: NewPage, vera: User) -> None:
    page = new_page(vera, width=390, height=844)
    page.goto(GALLERY)

    page.get_by_role("button", name="Open navigation").click()
    expect(page.get_by_role("dialog", name="Navigation")).to_be_visible()
    assert accessibility_violations(page) == []
    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog", name="Navigation")).to_be_hidden()


def test_the_navigation_of_a_phone_opens_without_script(new_page: NewPage, vera: User) -> None:
    page = new_page(vera, width=390, height=844, java_script_enabled=False)
    page.goto(GALLERY)

    page.get_by_role("button", name="Open navigation").click()

    expect(page.get_by_role("dialog", name="Navigation")).to_be_visible()
