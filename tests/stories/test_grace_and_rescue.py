"""Deals age out: grace begins, a partner sees what keeps its tier and wins it back; another is not so lucky."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.roles import VendorRole
from deals.models import Deal
from partners.models import Assignment, Partner, TierHolding, TierMove
from partners.services import tier_days
from tests.browser.helpers import overflows
from tests.conftest import person_at
from tests.factories.accounts import VendorUserFactory
from tests.factories.deals import DealParticipantFactory, WonDealFactory
from tests.stories import program
from tests.stories.test_main_errand import eventually


def won_deal(partner: Partner, *, amount: int, days_ago: int) -> Deal:
    """Let a partner have won a deal some days ago."""
    day = (datetime.now(UTC) - timedelta(days=days_ago)).date()
    deal = WonDealFactory(name=f"Rollout at {partner}", amount=amount, program_amount=amount, closed_on=day)
    DealParticipantFactory(deal=deal, partner=partner)
    return deal


def state_of(partner: Partner) -> str:
    """Return whether a partner holds its tier for good or in grace."""
    one = TierHolding.objects.open().filter(partner=partner).first()
    return one.state if one else ""


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_a_deal_won_in_grace_rescues_and_none_does_not(
    transactional_db: None, live_worker: Any, new_page: Callable[..., Page]
) -> None:
    at = datetime.now(UTC)
    victor = VendorUserFactory(name="Victor Voss", role=VendorRole.PROGRAM_ADMIN)
    track = program.define(by=victor, at=at).track
    pinewood, oakhurst = (Partner.objects.create(name=name, status="active") for name in ("Pinewood", "Oakhurst"))
    paula = person_at(pinewood, name="Paula Park", email="paula@pinewood.example", is_admin=True)
    vera = VendorUserFactory(name="Vera Vance", role=VendorRole.CAM)
    Assignment.objects.create(partner=pinewood, user=vera, starts_at=at - timedelta(days=1))
    old = [won_deal(partner, amount=60_000, days_ago=30) for partner in (pinewood, oakhurst)]
    for partner in (pinewood, oakhurst):
        eventually(lambda one=partner: state_of(one) == "held", f"{partner} becomes Silver")

    # Victor says in the browser that partners fall after ninety days of grace, and reads it back.
    desk = new_page(victor)
    desk.goto(f"/vendor/tracks/{track.public_id}/policy/")
    desk.get_by_role("radio", name="At once").last.check()
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_text("They fall after 90 days of grace").first).to_be_visible()

    # Two years pass for the deals of both: they count no longer, and grace begins by itself.
    Deal.objects.filter(pk__in=[deal.pk for deal in old]).update(closed_on=at.date() - timedelta(days=900))
    for partner in (pinewood, oakhurst):
        eventually(lambda one=partner: state_of(one) == "grace", f"{partner} enters grace")

    # Paula hears of it, and sees until when she keeps Silver and what rescues it.
    eventually(lambda: paula.notifications.filter(text__contains="you stay Silver until").exists(), "Paula is told")
    page = new_page(paula, width=390)
    page.goto("/partner/tiers/")
    expect(page.get_by_text("You no longer meet what Silver asks").first).to_be_visible()
    page.get_by_text("What keeps you Silver").click()
    expect(page.get_by_text("1 EUR more").first).to_be_visible()
    assert not overflows(page)

    # A deal is won at Pinewood: it stays.
    won_deal(pinewood, amount=80_000, days_ago=0)
    eventually(lambda: state_of(pinewood) == "held", "Pinewood is rescued")
    page.reload()
    expect(page.get_by_text("Solution: Silver kept, grace is over").first).to_be_visible()

    # Oakhurst wins none: on its last day of grace it is still Silver, on the day after no more.
    last_day = TierHolding.objects.open().get(partner=oakhurst).grace_ends_on
    assert last_day == at.date() + timedelta(days=90)
    noon = datetime(last_day.year, last_day.month, last_day.day, 12, tzinfo=UTC)
    tier_days.keep(at=noon)
    assert state_of(oakhurst) == "grace"
    tier_days.keep(at=noon + timedelta(days=1))
    assert state_of(oakhurst) == ""
    assert TierMove.objects.filter(partner=oakhurst).order_by("pk").last().kind == "ended"
