"""Three partners, each with the scorecards that fit, assessed by keyboard alone; in two windows, and after a break."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.roles import VendorRole
from partners.models import Assignment, Partner
from scorecards.models import Answer, Assessment, Score, Scorecard
from scorecards.services import starter, use
from segmentation.services import recompute
from tests.browser.helpers import accessibility_violations, overflows
from tests.browser.keys import press_on
from tests.conftest import person_at
from tests.factories.accounts import VendorUserFactory
from tests.factories.deals import DealParticipantFactory, WonDealFactory
from tests.scorecards.following import follow
from tests.stories import program


@dataclass
class Desk:
    """The manager, and the three partners she looks after."""

    vera: User
    prospect: Partner
    silent: Partner
    active: Partner

    def tab(self, partner: Partner) -> str:
        """The address of a partner's scorecards."""
        return f"/vendor/partners/{partner.public_id}/scorecards/"


@pytest.fixture
def desk(transactional_db: None) -> Desk:
    """A prospect, a partner without any deal, and one that sells; all with one manager."""
    at = datetime.now(UTC)
    victor = VendorUserFactory(name="Victor Voss", role=VendorRole.PROGRAM_ADMIN)
    vera = VendorUserFactory(name="Vera Vance", role=VendorRole.CAM)
    program.define(by=victor, at=at)
    starter.install(by=victor, at=at)
    prospect = Partner.objects.create(name="ChannelEdge", status="prospect")
    silent = Partner.objects.create(name="BrandTech", status="active", joined_on=(at - timedelta(days=400)).date())
    active = Partner.objects.create(name="MobileInfinity", status="active")
    deal = WonDealFactory(amount=50_000, program_amount=50_000, closed_on=(at - timedelta(days=2)).date())
    DealParticipantFactory(partner=active, deal=deal)
    for partner in (prospect, silent, active):
        Assignment.objects.create(partner=partner, user=vera, starts_at=at - timedelta(days=1))
    recompute.everything(at=at)
    return Desk(vera, prospect, silent, active)


def answer_by_keys(page: Page, level: str) -> None:
    """Answer every question of every section with a digit, and finish; the focus is where it is needed."""
    while True:
        questions = page.locator("[data-question]")
        for number in range(questions.count()):
            expect(questions.nth(number).locator("input[type=radio]:focus")).to_have_count(1)
            with page.expect_response(lambda answer: "/answers/" in answer.url):
                page.keyboard.press(level)
        following = page.locator("[data-next]")
        expect(following).to_be_focused()
        expect(page.get_by_text("Saved just now")).to_be_visible()
        is_last = "Finish" in following.inner_text()
        here = page.url
        page.keyboard.press("Enter")
        expect(page).not_to_have_url(here)
        if is_last:
            return


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_three_partners_are_assessed_by_keyboard_alone(desk: Desk, new_page: Callable[..., Page]) -> None:
    page = new_page(desk.vera)
    for partner, names, stage in (
        (desk.prospect, ["Profile a prospect"], "Prospective"),
        (desk.silent, ["Reactivation"], "Inactive"),
        (desk.active, ["Growth execution", "Marketing capability", "Sales capability"], "Activated"),
    ):
        # What fits the partner's stage is proposed, with the reason.
        page.goto(desk.tab(partner))
        proposed = page.get_by_role("listitem").filter(has=page.get_by_text("Proposed", exact=True))
        expect(proposed).to_have_count(len(names))
        expect(proposed.first).to_contain_text(f"Made for the life stage {stage}.")
        for name in names:
            expect(proposed.filter(has_text=name)).to_have_count(1)

        # Vera switches the last one on and assesses at once, without touching the mouse.
        name = names[-1]
        press_on(page, page.get_by_role("button", name=re.compile(f"^Switch on ?: {name}$")))
        expect(page.get_by_text(f"{name} is on.")).to_be_visible()
        expect(page.get_by_role("link", name="Assess · ")).to_be_visible()
        press_on(page, page.get_by_role("link", name="Assess · "))
        expect(page.get_by_text("0 of")).to_be_visible()
        answer_by_keys(page, "4")

        expect(page.get_by_text("Finished: every question is answered.")).to_be_visible()
        finished = Assessment.objects.get(partner=partner)
        assert set(finished.answers.values_list("level", flat=True)) == {4}
        assert finished.finished_at is not None
    assert accessibility_violations(page) == []

    # The answers are in the scores a moment later.
    follow(datetime.now(UTC))
    for partner in (desk.prospect, desk.silent, desk.active):
        assert Score.objects.filter(partner=partner, is_current=True).exists()
    page.goto(desk.tab(desk.active))
    expect(page.get_by_text("You: finished")).to_be_visible()


@pytest.mark.browser_may_see(422, 503)
@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_two_windows_and_a_closed_laptop(desk: Desk, new_page: Callable[..., Page]) -> None:
    scorecard = Scorecard.objects.get(key="reactivation")
    use.switch_on(partner=desk.silent, scorecard=scorecard, by=desk.vera, at=datetime.now(UTC))
    here = f"/vendor/partners/{desk.silent.public_id}/scorecards/{scorecard.public_id}/assess/"
    first, second = new_page(desk.vera), new_page(desk.vera, width=390)
    first.goto(here)
    second.goto(here)
    assert not overflows(second)

    def choose(page: Page, level: int) -> None:
        with page.expect_response(lambda answer: "/answers/" in answer.url):
            page.locator(f"#level-reason-known-{level}").check()

    # The same question in two windows: the second is told, nothing is overwritten until she says so.
    choose(first, 4)
    expect(first.get_by_text("Saved just now")).to_be_visible()
    choose(second, 2)
    question = second.locator("#q-reason-known")
    expect(question.get_by_text("Answered in another window meanwhile by Vera Vance: 4.")).to_be_visible()
    assert Answer.objects.get(metric__key="reason-known").level == 4
    question.get_by_role("button", name="Use mine: 2").click()
    expect(second.locator("#level-reason-known-2")).to_be_checked()
    assert Answer.objects.get(metric__key="reason-known").level == 2

    # The laptop is closed in the middle of it: what was answered and written is there again.
    note = second.locator("#comment-complaints")
    second.locator("#more-complaints summary").click()
    note.fill("Two invoices are disputed.")
    with second.expect_response(lambda answer: "/answers/" in answer.url):
        note.blur()
    second.close()
    again = new_page(desk.vera)
    again.goto(here)
    expect(again.locator("#level-reason-known-2")).to_be_checked()
    expect(again.locator("#comment-complaints")).to_have_value("Two invoices are disputed.")
    expect(again.locator("#q-complaints input[type=radio]:focus")).to_have_count(1)

    # While the portal cannot be reached nothing is lost either: it is tried again.
    again.route("**/answers/**", lambda route: route.fulfill(status=503))
    again.keyboard.press("3")
    expect(again.get_by_text("Not saved yet")).to_be_visible()
    again.unroute("**/answers/**")
    expect(again.get_by_text("Saved just now")).to_be_visible(timeout=15_000)
    assert Answer.objects.get(metric__key="complaints").level == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_the_partner_says_how_it_sees_it(desk: Desk, new_page: Callable[..., Page]) -> None:
    paula: Any = person_at(desk.silent, name="Paula Park", email="paula@brandtech.example", is_admin=True)
    page = new_page(desk.vera)
    page.goto(desk.tab(desk.silent))
    page.get_by_role("button", name=re.compile("^Switch on ?: Reactivation$")).click()
    page.get_by_role("link", name="Ask the partner").click()
    page.get_by_label("Message").fill("Before we meet")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_text("BrandTech is asked, in the portal and by e-mail.")).to_be_visible()

    own = new_page(paula, width=390)
    own.goto("/partner/")
    asked = own.get_by_role("region", name="How you measure up")
    expect(asked.get_by_text("Before we meet")).to_be_visible()
    asked.get_by_role("link", name="Answer · ").click()
    answer_by_keys(own, "2")
    assert not overflows(own)
    assert accessibility_violations(own) == []
    follow(datetime.now(UTC))

    page.goto(desk.tab(desk.silent))
    expect(page.get_by_text("Partner: finished")).to_be_visible()
