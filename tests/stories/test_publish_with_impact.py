"""A new text of a category: Victor sees whom it affects and plans it, a worker publishes it on its day, Paula reads."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Notification
from accounts.roles import VendorRole
from core.doorbell import ring
from core.models import Program
from core.periods import today
from core.queues import Queue
from core.services import outbox, versions
from partners.models import Partner, PlannedPublication
from partners.services import memberships
from segmentation.services import recompute
from tests.browser.helpers import accessibility_violations, overflows, settle
from tests.conftest import person_at
from tests.factories.accounts import VendorUserFactory
from tests.stories import program

PATIENCE_SECONDS = 60


def eventually(holds: Callable[[], Any], what: str) -> None:
    """Wait until something holds, with the rings that beat would send."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            pytest.fail(f"It did not come true in {PATIENCE_SECONDS} s: {what}")
        ring("partners.tasks.publish_due", queue=Queue.FRESH)
        ring("core.tasks.deliver_outbox", queue=Queue.OUTBOX)
        time.sleep(0.5)


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_a_new_text_is_looked_at_planned_and_published_on_its_day(
    transactional_db: None, live_worker: Any, new_page: Callable[..., Page]
) -> None:
    now = datetime.now(UTC)
    month_ago = now - timedelta(days=30)
    victor = VendorUserFactory(name="Victor Voss", role=VendorRole.PROGRAM_ADMIN)
    integrator = program.define(by=victor, at=month_ago).integrator
    pinewood = Partner.objects.create(name="Pinewood", country="DE", status="active", employees=60)
    paula = person_at(pinewood, name="Paula Park", email="paula@pinewood.example", is_admin=True)
    memberships.assign(partner=pinewood, category=integrator, by=victor, at=month_ago)
    recompute.everything(at=now)
    while outbox.deliver_due(at=datetime.now(UTC)):
        pass

    # Victor writes what the category asks further, and reads the change and its impact before he decides.
    page = new_page(victor)
    page.goto(f"/vendor/categories/{integrator.public_id}/edit/")
    page.get_by_label("Requirements").fill("- A project manager for every project")
    page.get_by_role("button", name="Save the draft").click()
    page.get_by_role("link", name="Review and publish").click()
    expect(page.locator("ins").filter(has_text="project manager")).to_be_visible()
    expect(page.get_by_text("Have it today")).to_be_visible()
    expect(page.get_by_role("link", name="Pinewood").first).to_be_visible()
    assert accessibility_violations(page) == []

    # He plans it for tomorrow.
    tomorrow = today(at=now, zone=Program.current().zone) + timedelta(days=1)
    page.get_by_label("What changed, and why").fill("Agreed with the council.")
    page.get_by_label("On a later day").fill(tomorrow.isoformat())
    page.get_by_role("button", name="Plan for that day").click()
    expect(page.get_by_text("Take the plan back")).to_be_visible()
    assert versions.published_of(integrator).number == 1

    # The day comes; a worker publishes it and Paula is told.
    PlannedPublication.objects.update(publish_on=today(at=now, zone=Program.current().zone))
    eventually(lambda: versions.published_of(integrator).number == 2, "published by a worker")
    eventually(lambda: Notification.objects.filter(user=paula, kind="definition").exists(), "Paula is told")

    # She reads what changed since she joined.
    desk = new_page(paula, width=390)
    desk.goto(f"/partner/categories/{integrator.public_id}/")
    expect(desk.get_by_text("A project manager for every project").first).to_be_visible()
    settle(desk)
    desk.get_by_role("link", name="What changed since").click()
    expect(desk.locator("ins").filter(has_text="project manager")).to_be_visible()
    assert not overflows(desk)
