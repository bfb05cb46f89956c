"""A program admin brings in a file of the IT vendor example, in a real browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from integrations.tasks import continue_imports
from partners.models import Partner
from tests.browser.helpers import accessibility_violations, overflows

PARTNERS = Path(__file__).parents[2] / "examples" / "it-vendor" / "partners.csv"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_a_file_is_mapped_previewed_and_imported(
    new_page: Callable[..., Page], victor: User, width: int, scheme: str
) -> None:
    page = new_page(victor, width=width, color_scheme=scheme)
    page.goto("/vendor/imports/")
    page.get_by_role("main").get_by_role("link", name="Import a file").first.click()
    page.get_by_label("Name of the new source").fill("Salesforce")
    page.get_by_label("CSV file").set_input_files(PARTNERS)
    page.get_by_role("button", name="Upload and map the columns").click()

    expect(page.get_by_label("Field for Account Name")).to_have_value("name")
    assert accessibility_violations(page) == []
    assert not overflows(page)
    page.get_by_role("button", name="Show what it would do").click()

    expect(page.get_by_role("heading", name="Preview", exact=True)).to_be_visible()
    expect(page.get_by_text("“Yugoslavia” is not a country we know.")).to_be_visible()
    assert Partner.objects.count() == 0
    assert accessibility_violations(page) == []
    assert not overflows(page)
    page.get_by_role("button", name="Import now").click()

    expect(page.get_by_text("Running")).to_be_visible()
    continue_imports()
    expect(page.get_by_text("Completed")).to_be_visible()
    assert Partner.objects.count() == 292
    assert accessibility_violations(page) == []
    assert not overflows(page)
