"""The rule builder in a real browser: by keyboard, on a phone, in the dark, and without script."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, Response, expect

from accounts.models import User
from segmentation.engine import previews
from segmentation.models import Segment
from segmentation.services import segments
from tests.browser.helpers import accessibility_violations, choose_theme, overflows, pick
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


def do(page: Page, path: str, action: str) -> None:
    """Choose something in the menu of a rule."""
    page.locator(f"#{path}-menu").click()
    page.locator(f"#{path}-menu + div").get_by_role("button", name=action).click()


def test_the_count_follows_while_typing_and_groups_keep_to_themselves(
    new_page: Callable[..., Page], admin: User, segment: Segment
) -> None:
    page = new_page(admin)
    page.goto(address(segment))
    count = page.locator("#rule-count")
    expect(count).to_have_text("8")

    page.get_by_role("button", name="Add group").click()
    pick(page, "#r-1-0-what", "Employees")
    expect(page.locator("#r-1-0-op")).to_have_value(">=")
    page.locator("#r-1-0-value").press_sequentially("50")
    expect(count).to_have_text("3")
    expect(page.locator("#rule-sentence")).to_contain_text("Country is DE and employees is at least 50 people.")

    do(page, "r-1-0", "Duplicate")
    page.locator("#r-1-1-value").fill("20")
    pick(page, "#r-1-1-op", "is less than")
    expect(count).to_have_text("5")

    page.get_by_role("button", name="Remove 2: group").click()
    expect(count).to_have_text("8")


def test_an_unfinished_rule_is_named_and_nothing_typed_is_lost(
    new_page: Callable[..., Page], admin: User, segment: Segment
) -> None:
    page = new_page(admin)
    page.goto(address(segment))
    page.get_by_role("button", name="Add rule").first.click()
    pick(page, "#r-1-what", "Employees")
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


def test_what_is_typed_is_kept_and_taken_back(new_page: Callable[..., Page], admin: User, segment: Segment) -> None:
    page = new_page(admin)
    page.goto(address(segment))
    page.locator("#r-0-value").fill("FR")
    expect(page.get_by_text("Saved just now")).to_be_visible()
    expect(page.locator("#rule-count")).to_have_text("4")
    page.get_by_role("button", name="Add rule").first.click()
    expect(page.locator("#r-1-what-search")).to_be_focused()

    page.locator("#r-1-menu").focus()
    page.keyboard.press("Control+z")
    expect(page.locator("#r-1-menu")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(page.locator("#r-0-value")).to_have_value("DE")
    expect(page.locator("#rule-count")).to_have_text("8")
    page.get_by_role("button", name="Redo").click()
    expect(page.locator("#r-0-value")).to_have_value("FR")

    page.reload()
    expect(page.locator("#r-0-value")).to_have_value("FR")


def test_two_people_writing_do_not_overwrite_each_other(
    new_page: Callable[..., Page], admin: User, segment: Segment
) -> None:
    other = VendorUserFactory(name="Olive Ott", role="program_admin")
    first, second = new_page(other), new_page(admin)
    for page in (first, second):
        page.goto(address(segment))
    first.locator("#r-0-value").fill("FR")
    expect(first.get_by_text("Saved just now")).to_be_visible()

    second.locator("#r-0-value").fill("AT")

    expect(second.get_by_text("Olive Ott changed these criteria while you were writing", exact=False)).to_be_visible()
    expect(second.get_by_text("Country is FR.")).to_be_visible()
    expect(second.locator("#r-0-value")).to_have_value("AT")

    second.get_by_role("button", name="Take theirs").click()
    expect(second.locator("#r-0-value")).to_have_value("FR")
    second.get_by_role("button", name="Undo").click()
    expect(second.locator("#r-0-value")).to_have_value("AT")
    expect(second.get_by_text("Two of you are writing")).to_have_count(0)


def test_rules_move_by_keyboard_and_the_focus_goes_with_them(
    new_page: Callable[..., Page], admin: User, segment: Segment
) -> None:
    page = new_page(admin)
    page.goto(address(segment))
    page.get_by_role("button", name="Add group").click()
    expect(page.locator("#r-1-0-what-search")).to_be_focused()
    page.locator("#r-0-value").focus()

    page.keyboard.press("Alt+ArrowRight")
    expect(page.locator("#r-0-0-value")).to_be_focused()
    expect(page.locator("#r-0-0-value")).to_have_value("DE")
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("#r-0-1-value")).to_be_focused()
    page.keyboard.press("Alt+ArrowLeft")
    expect(page.locator("#r-1-value")).to_be_focused()


def test_rules_move_by_drag_between_groups(new_page: Callable[..., Page], admin: User, segment: Segment) -> None:
    page = new_page(admin)
    page.goto(address(segment))
    page.get_by_role("button", name="Add group").click()
    expect(page.locator("#r-1-0-what-search")).to_be_focused()

    handle = page.locator('[data-path="r-0"] [data-handle]').bounding_box()
    target = page.locator('[data-path="r-1-0"]').bounding_box()
    assert handle
    assert target
    page.mouse.move(handle["x"] + 8, handle["y"] + 8)
    page.mouse.down()
    for step in range(1, 13):
        page.mouse.move(handle["x"] + 8, handle["y"] + (target["y"] + 50 - handle["y"]) * step / 12)
        page.wait_for_timeout(80)
    page.mouse.up()

    expect(page.locator('[data-rules="r-0"] [name$=".value"][value="DE"]')).to_be_visible()


def test_an_estimate_is_followed_by_the_exact_count_and_typing_begins_anew(
    new_page: Callable[..., Page], admin: User, segment: Segment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "EXACT_UP_TO", 3)
    page = new_page(admin)

    def asks_exactly(answer: Response) -> bool:
        return "act=exact" in (answer.request.post_data or "")

    with page.expect_response(asks_exactly):
        page.goto(address(segment))
    preview, impact = page.locator("#rule-preview"), page.locator("#rule-impact")
    expect(impact).to_contain_text("Nobody would enter or leave.")
    expect(preview).not_to_contain_text("An estimate from a sample")

    with page.expect_response(asks_exactly):
        page.locator("#r-0-value").fill("FR")
    expect(impact).to_contain_text("−8")
    expect(page.locator("#rule-count")).to_have_text("4")
    expect(preview).not_to_contain_text("An estimate from a sample")


def test_what_a_rule_is_about_is_found_by_its_description_and_picked_by_mouse(
    new_page: Callable[..., Page], admin: User, segment: Segment
) -> None:
    page = new_page(admin)
    page.goto(address(segment))
    page.get_by_role("button", name="Add rule").first.click()
    expect(page.locator("#r-1-what-search")).to_be_focused()
    page.keyboard.press("Escape")

    page.locator("#r-0-what").click()
    expect(page.get_by_role("listbox", name="What rule 1 is about")).to_be_visible()
    page.keyboard.type("product line sold")
    page.get_by_role("option", name="For each area").click()

    expect(page.locator("#r-0-figure")).to_be_visible()
    expect(page.locator("#r-0a-by")).to_have_value("product_lines")
    pick(page, "#r-0b-coll", "Certifications")
    expect(page.locator("#rule-sentence")).to_contain_text("product line", ignore_case=True)
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#r-0-value")).to_have_value("DE")


def test_a_rule_is_switched_off_with_a_comment(new_page: Callable[..., Page], admin: User, segment: Segment) -> None:
    page = new_page(admin)
    page.goto(address(segment))

    do(page, "r-0", "Switch off")
    expect(page.locator("#rule-count")).to_have_text("12")
    expect(page.get_by_text("Switched off: it counts for nothing.")).to_be_visible()
    do(page, "r-0", "Comment")
    expect(page.locator("#r-0-note")).to_be_focused()
    page.keyboard.type("Until the new offices open")
    expect(page.get_by_text("Saved just now")).to_be_visible()

    page.wait_for_timeout(500)
    page.reload()
    expect(page.locator("#r-0-note")).to_have_value("Until the new offices open")
    do(page, "r-0", "Switch on again")
    expect(page.locator("#rule-count")).to_have_text("8")


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_is_accessible_and_fits(
    new_page: Callable[..., Page], admin: User, segment: Segment, live_server: Any, width: int, theme: str
) -> None:
    page = new_page(admin, width=width)
    choose_theme(page, theme, live_server.url)
    page.goto(address(segment))
    page.get_by_role("button", name="Add group").click()
    pick(page, "#r-1-0-what", "Deals")
    expect(page.locator("#r-1-0-agg")).to_be_visible()

    assert accessibility_violations(page) == []
    assert not overflows(page)
