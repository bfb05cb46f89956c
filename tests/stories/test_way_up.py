"""The way up: Victor tries a lower mark, Vera sees who is stuck and how Pinewood gets on, Paula reads her own way."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.roles import VendorRole
from core.services import outbox
from partners.models import Assignment, LifeStageVersion, Partner
from partners.services import life_stages
from segmentation.services import recompute
from tests.browser.helpers import accessibility_violations, overflows
from tests.conftest import person_at
from tests.factories.accounts import VendorUserFactory
from tests.factories.deals import DealFactory, DealParticipantFactory, WonDealFactory
from tests.stories import program


@pytest.fixture
def victor(transactional_db: None) -> User:
    """The program admin, with a program defined two months ago in which newcomers are stuck after thirty days."""
    victor: User = VendorUserFactory(name="Victor Voss", role=VendorRole.PROGRAM_ADMIN)
    then = datetime.now(UTC) - timedelta(days=60)
    defined = program.define(by=victor, at=then)
    stage = defined.stages["onboarded"]
    draft: LifeStageVersion = life_stages.draft_of(stage=stage, by=victor, at=then)
    life_stages.save_draft(version=draft, by=victor, at=then, changes={"stuck_after_days": 30})
    life_stages.publish(version=draft, by=victor, at=then)
    return victor


@pytest.fixture
def pinewood(victor: User) -> Partner:
    """A partner with silver, a deal of 80,000 won, and one of 30,000 that closes in a few days."""
    now = datetime.now(UTC)
    partner = Partner.objects.create(
        name="Pinewood", country="FR", status="active", employees=20, joined_on=now.date() - timedelta(days=50)
    )
    won = WonDealFactory(amount=80_000, program_amount=80_000, closed_on=(now - timedelta(days=2)).date())
    coming = DealFactory(
        amount=30_000, program_amount=30_000, opened_on=now.date(), expected_close_on=now.date() + timedelta(days=1)
    )
    for deal in (won, coming):
        DealParticipantFactory(deal=deal, partner=partner)
    newcomer = Partner.objects.create(
        name="Cedar", country="DE", status="active", joined_on=now.date() - timedelta(days=50)
    )
    assert newcomer.pk
    soon = now + timedelta(minutes=1)  # what is put into the outbox here is due a moment after `now`
    recompute.everything(at=now - timedelta(days=45))
    outbox.deliver_due(at=soon)
    recompute.everything(at=now)
    outbox.deliver_due(at=soon)
    return partner


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_a_mark_is_tried_and_a_way_up_is_found(victor: User, pinewood: Partner, new_page: Callable[..., Page]) -> None:
    vera: User = VendorUserFactory(name="Vera Vance", role=VendorRole.CAM)
    for partner in Partner.objects.all():
        Assignment.objects.create(partner=partner, user=vera, starts_at=datetime.now(UTC) - timedelta(days=1))
    paula: User = person_at(pinewood, name="Paula Park", email="paula@pinewood.example", is_admin=True)

    # Victor tries a lower mark for Gold, and nothing is saved by that.
    desk = new_page(victor)
    desk.goto("/vendor/tracks/")
    desk.get_by_role("link", name="Gold", exact=True).click()
    desk.get_by_role("link", name="Simulate").click()
    people = desk.get_by_role("textbox", name="Number of people with certifications")
    people.fill("0")
    desk.get_by_role("textbox", name="Total amount").fill("50000")
    expect(desk.get_by_role("heading", name="Would rise: 1")).to_be_visible()
    expect(desk.get_by_role("link", name="Pinewood")).to_be_visible()
    assert accessibility_violations(desk) == []
    desk.get_by_role("link", name="Ask the same of the ends of the last four quarters").click()
    expect(desk.get_by_text("who held what is as it was")).to_be_visible()

    # Vera sees on her phone who is stuck, then Pinewood's way up and what the pipeline would do.
    phone = new_page(vera, width=390)
    phone.goto("/vendor/life-stages/board/")
    expect(phone.get_by_text("stuck for 45 days")).to_be_visible()
    assert not overflows(phone)
    phone.goto(f"/vendor/partners/{pinewood.public_id}/tiers/")
    expect(phone.get_by_role("heading", name="The cheapest way up")).to_be_visible()
    expect(phone.get_by_text("20,000 EUR more").first).to_be_visible()
    expect(phone.get_by_text("With the whole pipeline won")).to_be_visible()
    assert not overflows(phone)

    # Paula reads the same about herself, and what was asked and there on the day she got Silver.
    home = new_page(paula)
    home.goto("/partner/tiers/")
    home.get_by_role("link", name="Your way up").click()
    expect(home.get_by_text("If nothing new happens")).to_be_visible()
    assert accessibility_violations(home) == []
    home.get_by_role("link", name="History").click()
    home.get_by_text("Asked and had that day").first.click()
    expect(home.get_by_text("with the values of that moment").first).to_be_visible()
    assert accessibility_violations(home) == []
