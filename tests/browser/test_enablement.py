"""Content, learning and certifications in a real browser: accessible, narrow, by keyboard, without script."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from enablement.models import AssetKind, JourneyStep, StepKind
from enablement.services import journeys
from tests.browser.helpers import accessibility_violations, choose_theme, overflows
from tests.factories.enablement import ActivityFactory, AssetFactory
from tests.factories.journeys import (
    EnrollmentFactory,
    JourneyFactory,
    JourneyStepFactory,
    StepProgressFactory,
    version_of,
)
from tests.factories.learning import CertificationFactory, HeldCertificationFactory

NewPage = Callable[..., Page]
SHOTS = os.environ.get("SHOTS")
TEXT = """# What wins deals

Ask **three questions** first, then listen. See [the price list](https://vendor.example/prices).

| Size | Margin |
|---|---|
| up to 50 seats | 10 % |
| above | 15 % |

- Start with the backup
- Then speak of the cloud
"""


@pytest.fixture
def places(victor: User, pete: User, paula: User) -> dict[str, str]:
    """Make a little of everything and return the pages that show it."""
    asset = AssetFactory(
        title="Selling the cloud bundle to companies of up to fifty seats",
        summary="What to ask, what to say, and what it earns.",
        body=TEXT,
        minutes=25,
        product_lines=["Cloud", "Backup"],
        owner=victor,
    )
    AssetFactory(title="Price list", kind=AssetKind.LINK, url="https://vendor.example/prices", body="")
    AssetFactory(title="Draft of the battle card", published_at=None)
    ActivityFactory(person=pete.person, asset=asset, times=1234)
    journey = JourneyFactory(name="First ninety days", summary="From the first sign-in to the first deal.")
    first = JourneyStepFactory(journey=journey, title="Say hello to your channel manager", due_days=3, minutes=10)
    JourneyStepFactory(journey=journey, title="Read how deals are won", kind=StepKind.CONTENT, asset=asset, minutes=25)
    JourneyStepFactory(
        journey=journey,
        title="Get your first certification",
        kind=StepKind.CERTIFICATION,
        certification=CertificationFactory(name="Cloud Associate", product_line="Cloud", valid_months=24),
    )
    enrollment = EnrollmentFactory(journey=journey, partner=pete.person.partner)
    journeys.draft_of(journey=journey, by=None, at=enrollment.started_at)
    drafted = version_of(journey).steps.get(title=first.title)
    StepProgressFactory(enrollment=enrollment, step=first, person=pete.person)
    for person in (pete.person, paula.person):
        HeldCertificationFactory(person=person, certification__name="Firewall Expert", certification__level="expert")
    return {
        "partner library": "/partner/assets/",
        "partner asset": f"/partner/assets/{asset.public_id}/",
        "partner learning": "/partner/journeys/",
        "partner journey": f"/partner/journeys/{journey.public_id}/",
        "partner certifications": "/partner/certifications/",
        "vendor library": "/vendor/assets/",
        "vendor asset": f"/vendor/assets/{asset.public_id}/",
        "vendor asset form": f"/vendor/assets/{asset.public_id}/edit/",
        "vendor asset part form": f"/vendor/assets/{asset.public_id}/parts/{asset.parts.get().public_id}/edit/",
        "vendor new part": f"/vendor/assets/{asset.public_id}/parts/new/?kind=video",
        "vendor versions": f"/vendor/assets/{asset.public_id}/parts/{asset.parts.get().public_id}/versions/",
        "vendor new asset": "/vendor/assets/new/",
        "vendor content health": "/vendor/content-health/",
        "vendor content coverage": "/vendor/content-health/coverage/",
        "vendor content usage": "/vendor/content-health/usage/",
        "vendor content searches": "/vendor/content-health/searches/",
        "partner picked": "/partner/assets/picked/",
        "vendor journeys": "/vendor/journeys/",
        "vendor journey": f"/vendor/journeys/{journey.public_id}/",
        "vendor journey draft": f"/vendor/journeys/{journey.public_id}/draft/",
        "vendor journey versions": f"/vendor/journeys/{journey.public_id}/versions/",
        "vendor journey version": f"/vendor/journeys/{journey.public_id}/versions/1/",
        "vendor journey publish": f"/vendor/journeys/{journey.public_id}/publish/",
        "vendor step form": f"/vendor/journeys/{journey.public_id}/steps/{drafted.public_id}/edit/",
        "vendor certifications": "/vendor/certifications/",
    }


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_every_page_is_accessible_and_fits(
    new_page: NewPage, live_server: Any, places: dict[str, str], victor: User, pete: User, theme: str, width: int
) -> None:
    pages = {"vendor": new_page(victor, width=width), "partner": new_page(pete, width=width)}
    for name, address in places.items():
        page = pages[name.split()[0]]
        choose_theme(page, theme, live_server.url)
        page.goto(address)
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name} {width} {theme}.png".replace(" ", "-"), full_page=True)

        assert not overflows(page), name
        assert accessibility_violations(page) == [], name


def drafted_steps() -> list[JourneyStep]:
    return list(JourneyStep.objects.filter(journey_version__number=2).order_by("position"))


def test_steps_are_moved_by_keyboard_and_stay_moved(new_page: NewPage, places: dict[str, str], victor: User) -> None:
    page = new_page(victor)
    page.goto(places["vendor journey draft"])

    with page.expect_response(lambda answer: answer.url.endswith("/order/")):
        page.get_by_role("button", name="Move down: Say hello to your channel manager").press("Enter")

    assert [step.title[:8] for step in drafted_steps()] == ["Read how", "Say hell", "Get your"]


def test_steps_are_moved_without_script(new_page: NewPage, places: dict[str, str], victor: User) -> None:
    page = new_page(victor, java_script_enabled=False)
    page.goto(places["vendor journey draft"])

    page.get_by_role("button", name="Move up: Get your first certification").click()

    expect(page.get_by_role("heading", name="First ninety days")).to_be_visible()
    assert [step.title[:8] for step in drafted_steps()] == ["Say hell", "Get your", "Read how"]


def test_the_preview_follows_the_typing(new_page: NewPage, places: dict[str, str], victor: User) -> None:
    page = new_page(victor)
    page.goto(places["vendor asset part form"])

    page.get_by_label("Text").fill("Now with **emphasis**")

    expect(page.locator("#preview strong")).to_have_text("emphasis")


def test_a_step_is_ticked_off_without_script(new_page: NewPage, places: dict[str, str], pete: User) -> None:
    page = new_page(pete, java_script_enabled=False)
    page.goto(places["partner journey"])

    page.get_by_role("button", name=re.compile("^Mark as done ?: Read how deals are won")).click()

    expect(page.get_by_text("2 of 3 steps")).to_be_visible()


def test_the_library_is_searched_while_typing(new_page: NewPage, places: dict[str, str], pete: User) -> None:
    page = new_page(pete)
    page.goto(places["partner library"])

    page.get_by_role("combobox", name="Search titles, texts and files").fill("bundel")
    expect(page.get_by_role("link", name="Price list")).to_have_count(0)

    expect(page.get_by_role("link", name="Selling the cloud bundle")).to_be_visible()
