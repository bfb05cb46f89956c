"""From a matrix to a play: Victor compares two figures, moves a mark, and gives the partners of a cell a play."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.roles import VendorRole
from insight.models import Matrix
from partners.models import Assignment, Partner
from scorecards.models import Prescription
from segmentation.models import Segment
from segmentation.services import recompute
from tests.browser.helpers import accessibility_violations, overflows
from tests.factories.accounts import VendorUserFactory
from tests.factories.plays import PlayFactory
from tests.stories import program

#: Employees and year of foundation of each partner.
PARTNERS = {
    "Pinewood": (20, 1985),
    "Oakhurst": (40, 1990),
    "Elmfield": (90, 1995),
    "Ashgrove": (60, 2012),
    "Birchway": (300, 2018),
    "Cedarhill": (500, 2020),
}


def choose(page: Page, label: str, typed: str) -> None:
    """Choose in a searchable list by typing."""
    search = page.get_by_role("combobox", name=label)
    search.fill(typed)
    search.press("Enter")


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_a_matrix_is_divided_and_its_cell_gets_a_play(
    transactional_db: None, new_page: Callable[..., Page], tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    victor = VendorUserFactory(name="Victor Voss", role=VendorRole.PROGRAM_ADMIN)
    vera = VendorUserFactory(name="Vera Vance", role=VendorRole.CAM)
    program.define(by=victor, at=now - timedelta(days=30))
    made = {
        name: Partner.objects.create(name=name, country="DE", status="active", employees=employees, founded_year=year)
        for name, (employees, year) in PARTNERS.items()
    }
    Assignment.objects.create(partner=made["Elmfield"], user=vera, starts_at=now - timedelta(days=1))
    PlayFactory(name="Hire a seller", published_at=now)
    recompute.everything(at=now)

    # Victor keeps a matrix; its marks part his partners evenly.
    page = new_page(victor)
    page.goto("/vendor/matrices/")
    page.get_by_role("link", name="New matrix").click()
    page.get_by_role("textbox", name="Name").fill("Size by age")
    choose(page, "To the right", "employees")
    choose(page, "Upwards", "founded")
    page.get_by_label("Colleagues see it, too").check()
    page.get_by_role("button", name="Keep the matrix").click()
    expect(page.get_by_text("The marks part your partners evenly")).to_be_visible()
    assert accessibility_violations(page) == []

    # He names a cell and gives it a play.
    page.get_by_role("link", name="Names and plays").click()
    cell = page.get_by_role("group", name="Low Founded in, Low Employees")
    cell.get_by_role("textbox", name="Name").fill("Old hands")
    cell.get_by_label("Play").select_option(label="Hire a seller")
    page.get_by_role("button", name="Save").click()
    plane = page.get_by_role("group", name="Size by age: Employees to the right")
    expect(plane.get_by_role("link", name="Old hands: 2 partners")).to_be_visible()

    # He moves a mark by its field, by a key, and by dragging its line: the counts move at once, nothing is kept yet.
    expect(page.get_by_role("button", name="Apply")).to_be_hidden()  # the page's script is there
    expect(page.locator("matrix-marks:defined")).to_have_count(1)
    mark = page.get_by_label("Employees: high from")
    mark.fill("100")
    expect(plane.get_by_role("link", name="Old hands: 3 partners")).to_be_visible()
    mark.press("ArrowDown")
    expect(mark).to_have_value("90")
    expect(plane.get_by_role("link", name="Old hands: 2 partners")).to_be_visible()
    line = page.locator('[data-mark="x_low"] .plane-grip')
    page.locator("svg.plane").scroll_into_view_if_needed()
    box, frame = line.bounding_box(), page.locator("svg.plane").bounding_box()
    assert box is not None
    assert frame is not None
    page.mouse.move(box["x"] + box["width"] / 2, frame["y"] + frame["height"] * 0.6)
    page.mouse.down()
    page.mouse.move(frame["x"] + frame["width"] * 0.5, frame["y"] + frame["height"] * 0.6, steps=4)
    page.mouse.up()
    expect(plane.get_by_role("link", name="Old hands: 3 partners")).to_be_visible()
    assert Matrix.objects.get().x_low != float(mark.input_value())
    mark.fill("nonsense")
    expect(page.get_by_text("Enter a number.")).to_be_visible()
    mark.fill("100")
    page.get_by_role("button", name="Save these marks").click()
    expect(page.get_by_text("The marks were saved.")).to_be_visible()
    assert Matrix.objects.get().x_low == 100

    # In the cell he chooses two partners and gives them the play; a second time changes nothing.
    plane.get_by_role("link", name="Old hands: 3 partners").press("Enter")
    expect(page.get_by_role("heading", name="Old hands")).to_be_visible()
    assert accessibility_violations(page) == []
    for name in ("Pinewood", "Oakhurst"):
        page.get_by_role("checkbox", name=f"Choose {name}").check()
    page.get_by_role("button", name="Give “Hire a seller”").click()
    expect(page.get_by_text("“Hire a seller” was given to 2 partners.")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Pinewood").get_by_text("In work")).to_be_visible()
    page.get_by_role("checkbox", name="Choose Pinewood").check()
    page.get_by_role("button", name="Give “Hire a seller”").click()
    expect(page.get_by_text("1 has it in work.")).to_be_visible()
    assert Prescription.objects.count() == 2

    # The cell becomes a segment, as a draft to read.
    page.get_by_role("button", name="Make a segment of it").click()
    expect(page.get_by_text("The bounds of the cell stand in the draft.")).to_be_visible()
    assert Segment.objects.get(name="Size by age: Old hands").versions.get().state == "draft"

    # He takes the table and the pictures along.
    page.goto(f"/vendor/matrices/{Matrix.objects.get().public_id}/")
    files: dict[str, Any] = {}
    for name in ("Table (CSV)", "Picture (SVG)", "Picture (PNG)"):
        with page.expect_download() as download:
            page.get_by_text(name).click()
        files[name] = tmp_path / download.value.suggested_filename
        download.value.save_as(files[name])
    assert "Old hands" in files["Table (CSV)"].read_text()
    assert files["Picture (SVG)"].read_text().startswith("<svg")
    assert files["Picture (PNG)"].read_bytes().startswith(b"\x89PNG")

    # Vera sees the same matrix with the one partner she looks after, on her phone.
    desk = new_page(vera, width=390)
    desk.goto("/vendor/matrices/")
    desk.get_by_role("link", name="Size by age").click()
    expect(desk.get_by_role("link", name="Old hands: 1 partner,")).to_be_visible()
    assert not overflows(desk)
    assert accessibility_violations(desk) == []
