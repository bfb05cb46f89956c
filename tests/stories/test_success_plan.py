"""A year together: Vera drafts a plan from a template, Paula agrees, a deal is won, and the plan moves by itself."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.roles import VendorRole
from deals.models import Deal
from deals.services import deals
from partners.models import Assignment, Partner
from scorecards.models import ObjectiveFigure, PlanObjective
from scorecards.services import plan_templates
from tests.browser.helpers import accessibility_violations, overflows
from tests.conftest import person_at
from tests.factories.accounts import VendorUserFactory
from tests.factories.deals import DealFactory, DealParticipantFactory
from tests.stories.test_main_errand import eventually


@pytest.fixture
def pinewood(transactional_db: None) -> Partner:
    """A partner with a deal of 250,000 that is about to be won; the templates that come with the portal are there."""
    victor = VendorUserFactory(name="Victor Voss", role=VendorRole.PROGRAM_ADMIN)
    plan_templates.add_starters(by=victor, at=datetime.now(UTC))
    partner: Partner = Partner.objects.create(name="Pinewood", country="FR", status="active", employees=20)
    deal = DealFactory(name="Harbour rollout", amount=250_000, program_amount=250_000)
    DealParticipantFactory(deal=deal, partner=partner)
    return partner


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_a_plan_is_agreed_and_moves_by_itself(
    pinewood: Partner, live_worker: Any, new_page: Callable[..., Page]
) -> None:
    vera: User = VendorUserFactory(name="Vera Vance", role=VendorRole.CAM)
    Assignment.objects.create(partner=pinewood, user=vera, starts_at=datetime.now(UTC) - timedelta(days=1))
    paula: User = person_at(pinewood, name="Paula Park", email="paula@pinewood.example", is_admin=True)

    # Vera begins with a template, changes a target, and proposes.
    desk = new_page(vera)
    desk.goto(f"/vendor/partners/{pinewood.public_id}/success-plans/new/")
    desk.get_by_label("Begin with").select_option(label="Growth year")
    desk.get_by_label("Name").fill("Growing together")
    desk.get_by_role("button", name="Begin the draft").click()
    expect(desk.get_by_role("heading", name="Draft: Growing together")).to_be_visible()
    expect(desk.get_by_role("link", name="Joint account list agreed")).to_be_visible()
    desk.get_by_role("link", name="Revenue won", exact=True).click()
    desk.get_by_label("Weight").fill("9")
    assert accessibility_violations(desk) == []
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_role("heading", name="Draft: Growing together")).to_be_visible()
    assert accessibility_violations(desk) == []
    desk.get_by_role("button", name="Propose the plan").click()
    expect(desk.get_by_role("heading", name="This plan is proposed")).to_be_visible()

    # Paula hears of it, reads it on her phone, and agrees.
    phone = new_page(paula, width=390)
    phone.goto("/partner/success-plans/")
    phone.get_by_role("link", name="Growing together").click()
    expect(phone.get_by_text("Vera Vance agreed for the vendor")).to_be_visible()
    assert accessibility_violations(phone) == []
    assert not overflows(phone)
    phone.get_by_role("button", name="Agree to this plan").click()
    expect(phone.get_by_text("Agreed by both sides").first).to_be_visible()
    expect(phone.get_by_role("link", name="Name an executive sponsor").first).to_be_visible()
    phone.get_by_role("button", name="Done: Name an executive sponsor").click()
    expect(phone.get_by_role("button", name="Take up again: Name an executive sponsor")).to_be_visible()

    # A deal is won. Nobody touches the plan: the worker measures it within seconds.
    deals.update(
        deal=Deal.objects.get(),
        by=vera,
        at=timezone.now(),
        changes={"stage": "won", "closed_on": timezone.localdate()},
    )

    def moved() -> bool:
        revenue = PlanObjective.objects.get(name="Revenue won")
        return ObjectiveFigure.objects.filter(objective_key=revenue.key, value=250_000).exists()

    eventually(moved, "the plan moves")
    desk.reload()
    expect(desk.get_by_text("250,000 of 400,000")).to_be_visible()
    assert accessibility_violations(desk) == []

    # The review of the quarter shows it, and keeps what both decide.
    desk.locator("li").filter(has_text="Now").get_by_role("link").first.click()
    row = desk.get_by_role("row").filter(has_text="Revenue won")
    expect(row.get_by_text("250,000")).to_be_visible()
    desk.get_by_label("What we decided").fill("Two more people are certified by summer.")
    desk.get_by_role("button", name="Save the notes").click()
    expect(desk.get_by_text("are saved")).to_be_visible()
    assert accessibility_violations(desk) == []
    phone.reload()
    phone.locator("li").filter(has_text="Now").get_by_role("link").first.click()
    expect(phone.get_by_label("What we decided")).to_have_value("Two more people are certified by summer.")
    assert not overflows(phone)
