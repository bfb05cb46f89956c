"""A program admin brings in the Odoo example as a document, in a real browser."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from partners.models import Partner, TierTrack
from tests.browser.helpers import accessibility_violations, overflows

ODOO = Path(__file__).parents[2] / "examples" / "programs" / "odoo.json"


def looks_right(page: Page, name: str = "") -> None:
    """Check what every page has to bear."""
    assert accessibility_violations(page) == []
    assert not overflows(page)
    if os.environ.get("SHOTS"):
        page.screenshot(path=f"{os.environ['SHOTS']}/{name}-{page.viewport_size['width']}.png", full_page=True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_a_program_is_looked_at_mended_and_imported(
    new_page: Callable[..., Page], victor: User, pinewood: Partner, width: int, scheme: str
) -> None:
    page = new_page(victor, width=width, color_scheme=scheme)
    page.goto("/vendor/program/imports/")
    looks_right(page, "empty")
    page.get_by_role("main").get_by_role("link", name="Import a program").first.click()
    looks_right(page, "create")
    broken = json.loads(ODOO.read_text())
    broken["measures"][0]["formula"]["of"] = "weight"
    broken["tracks"][0]["tiers"][1]["colour"] = "red"
    page.get_by_label("Or its text").fill(json.dumps(broken))
    page.get_by_role("button", name="Show what it would do").click()

    expect(page.get_by_text("/measures/0/formula/of")).to_be_visible()
    expect(page.get_by_text("“colour” has no meaning here.")).to_be_visible()
    looks_right(page, "faults")
    page.get_by_role("link", name="Import a mended document").click()
    page.get_by_label("JSON file").set_input_files(ODOO)
    page.get_by_role("button", name="Show what it would do").click()

    expect(page.get_by_role("heading", name="Who would move")).to_be_visible()
    looks_right(page, "plan")
    assert not TierTrack.objects.exists()
    page.get_by_role("button", name="Import and publish").click()

    expect(page.get_by_text("The program stands as the document says.")).to_be_visible()
    looks_right(page, "done")
    assert [tier.name for tier in TierTrack.objects.get().tiers.order_by("rank")] == [
        "Learning",
        "Ready",
        "Silver",
        "Gold",
    ]
    changed = json.loads(ODOO.read_text())
    changed["tracks"][0]["tiers"][2]["criteria"]["rules"][1]["value"] = 60
    changed["tracks"][0]["tiers"][2]["name"] = "Silver plus"
    page.goto("/vendor/program/imports/new/")
    page.get_by_label("Or its text").fill(json.dumps(changed))
    page.get_by_role("button", name="Show what it would do").click()
    expect(page.get_by_text("Silver plus").first).to_be_visible()
    looks_right(page, "change")
    page.goto("/vendor/program/imports/")
    looks_right(page, "list")
