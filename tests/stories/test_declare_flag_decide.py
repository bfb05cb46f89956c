"""Declare, flag, decide: a partner says what it does, the data disagree, it says why, and the vendor answers."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.roles import VendorRole
from core.services import outbox
from partners.models import Assignment, CategoryMembership, Partner
from partners.services import categories
from segmentation.services import recompute
from tests.browser.helpers import accessibility_violations, overflows
from tests.conftest import person_at
from tests.factories.accounts import VendorUserFactory
from tests.stories.program import all_of, rule


def settle() -> None:
    """Let verdicts and notices follow, as workers do."""
    for _round in range(2):
        now = datetime.now(UTC)
        recompute.all_stale(at=now)
        outbox.deliver_due(at=now + timedelta(minutes=1))


@pytest.fixture
def victor(transactional_db: None) -> User:
    """The program admin, who defined two categories."""
    victor = VendorUserFactory(name="Victor Voss", role=VendorRole.PROGRAM_ADMIN)
    at = datetime.now(UTC)
    categories.define(
        key="msp",
        name="Managed Service Provider",
        by=victor,
        at=at,
        meaning="Runs systems for customers around the clock.",
        criteria=all_of(rule("employees", ">=", 50)),
    )
    categories.define(
        key="var",
        name="Reseller",
        by=victor,
        at=at,
        meaning="Sells what others made.",
        criteria=all_of(rule("country", "equals", "DE")),
    )
    return victor


@pytest.mark.browser_may_see(422)
@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_declare_flag_decide(victor: User, new_page: Callable[..., Page]) -> None:
    pinewood = Partner.objects.create(name="Pinewood", country="DE", status="active", employees=12)
    vera: User = VendorUserFactory(name="Vera Vance", role=VendorRole.CAM)
    Assignment.objects.create(partner=pinewood, user=vera, starts_at=datetime.now(UTC) - timedelta(days=1))
    paula: User = person_at(pinewood, name="Paula Park", email="paula@pinewood.example", is_admin=True)
    olga: User = person_at(
        Partner.objects.create(name="Oakhurst", status="active"), name="Olga Oss", email="olga@oakhurst.example"
    )
    recompute.everything(at=datetime.now(UTC))
    settle()

    # Paula finds a suggestion on her home page, reads why, and refuses it with a reason.
    page = new_page(paula)
    page.goto("/partner/")
    page.get_by_role("link", name="See why").click()
    expect(page.get_by_role("heading", name="Suggested for you", level=1)).to_be_visible()
    expect(page.get_by_text("You have: Germany").or_(page.get_by_text("You have: DE"))).to_be_visible()
    assert accessibility_violations(page) == []
    page.get_by_role("link", name="No, we do not").click()
    page.get_by_label("Why not").fill("We gave up reselling last year")
    page.get_by_role("button", name="We do not do this").click()
    expect(page.get_by_text("We gave up reselling last year")).to_be_visible()

    # She declares another category instead; her data do not show it, and the page says what is missing.
    page.get_by_role("link", name="All categories").click()
    page.get_by_role("link", name="Managed Service Provider", exact=True).click()
    page.get_by_label("What shows it").fill("Twelve customers, around the clock")
    page.get_by_role("button", name="Yes, we do this").click()
    expect(page.get_by_role("button", name="Yes, we do this")).to_have_count(0)
    settle()
    page.reload()
    expect(page.get_by_text("You say that you do this; your data do not show it yet.")).to_be_visible()
    expect(page.get_by_text("Missing: 38 people more").first).to_be_visible()

    # So she flags it: nothing typed is lost when a field is missing.
    page.get_by_role("link", name="Something seems wrong").click()
    page.get_by_label("In your words").fill("We are twelve, but we run 200 systems. Fifty people is the wrong measure.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_label("In your words")).to_have_value(
        "We are twelve, but we run 200 systems. Fifty people is the wrong measure."
    )
    page.get_by_label("It rests on data that are wrong or old").check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Vera Vance looks at it.")).to_be_visible()
    settle()

    # Olga of another partner sees nothing of it.
    stranger = new_page(olga)
    stranger.goto("/partner/categories/flags/")
    expect(stranger.get_by_text("Nothing flagged yet.")).to_be_visible()

    # Vera sees the difference in her queue, opens the flag and accepts it: the membership is confirmed with it.
    desk = new_page(vera)
    desk.goto("/vendor/memberships/differences/")
    expect(
        desk.get_by_role("row", name="Pinewood").get_by_text("Declared, does not fulfil the criteria")
    ).to_be_visible()
    desk.get_by_role("link", name="Flags", exact=True).click()
    desk.get_by_role("link", name="Managed Service Provider").click()
    assert accessibility_violations(desk) == []
    desk.get_by_label("Your reply").fill("You are right: 200 systems count for more. You are in.")
    desk.get_by_label("Confirm the membership").check()
    desk.get_by_role("button", name="Accept").click()
    expect(desk.get_by_text("The membership was confirmed")).to_be_visible()
    settle()

    # Paula reads the answer where she flagged it, and the whole story on the category's page.
    page.goto("/partner/categories/flags/")
    expect(page.get_by_text("You are right: 200 systems count for more.")).to_be_visible()
    msp = CategoryMembership.objects.open().get(partner=pinewood, category__key="msp")
    assert msp.state == "active"
    page.goto(f"/partner/categories/{msp.category.public_id}/")
    for words in ("In the category", "Flag: accepted", "Handed in for review"):
        expect(page.get_by_text(words, exact=True)).to_be_visible()
    phone = new_page(paula, width=390)
    for address in ("/partner/categories/", "/partner/categories/suggested/", "/partner/categories/flags/", page.url):
        phone.goto(address)
        assert not overflows(phone)
    assert set(paula.notifications.values_list("kind", flat=True)) == {"flag", "membership"}
