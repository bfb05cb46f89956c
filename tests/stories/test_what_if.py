"""What if we had more: a partner looks for the cheapest way up, her channel manager for what else would follow."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.roles import VendorRole
from core.services import outbox
from partners.models import Assignment, Partner
from segmentation.models import Classification
from segmentation.services import recompute
from tests.browser.helpers import accessibility_violations, overflows
from tests.conftest import person_at
from tests.factories.accounts import VendorUserFactory
from tests.factories.deals import DealParticipantFactory, WonDealFactory
from tests.factories.learning import CertificationFactory, HeldCertificationFactory
from tests.factories.partners import PersonFactory
from tests.stories import program

YESTERDAY = (datetime.now(UTC) - timedelta(days=1)).date()


@pytest.fixture
def pinewood(transactional_db: None) -> Partner:
    """A partner that has won enough for gold and has one certified person of two."""
    at = datetime.now(UTC)
    victor = VendorUserFactory(name="Victor Voss", role=VendorRole.PROGRAM_ADMIN)
    program.define(by=victor, at=at)
    partner = Partner.objects.create(name="Pinewood", country="FR", status="active", employees=20)
    deal = WonDealFactory(
        name="Harbour rollout",
        amount=120_000,
        program_amount=120_000,
        closed_on=YESTERDAY,
    )
    DealParticipantFactory(deal=deal, partner=partner)
    held = {"earned_on": YESTERDAY, "expires_on": None}
    ann = PersonFactory(partner=partner, name="Ann Ash")
    HeldCertificationFactory(person=ann, certification=CertificationFactory(name="Cloud architect"), **held)
    recompute.everything(at=at)
    outbox.deliver_due(at=datetime.now(UTC))  # the tier is followed by what workers do next
    recompute.all_stale(at=datetime.now(UTC))
    return partner


def everything_known() -> Any:
    """Return what a what-if must leave as it is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM segmentation_ruletransition")
        return cursor.fetchone(), list(Classification.objects.values())


@pytest.mark.browser_may_see(422)
@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_what_if_we_had_one_more_certified_person(pinewood: Partner, new_page: Callable[..., Page]) -> None:
    before = everything_known()
    paula: User = person_at(pinewood, name="Paula Park", email="paula@pinewood.example", is_admin=True)
    vera: User = VendorUserFactory(name="Vera Vance", role=VendorRole.CAM)
    Assignment.objects.create(partner=pinewood, user=vera, starts_at=datetime.now(UTC) - timedelta(days=1))

    # Paula sees what gold still asks, and which records stand behind the number.
    page = new_page(paula)
    page.goto("/partner/")
    page.get_by_role("link", name="Tier and benefits").first.click()
    gold = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="Gold", level=3))
    expect(gold.get_by_text("Missing: 1 more").first).to_be_visible()
    gold.get_by_role("link", name="Show what counts").last.click()
    expect(gold.get_by_text("Ann Ash: Cloud architect")).to_be_visible()

    # What if they had one more certified person? Then they would be gold.
    gold.get_by_role("link", name="What if you had more?").click()
    people = page.get_by_role("spinbutton", name="Number of people with certifications")
    expect(people).to_have_value("1")
    people.fill("2")
    people.press("Enter")
    expect(page.get_by_text("Would be fulfilled")).to_be_visible()
    expect(page.get_by_text("Solution: Gold", exact=True).last).to_be_visible()
    assert accessibility_violations(page) == []

    # A slip is told at its field, and what was typed stays.
    people.fill("-9999999999999999999")
    page.get_by_role("button", name="Show what would follow").click()
    expect(page.get_by_text("Some values cannot be read.")).to_be_visible()
    expect(people).to_have_attribute("aria-invalid", "true")

    # Vera asks about the same partner from its page: fewer sales, and it would leave a segment as well.
    desk = new_page(vera, width=390)
    desk.goto(f"/vendor/partners/{pinewood.public_id}/classification/")
    desk.get_by_role("link", name="What if it had other values?").click()
    desk.locator("input[role=combobox]").fill("that sell")
    desk.get_by_role("option", name="Partners that sell").click()
    desk.get_by_role("button", name="Show its values").click()
    desk.get_by_role("spinbutton", name="Total amount").fill("0")
    desk.get_by_role("button", name="Show what would follow").click()
    for text in ("Would leave the segments", "Would no longer qualify for the tiers", "Activated"):
        expect(desk.locator("#what-if").get_by_text(text).first).to_be_visible()
    assert not overflows(desk)

    # And nothing was written.
    assert everything_known() == before
