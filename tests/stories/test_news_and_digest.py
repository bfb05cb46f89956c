"""Victor asks everybody to acknowledge new terms: Pete does on his phone, Olga is reminded, each hears it once."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.roles import VendorRole
from core.services import outbox
from partners.models import Partner
from tests.browser.helpers import accessibility_violations, overflows, settle
from tests.conftest import person_at
from tests.factories.accounts import VendorUserFactory


@pytest.fixture
def people(transactional_db: None) -> dict[str, User]:
    """Victor at the vendor; Pete at Pinewood and Olga at Oakhurst."""
    pinewood, oakhurst = (
        Partner.objects.create(name=name, country="DE", status="active") for name in ("Pinewood", "Oakhurst")
    )
    return {
        "victor": VendorUserFactory(name="Victor Voss", role=VendorRole.PROGRAM_ADMIN),
        "pete": person_at(pinewood, name="Pete Pratt", email="pete@pinewood.example"),
        "olga": person_at(oakhurst, name="Olga Oss", email="olga@oakhurst.example", is_admin=True),
    }


def deliver() -> None:
    """Send what is due."""
    while outbox.deliver_due(at=datetime.now(UTC)):
        pass


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_written_told_acknowledged_and_reminded_of(people: dict[str, User], new_page: Callable[..., Page]) -> None:
    # Victor writes an item, sees it as partners will, and whom it reaches.
    vendor = new_page(people["victor"])
    vendor.goto("/vendor/news/")
    vendor.get_by_role("link", name="Write news").click()
    vendor.get_by_label("Title").fill("New terms from January")
    vendor.get_by_label("Importance").select_option("must")
    vendor.get_by_label("Text", exact=True).press_sequentially("Ask **first**, then restore.")
    expect(vendor.locator("#preview strong")).to_have_text("first")
    expect(vendor.get_by_text("For 2 partners")).to_be_visible()
    assert accessibility_violations(vendor) == []
    vendor.get_by_role("button", name="Save as draft").click()
    expect(vendor.get_by_role("heading", name="New terms from January", level=1)).to_be_visible()
    vendor.get_by_role("button", name="Publish now").click()
    vendor.get_by_role("alertdialog").get_by_role("button", name="Publish now").click()
    expect(vendor.get_by_text("Its readers are being told")).to_be_visible()
    deliver()
    assert sorted(one.to[0] for one in mail.outbox) == ["olga@oakhurst.example", "pete@pinewood.example"]

    # It stands on top of Pete's home page, on his phone, until he acknowledges it.
    partner = new_page(people["pete"], width=390)
    partner.goto("/partner/")
    partner.get_by_role("link", name=re.compile("Read and acknowledge")).click()
    expect(partner.get_by_text("Ask first, then restore.")).to_be_visible()
    assert accessibility_violations(partner) == []
    assert not overflows(partner)
    partner.get_by_role("button", name="I have read and understood this").click()
    expect(partner.get_by_text("You acknowledged this on")).to_be_visible()
    partner.goto("/partner/")
    settle(partner)
    expect(partner.get_by_role("link", name=re.compile("Read and acknowledge"))).to_have_count(0)

    # Victor sees who has not, and reminds them; Pete hears no more.
    mail.outbox.clear()
    vendor.reload()
    vendor.get_by_role("link", name="1 missing at Oakhurst").click()
    expect(vendor.get_by_role("rowheader", name="Olga Oss")).to_be_visible()
    expect(vendor.get_by_role("rowheader", name="Pete Pratt")).to_have_count(0)
    vendor.go_back()
    vendor.get_by_role("button", name="Remind those who have not").click()
    expect(vendor.get_by_text("They are being reminded")).to_be_visible()
    deliver()
    assert [one.to for one in mail.outbox] == [["olga@oakhurst.example"]]
