"""A new version of a scorecard: Victor drafts it, sees whose score would move, publishes, and the scores follow."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.roles import VendorRole
from core.doorbell import ring
from core.queues import Queue
from partners.models import Partner
from scorecards.models import Score, Scorecard
from scorecards.services import scorecards, scores
from segmentation.services import recompute
from tests.browser.helpers import accessibility_violations, overflows
from tests.factories.accounts import VendorUserFactory
from tests.stories import program

PATIENCE_SECONDS = 60


def current(partner: Partner) -> int | None:
    """Return a partner's score now."""
    return Score.objects.filter(partner=partner, is_current=True).values_list("value", flat=True).first()


def eventually(partner: Partner, value: int) -> None:
    """Wait until a partner has a score, with the ring that beat would send."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while current(partner) != value:
        if time.monotonic() > deadline:
            pytest.fail(f"{partner} has {current(partner)} points after {PATIENCE_SECONDS} s, not {value}.")
        ring("scorecards.tasks.continue_runs", queue=Queue.REPORTS)
        time.sleep(0.5)


def published_scorecard(by: Any, at: datetime) -> Scorecard:
    """Return the main scorecard, which asks for a hundred people."""
    scorecard = scorecards.create(name="Partner score", is_main=True, sharing="everything", by=by, at=at)
    draft = scorecards.draft_of(scorecard=scorecard, by=by, at=at)
    section = scorecards.add_section(version=draft, name="Basics", by=by, at=at)
    scorecards.add_metric(
        section=section, name="Size", expression={"field": "employees"}, target=Decimal(100), by=by, at=at
    )
    scorecards.publish(version=draft, by=by, at=at)
    return scorecard


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_scores_follow_a_version_that_was_looked_at_before(
    transactional_db: None, live_worker: Any, new_page: Callable[..., Page]
) -> None:
    now = datetime.now(UTC)
    victor = VendorUserFactory(name="Victor Voss", role=VendorRole.PROGRAM_ADMIN)
    program.define(by=victor, at=now)
    pinewood = Partner.objects.create(name="Pinewood", country="DE", status="active", employees=40)
    recompute.everything(at=now)
    scorecard = published_scorecard(victor, now)
    scores.recompute(partner_ids=None, at=now)
    assert current(pinewood) == 40

    # Victor drafts the next version: half as many people are enough.
    page = new_page(victor)
    page.goto(f"/vendor/scorecards/{scorecard.public_id}/")
    page.get_by_role("button", name="Draft a new version").click()
    assert accessibility_violations(page) == []
    assert not overflows(page)
    page.get_by_role("link", name="Size").click()
    page.get_by_label("100 points at").fill("50")
    page.get_by_role("button", name="Save the metric").click()

    # He adds a section with a question that channel managers answer on five levels.
    page.get_by_role("link", name="Add a section").click()
    page.locator("#id_name").fill("Team")
    page.get_by_role("button", name="Add the section").click()
    page.get_by_role("link", name="Add a metric").last.click()
    page.locator("#id_name").fill("Sales team")
    page.get_by_label("The channel manager", exact=True).check()
    expect(page.locator("#id_measure")).to_be_hidden()
    for level in range(1, 6):
        page.get_by_label(f"Level {level}:").fill(f"What one sees at level {level}")
    page.get_by_role("button", name="Add the metric").click()

    # Before he publishes he reads whose score would move.
    page.get_by_role("link", name="See the impact and publish").click()
    expect(page.get_by_role("row", name="Pinewood 40 80 +40")).to_be_visible()
    assert accessibility_violations(page) == []
    page.get_by_label("Note about this change").fill("Smaller partners count as well.")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("How it measures: version 2")).to_be_visible()

    # A worker measures everybody, and the note stands among the versions.
    eventually(pinewood, 80)
    page.get_by_role("link", name="Versions").click()
    expect(page.get_by_text("Smaller partners count as well.")).to_be_visible()
