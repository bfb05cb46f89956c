"""A draft against what is published: who would enter and leave, what they are worth, what is odd; then it holds."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.roles import VendorRole
from core.doorbell import ring
from core.queues import Queue
from partners.models import Partner
from segmentation.models import Classification, RuleTransition, Segment
from segmentation.services import recompute, segments
from tests.browser.helpers import accessibility_violations
from tests.factories.accounts import VendorUserFactory
from tests.factories.deals import DealFactory, DealParticipantFactory
from tests.factories.partners import PartnerFactory, RegionFactory
from tests.stories import program

PATIENCE_SECONDS = 60
SWEEPS = [("segmentation.tasks.recompute_stale", Queue.FRESH), ("segmentation.tasks.continue_full_runs", Queue.FULL)]


def eventually(holds: Callable[[], Any], what: str) -> None:
    """Wait until something holds; nobody presses anything. Now and then sweeps are asked for, as beat does."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            pytest.fail(f"It did not come true in {PATIENCE_SECONDS} s: {what}")
        for task, queue in SWEEPS:
            ring(task, queue=queue)
        time.sleep(0.5)


@pytest.fixture
def victor(transactional_db: None) -> User:
    """The program admin."""
    return VendorUserFactory(name="Victor Voss", role=VendorRole.PROGRAM_ADMIN)


@pytest.fixture
def segment(victor: User) -> Segment:
    """Ten partners in Germany, three of them large; two large ones in France; some have won deals."""
    now = datetime.now(UTC)
    dach, france = RegionFactory(name="DACH"), RegionFactory(name="France")
    for index in range(10):
        PartnerFactory(name=f"Deutsch {index}", country="DE", region=dach, employees=500 if index < 3 else 20)
    for index in range(2):
        PartnerFactory(name=f"Français {index}", country="FR", region=france, employees=900)
    for name, amount in (("Deutsch 9", 40_000), ("Français 1", 250_000)):
        deal = DealFactory(stage="won", closed_on=now.date() - timedelta(days=9), amount=amount, program_amount=amount)
        DealParticipantFactory(deal=deal, partner=Partner.objects.get(name=name))
    german = program.all_of(program.rule("country", "equals", "DE"))
    made: Segment = segments.define(key="strong", name="Strong partners", by=victor, at=now, criteria=german)
    recompute.everything(at=now)
    return made


def names(segment: Segment) -> set[str]:
    members = Classification.objects.filter(segment_ids__contains=[segment.pk])
    return set(members.values_list("partner__name", flat=True))


def type_into_list(page: Page, typed: str) -> None:
    """Choose in the searchable list that has the focus."""
    page.keyboard.type(typed)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.keyboard.press("Enter")


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_a_draft_against_what_is_published(
    victor: User, segment: Segment, live_worker: Any, new_page: Callable[..., Page]
) -> None:
    assert len(names(segment)) == 10
    page = new_page(victor)
    page.goto(f"/vendor/segments/{segment.public_id}/")
    page.get_by_role("link", name="Edit criteria").click()
    count, impact = page.locator("#rule-count"), page.locator("#rule-impact")
    expect(count).to_have_text("10")
    expect(impact).to_contain_text("Nobody would enter or leave.")

    # Victor narrows it to large partners, by keyboard alone: the country goes, the size comes.
    page.get_by_role("button", name="Add rule").last.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#r-1-what-search")).to_be_focused()
    type_into_list(page, "Employees")
    expect(page.locator("#r-1-op")).to_have_value(">=")
    page.locator("#r-1-value").focus()
    page.keyboard.type("100")
    expect(count).to_have_text("3")
    expect(impact).to_contain_text("−7")
    expect(impact).to_contain_text("€40k won in the last 12 months")
    expect(page.get_by_text("Saved just now")).to_be_visible()

    # A slip: smaller than 10 and larger than 100 at once. The page says so at the rule, and he takes it back.
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#r-0-value")).to_be_focused()
    page.locator("#r-0-menu").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Duplicate").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#r-1-menu")).to_be_focused()
    page.locator("#r-1-op").focus()
    type_into_list(page, "is less than")
    page.locator("#r-1-value").fill("10")
    expect(page.locator("#r-1-notes")).to_contain_text("No partner can fulfil this and rule 1 at once.")
    expect(page.locator("#rule-preview")).to_contain_text("No partner fulfils these rules.")
    expect(count).to_have_text("0")
    page.locator("#r-1-menu").focus()
    for _step in range(3):  # as quick as a hand is, whether the answer before is there or not
        page.keyboard.press("Control+z")
    expect(page.locator("#r-1-value")).to_have_value("DE")
    expect(count).to_have_text("3")

    # The country is switched off, with a word why: large partners of all countries.
    page.locator("#r-1-menu").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Switch off").focus()
    page.keyboard.press("Enter")
    expect(count).to_have_text("5")
    expect(impact).to_contain_text("+2")
    expect(impact).to_contain_text("€250k won in the last 12 months")
    expect(impact).to_contain_text("France 2")
    expect(impact.get_by_role("link").first).to_have_text("Français 1")
    assert accessibility_violations(page) == []

    # Nothing has changed for partners yet. He publishes with a note, and memberships follow.
    assert len(names(segment)) == 10
    page.get_by_label("Note about this change").fill("Size counts, wherever they are")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", level=1, name="Strong partners")).to_be_visible()
    strong = {"Deutsch 0", "Deutsch 1", "Deutsch 2", "Français 0", "Français 1"}
    eventually(lambda: names(segment) == strong, "members follow the published criteria")
    published = segment.versions.get(state="published")
    assert (published.note, published.published_by) == ("Size counts, wherever they are", victor)
    entered = RuleTransition.objects.filter(kind="segment", rule_id=segment.pk, entered=True, partner__country="FR")
    assert entered.count() == 2
    connection.close()
