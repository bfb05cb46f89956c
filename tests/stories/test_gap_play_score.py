"""A gap, a play and what it moved: Vera accepts what is proposed, Paula does it, and both read how the score moved."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.roles import VendorRole
from core.services import outbox
from partners.models import Assignment, Partner
from partners.services import partners
from scorecards.models import Prescription
from scorecards.services import outcomes, prescriptions, scores
from segmentation.services import recompute
from tests.browser.helpers import accessibility_violations, overflows
from tests.browser.keys import choose_in, press_on, skip_to_content, write_in
from tests.conftest import person_at
from tests.factories.accounts import VendorUserFactory
from tests.factories.plays import PlayFactory
from tests.factories.scorecards import ScorecardFactory, publish_metrics


@pytest.fixture
def pinewood(transactional_db: None) -> Partner:
    """A partner with twenty people where a hundred earn everything, and a play for that."""
    partner = Partner.objects.create(name="Pinewood", country="FR", status="active", employees=20)
    main = ScorecardFactory(name="Partnership score", is_main=True)
    publish_metrics(main, {"key": "size", "name": "People on the team", "unit": "people"})
    PlayFactory(
        name="Hire with us", objective="More people who can do it.", partner_does="Name the role and interview with us."
    )
    measure()
    return partner


def measure() -> None:
    """Let what workers do happen: verdicts, follow-ups, scores."""
    at = datetime.now(UTC)
    recompute.everything(at=at)
    outbox.deliver_due(at=at + timedelta(minutes=1))
    scores.recompute(partner_ids=None, at=at)


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_a_play_is_accepted_done_and_moves_the_score(pinewood: Partner, new_page: Callable[..., Page]) -> None:
    vera: User = VendorUserFactory(name="Vera Vance", role=VendorRole.CAM)
    Assignment.objects.create(partner=pinewood, user=vera, starts_at=datetime.now(UTC) - timedelta(days=1))
    paula: User = person_at(pinewood, name="Paula Park", email="paula@pinewood.example", is_admin=True)

    # Vera sees the gap on the partner's page, what may close it, and why that is proposed.
    desk = new_page(vera)
    desk.goto(f"/vendor/partners/{pinewood.public_id}/")
    desk.get_by_role("link", name="All gaps and plays").click()
    expect(desk.get_by_text("worth 80 points of the score")).to_be_visible()
    expect(desk.get_by_text("Not measured yet: the library’s order decides.")).to_be_visible()
    assert accessibility_violations(desk) == []
    desk.get_by_role("link", name="Accept").click()
    expect(desk.get_by_text("People on the team is at 20 of 100 points.")).to_be_visible()
    desk.get_by_role("textbox", name="What is to be done").fill("Hire two engineers by summer.")
    desk.get_by_role("combobox", name="Who does it").select_option(label="Paula Park")
    assert accessibility_violations(desk) == []
    desk.get_by_role("button", name="Accept and give the task").click()
    expect(desk.get_by_role("heading", name="What moved: People on the team")).to_be_visible()

    # Paula finds it on her phone under the next steps, with why and what it is worth, and tells that it is done.
    phone = new_page(paula, width=390)
    phone.goto("/partner/")
    expect(phone.get_by_text("Agreed with your partner manager")).to_be_visible()
    expect(phone.get_by_text("Reaching its target raises your score by 80 points.")).to_be_visible()
    assert not overflows(phone)
    phone.locator("#agreed-steps").get_by_role("link", name="Open").click()
    expect(phone.get_by_text("Hire two engineers by summer.")).to_be_visible()
    phone.get_by_role("textbox", name="What you did").fill("Ann and Bob begin in May.")
    assert accessibility_violations(phone) == []
    phone.get_by_role("button", name="It is done").click()
    expect(phone.get_by_text("Ann and Bob begin in May.")).to_be_visible()
    assert not overflows(phone)

    # The team grows, the score follows, and after its days the outcome is read.
    partners.update(partner=pinewood, by=paula, at=datetime.now(UTC), changes={"employees": 60})
    measure()
    outcomes.measure_due(at=datetime.now(UTC) + timedelta(days=61))

    desk.reload()
    moved = desk.get_by_role("list", name="Points of People on the team")
    expect(moved).to_contain_text("20")
    expect(moved).to_contain_text("60")
    expect(moved).to_contain_text("+40")
    expect(desk.get_by_text("The whole score went from 20 to 60.")).to_be_visible()
    desk.get_by_role("link", name="Hire with us", exact=True).click()
    expect(desk.get_by_role("heading", name="Where it was used")).to_be_visible()
    expect(desk.get_by_role("row").filter(has_text="Pinewood")).to_contain_text("60")
    phone.reload()
    expect(phone.get_by_text("The whole score went from 20 to 60.")).to_be_visible()


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_a_play_is_given_and_done_by_keyboard_alone(pinewood: Partner, new_page: Callable[..., Page]) -> None:
    vera: User = VendorUserFactory(name="Vera Vance", role=VendorRole.CAM)
    Assignment.objects.create(partner=pinewood, user=vera, starts_at=datetime.now(UTC) - timedelta(days=1))
    paula: User = person_at(pinewood, name="Paula Park", email="paula@pinewood.example", is_admin=True)

    # Vera goes from her partners to the gap, accepts what is proposed, and says who does it.
    desk = new_page(vera)
    desk.goto("/vendor/")
    skip_to_content(desk)
    press_on(desk, desk.locator("#main").get_by_role("link", name="Pinewood", exact=True).first)
    expect(desk.get_by_role("heading", level=1, name="Pinewood")).to_be_visible()
    skip_to_content(desk)
    press_on(desk, desk.get_by_role("link", name=re.compile("^Accept ?: Hire with us")))
    expect(desk.get_by_role("heading", level=1)).to_have_text("Accept “Hire with us”")
    skip_to_content(desk)
    write_in(desk, desk.get_by_role("textbox", name="What is to be done"), "Hire two engineers by summer.")
    choose_in(desk, desk.get_by_role("combobox", name="Who does it"), "Paula Park")
    press_on(desk, desk.get_by_role("button", name="Accept and give the task"))
    expect(desk.get_by_role("heading", name="What moved: People on the team")).to_be_visible()

    # Paula opens it from her home page, reads why, and ticks it off in her list of tasks.
    home = new_page(paula)
    home.goto("/partner/")
    skip_to_content(home)
    press_on(home, home.get_by_role("link", name=re.compile("^Open ?: Hire with us")))
    expect(home.get_by_text("Hire two engineers by summer.")).to_be_visible()
    press_on(home, home.get_by_role("link", name="Tasks", exact=True))
    expect(home.get_by_role("heading", level=1)).to_have_text("Tasks")
    skip_to_content(home)
    press_on(home, home.get_by_role("button", name="Done: Hire with us"))
    expect(home.get_by_text("Nothing waits for you.")).to_be_visible()

    # Vera finds it done.
    prescriptions.follow_tasks(at=datetime.now(UTC))
    press_on(desk, desk.get_by_role("link", name="Hire with us", exact=True))
    expect(desk.get_by_role("row").filter(has_text="Pinewood")).to_be_visible()
    assert Prescription.objects.get().state == "done"
