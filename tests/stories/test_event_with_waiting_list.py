"""Victor plans a training with one seat: Pete takes it, Olga waits; Pete cannot come, Olga moves up and was there."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.roles import VendorRole
from core.services import outbox
from enablement.models import Event
from partners.models import Partner
from tests.browser.helpers import accessibility_violations, overflows
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
        "olga": person_at(oakhurst, name="Olga Oss", email="olga@oakhurst.example"),
    }


def deliver() -> None:
    """Send what is due."""
    while outbox.deliver_due(at=datetime.now(UTC)):
        pass


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_planned_waited_for_moved_up_and_attended(people: dict[str, User], new_page: Callable[..., Page]) -> None:
    # Victor plans a training with a single seat, and publishes it.
    day = (datetime.now(UTC) + timedelta(days=9)).strftime("%Y-%m-%d")
    vendor = new_page(people["victor"])
    vendor.goto("/vendor/events/")
    vendor.get_by_role("link", name="Plan an event").click()
    vendor.get_by_label("Title").fill("Restore, hands on")
    vendor.get_by_label("Begins").fill(f"{day}T10:00")
    vendor.get_by_label("Ends", exact=False).first.fill(f"{day}T12:00")
    vendor.get_by_label("Online address").fill("https://meet.example/restore")
    vendor.get_by_label("Seats", exact=False).first.fill("1")
    assert accessibility_violations(vendor) == []
    vendor.get_by_role("button", name="Save as draft").click()
    vendor.get_by_role("button", name="Publish").click()
    expect(vendor.get_by_text("Its audience is being told")).to_be_visible()

    # Pete takes the seat on his phone and learns where it is; Olga waits.
    pete = new_page(people["pete"], width=390)
    pete.goto("/partner/events/")
    assert not overflows(pete)
    pete.get_by_role("link", name="Restore, hands on").click()
    pete.get_by_role("button", name="Take a seat").click()
    expect(pete.get_by_role("link", name="https://meet.example/restore")).to_be_visible()
    assert accessibility_violations(pete) == []
    assert not overflows(pete)
    olga = new_page(people["olga"])
    olga.goto("/partner/events/")
    olga.get_by_role("link", name="Restore, hands on").click()
    olga.get_by_role("button", name="Wait for a seat").click()
    expect(olga.get_by_text("You are number 1")).to_be_visible()

    # Pete cannot come: the seat is Olga's by itself, and she hears of it.
    deliver()
    mail.outbox.clear()
    pete.get_by_role("button", name="I cannot come").click()
    expect(pete.get_by_role("button", name="I cannot come")).to_have_count(0)
    deliver()
    assert [one.to for one in mail.outbox] == [["olga@oakhurst.example"]]
    olga.reload()
    expect(olga.get_by_role("heading", name="You have a seat")).to_be_visible()

    # It has taken place: Victor ticks off that she was there.
    begun = datetime.now(UTC) - timedelta(hours=3)
    Event.objects.update(starts_at=begun, ends_at=begun + timedelta(hours=2))
    vendor.reload()
    vendor.get_by_role("checkbox", name="Olga Oss was there").check()
    vendor.get_by_role("button", name="Save who was there").click()
    expect(vendor.get_by_text("Saved who was there.")).to_be_visible()
    expect(vendor.get_by_role("checkbox", name="Olga Oss was there")).to_be_checked()
    assert accessibility_violations(vendor) == []
