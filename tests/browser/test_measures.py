"""Measures in a real browser: a formula written by keyboard, on a phone, in the dark, and without script."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, Route, expect

from accounts.models import User
from core.services import versions
from segmentation.models import Measure
from segmentation.services import measures
from tests.browser.helpers import accessibility_violations, choose_theme, overflows, pick
from tests.factories.accounts import VendorUserFactory
from tests.factories.partners import PartnerFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]
SHOTS = Path(__file__).parent / "shots"

POINTS: dict[str, Any] = {
    "function": "points",
    "parts": [
        {"of": {"field": "employees"}, "each": 2, "cap": 100},
        {
            "of": {
                "collection": "deals",
                "aggregate": "sum",
                "of": "amount",
                "window": {"last": 12, "unit": "months"},
                "where": {
                    "combinator": "and",
                    "not": False,
                    "rules": [{"field": "stage", "operator": "equals", "value": "won"}],
                },
            },
            "each": "0.001",
        },
        {
            "of": {
                "function": "gate",
                "of": [{"number": 50}],
                "where": {
                    "combinator": "and",
                    "not": False,
                    "rules": [{"field": "country", "operator": "equals", "value": "DE"}],
                },
                "otherwise": 0,
            },
            "each": 1,
        },
    ],
    "cap": 500,
}


@pytest.fixture
def admin(transactional_db: None) -> User:
    """A program admin."""
    return VendorUserFactory(role="program_admin")


@pytest.fixture
def partners(transactional_db: None) -> None:
    """Twelve partners of growing size."""
    for index in range(12):
        PartnerFactory(name=f"Partner {index:02}", country="DE" if index < 8 else "FR", employees=index * index)


@pytest.fixture
def points(admin: User, partners: None) -> Measure:
    """A published measure with blocks of many kinds."""
    at = datetime.now(UTC)
    description = "What a partner earns for its size and its deals."
    return measures.define(
        key="points", name="Partner points", description=description, unit="points", formula=POINTS, by=admin, at=at
    )


def address(measure: Measure, verb: str = "") -> str:
    return f"/vendor/measures/{measure.public_id}/{verb}"


def listens(page: Page) -> None:
    """Wait until the editor's script is there."""
    page.locator("[name=quick]").wait_for(state="attached")


def shot(page: Page, name: str) -> None:
    """Keep a picture, where somebody asked to see the pages."""
    if os.environ.get("SHOTS"):
        SHOTS.mkdir(exist_ok=True)
        page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


def test_a_formula_is_written_by_typing_and_its_parts_are_worked_out_beside_it(
    new_page: Callable[..., Page], admin: User, partners: None
) -> None:
    page = new_page(admin)
    page.goto("/vendor/measures/")
    page.get_by_role("link", name="New measure").click()
    page.get_by_label("Name").fill("People per partner")
    page.get_by_role("button", name="Continue to the formula").click()

    pick(page, "#m-what", "Weighted points")
    pick(page, "#m-0-what", "Employees")
    page.locator("#m-0-each").fill("10")
    page.locator("#m-0-most").fill("300")
    page.get_by_label("Try it with a partner").fill("Partner 05")
    expect(page.locator("#formula-tried [role=status]")).to_have_text("250")
    expect(page.locator("#m-0-now")).to_have_text("= 25")
    expect(page.locator("#formula-words")).to_contain_text("employees")

    page.get_by_role("button", name="Add part").click()
    expect(page.locator("#m-1-notes")).to_have_text("Choose a field.")
    expect(page.locator("#m-1-what-search")).to_be_focused()
    pick(page, "#m-1-what", "A number")
    page.locator("#m-1-number").fill("7")
    expect(page.locator("#formula-tried [role=status]")).to_have_text("257")

    page.locator("#m-1-number").press("Alt+ArrowUp")
    expect(page.locator("#m-0-number")).to_have_value("7")
    made = Measure.objects.get()
    page.get_by_role("button", name="Publish").click()

    page.wait_for_url(f"**{address(made)}")
    published = versions.published_of(made)
    assert published is not None
    assert published.criteria["parts"] == [
        {"of": {"number": 7}, "each": 1},
        {"of": {"field": "employees"}, "each": 10, "cap": 300},
    ]


def test_what_is_typed_while_an_answer_is_under_way_stays(
    new_page: Callable[..., Page], admin: User, points: Measure
) -> None:
    page = new_page(admin)
    page.goto(address(points, "formula/"))

    listens(page)
    held: list[Route] = []
    page.route("**/formula/", lambda route: route.continue_() if held else held.append(route))
    with page.expect_request("**/formula/"):
        page.get_by_role("button", name="Add part").first.click()
    page.locator("#m-0-each").fill("17")
    page.locator("#m-0-most").fill("19")
    with page.expect_response(lambda answer: "17" in parse_qs(answer.request.post_data or "").get("m-0.each", [])):
        held[0].continue_()

    expect(page.locator("#m-3-what-search")).to_be_visible()
    expect(page.locator("#m-0-each")).to_have_value("17")
    expect(page.locator("#m-0-most")).to_have_value("19")
    page.reload()
    expect(page.locator("#m-0-each")).to_have_value("17")
    expect(page.locator("#m-0-most")).to_have_value("19")


def test_a_block_is_wrapped_and_taken_back(new_page: Callable[..., Page], admin: User, points: Measure) -> None:
    page = new_page(admin)
    page.goto(address(points, "formula/"))

    page.locator("#m-0-menu").click()
    page.locator("#m-0-menu + div").get_by_role("button", name="Put inside another block").click()
    expect(page.locator("#m-0-what-search")).to_have_value("Sum")
    expect(page.locator("#m-0-0-what-search")).to_have_value("Employees")

    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#m-0-what-search")).to_have_value("Employees")


def test_blocks_move_by_drag(new_page: Callable[..., Page], admin: User, partners: None) -> None:
    three = {"function": "difference", "of": [{"number": 1}, {"number": 2}, {"number": 3}]}
    measure = measures.define(key="three", name="Three", formula=three, by=admin, at=datetime.now(UTC))
    page = new_page(admin)
    page.goto(address(measure, "formula/"))

    handle = page.locator('[data-path="m-2"] [data-handle]').bounding_box()
    target = page.locator('[data-path="m-0"]').bounding_box()
    assert handle
    assert target
    middle = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    page.mouse.move(*middle)
    listens(page)  # the pointer was there before, and lies still
    page.mouse.down()
    for step in range(1, 13):
        page.mouse.move(middle[0], middle[1] + (target["y"] + 4 - middle[1]) * step / 12)
        page.wait_for_timeout(80)
    page.mouse.up()

    expect(page.locator("#m-0-number")).to_have_value("3")
    expect(page.locator("#m-now")).to_have_text("= 0")


def test_two_writers_choose_which_text_goes_on(new_page: Callable[..., Page], admin: User, points: Measure) -> None:
    page = new_page(admin)
    page.goto(address(points, "formula/"))
    measures.edit(measure=points, by=admin, at=datetime.now(UTC), formula={"number": 5}, expected=None)

    page.locator("#m-0-each").fill("3")
    expect(page.get_by_text("Two of you are writing")).to_be_visible()
    page.get_by_role("button", name="Keep mine").click()

    expect(page.get_by_text("Saved just now")).to_be_visible()
    draft = versions.existing_draft_of(points)
    assert draft is not None
    assert draft.criteria["parts"][0]["each"] == 3


def test_without_script_a_formula_is_changed_and_published(
    new_page: Callable[..., Page], admin: User, points: Measure
) -> None:
    page = new_page(admin, java_script_enabled=False)
    page.goto(address(points, "formula/"))

    page.locator("#m-what").select_option("function:sum")
    page.get_by_role("button", name="Save draft").click()
    page.locator("#m-0-what").select_option("number:")
    page.get_by_role("button", name="Add part").first.click()
    page.locator('[name="m-0.number"]').fill("4")
    page.locator("#m-3-what").select_option("number:")
    page.get_by_role("button", name="Save draft").click()
    page.locator('[name="m-3.number"]').fill("8")
    page.get_by_role("button", name="Publish").click()

    page.wait_for_url(f"**{address(points)}")
    published = versions.published_of(points)
    assert published is not None
    assert [published.criteria["of"][place] for place in (0, 3)] == [{"number": 4}, {"number": 8}]


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_the_pages_can_be_read_by_all(
    new_page: Callable[..., Page], admin: User, points: Measure, theme: str, width: int, live_server: Any
) -> None:
    page = new_page(admin, width=width)
    choose_theme(page, theme, live_server.url)
    for name, place in (
        ("list", "/vendor/measures/"),
        ("detail", address(points)),
        ("formula", address(points, "formula/")),
        ("edit", address(points, "edit/")),
    ):
        page.goto(place)
        shot(page, f"measure-{name}-{width}-{theme}")
        assert accessibility_violations(page) == []
        assert not overflows(page)


def test_a_comparison_of_peers_is_chosen_with_how_long_it_is_kept(
    new_page: Callable[..., Page], admin: User, points: Measure
) -> None:
    page = new_page(admin, width=390)
    page.goto(address(points, "formula/"))
    page.locator("#m-menu").click()
    page.get_by_role("button", name="Put inside another block").first.click()
    expect(page.locator("#m-what-search")).to_have_value("Sum")
    pick(page, "#m-what", "Percentile among peers")

    page.locator("#m-peers").select_option("country")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator("#m-frozen").select_option("day")
    page.locator("#m-day").fill("2026-01-01")
    expect(page.locator("#formula-words")).to_contain_text("1 January 2026")
    shot(page, "measure-peers-390")

    assert accessibility_violations(page) == []
    draft = versions.existing_draft_of(points)
    assert draft is not None
    assert (draft.criteria["peers"], draft.criteria["frozen"]) == ("country", "2026-01-01")
