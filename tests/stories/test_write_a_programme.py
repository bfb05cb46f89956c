"""A program admin writes Odoo's program by hand, from an empty page; partners move, and one of them asks why.

Users sold in twelve months, certified people, customers who stay: measures made of blocks, four tiers made of rules.
"""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from accounts.roles import VendorRole
from core.doorbell import ring
from core.queues import Queue
from deals.models import Customer, Product
from partners.models import Partner, PartnerStatus, TierHolding, TierTrack
from segmentation import engine
from segmentation.models import Measure
from tests.browser.helpers import pick
from tests.conftest import person_at
from tests.factories.accounts import VendorUserFactory
from tests.factories.deals import (
    CustomerFactory,
    DealLineFactory,
    DealParticipantFactory,
    ProductFactory,
    WonDealFactory,
)
from tests.factories.learning import CertificationFactory, HeldCertificationFactory
from tests.factories.partners import PersonFactory

PATIENCE_SECONDS = 60
SWEEPS = [
    ("segmentation.tasks.recompute_stale", Queue.FRESH),
    ("segmentation.tasks.continue_full_runs", Queue.FULL),
    ("core.tasks.deliver_outbox", Queue.OUTBOX),
]
TODAY = datetime.now(UTC).date()


def eventually(holds: Callable[[], Any], what: str) -> None:
    """Wait until something holds; nobody presses anything. Now and then sweeps are asked for, as beat does."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            pytest.fail(f"It did not come true in {PATIENCE_SECONDS} s: {what}")
        for task, queue in SWEEPS:
            ring(task, queue=queue)
        time.sleep(0.5)


# --- the market


class Market:
    """What happens outside: customers buy, people pass their certification."""

    def __init__(self) -> None:
        self.user: Product = ProductFactory(key="user", name="User, per year", line="Subscriptions")
        self.certification = CertificationFactory(name="Functional certification")

    def sells(self, partner: Partner, *, users: int, customer: Customer | None = None, on: date = TODAY) -> Customer:
        """Let a partner win a deal."""
        deal = WonDealFactory(customer=customer or CustomerFactory(), closed_on=on, opened_on=on)
        DealParticipantFactory(deal=deal, partner=partner)
        DealLineFactory(deal=deal, product=self.user, quantity=users)
        return deal.customer

    def certifies(self, partner: Partner, *names: str) -> None:
        """Let people of a partner pass."""
        for name in names:
            person = PersonFactory(partner=partner, name=name)
            HeldCertificationFactory(person=person, certification=self.certification, earned_on=TODAY)


def held(partner: Partner) -> str:
    """Return the tier a partner holds."""
    holding = TierHolding.objects.filter(partner=partner, ends_at__isnull=True).select_related("tier").first()
    return holding.tier.name if holding else ""


# --- the editor, as a person uses it


def choose(page: Page, control: str, typed: str) -> None:
    """Choose in a searchable list by typing, unless it is chosen already."""
    chosen = page.locator(f"#{control}").evaluate("element => element.selectedOptions?.[0]?.label ?? ''")
    if chosen.strip() == typed:
        return
    pick(page, f"#{control}", typed)
    settled(page)


def settled(page: Page) -> None:
    """Wait until what was answered stands on the page."""
    expect(page.locator(".htmx-request")).to_have_count(0)


def write(page: Page, control: str, value: str) -> None:
    """Type a value and see it saved."""
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator(f"#{control}").fill(value)


def add_rule(page: Page, group: str) -> None:
    """Add a rule to a group."""
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator(f"#{group}-add").click()
    settled(page)


def main(page: Page) -> Locator:
    """Return the part of the page that is not navigation."""
    return page.get_by_role("main")


def only_where(page: Page, records: str, group: str, *rules: tuple[str, str, str]) -> None:
    """Say which records count: each rule is a field, a comparison and a value."""
    page.get_by_text(f"Only {records} where").last.click()
    write_rules(page, group, *rules)


def write_rules(page: Page, group: str, *rules: tuple[str, str, str]) -> None:
    """Add rules to a group of rules about records."""
    for number, (field, comparison, value) in enumerate(rules):
        rule = f"{group}-{number}"
        if not page.locator(f"#{rule}-what").count():  # a new group begins with one
            add_rule(page, group)
        choose(page, f"{rule}-what", field)
        if comparison:
            choose(page, f"{rule}-op", comparison)
        if value:
            set_value(page, rule, value)


def set_value(page: Page, rule: str, value: str) -> None:
    """Give a rule its value: chosen from a few, or typed."""
    control = page.locator(f"#{rule}-value")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        if control.evaluate("element => element.tagName") == "SELECT":
            control.select_option(label=value)
        else:
            control.fill(value)


def in_the_last(page: Page, figure: str, number: str, unit: str) -> None:
    """Let only records of so many months or years count."""
    choose(page, f"{figure}-window", "in the last")
    write(page, f"{figure}-wn", number)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator(f"#{figure}-wunit").select_option(label=unit)


def new_measure(page: Page, name: str) -> None:
    """Begin a measure, from the list of measures to its formula."""
    page.goto("/vendor/measures/")
    main(page).get_by_role("link", name="New measure").first.click()
    page.get_by_label("Name").fill(name)
    page.get_by_label("Partners may see it").check()
    page.get_by_role("button", name="Continue to the formula").click()


def publish(page: Page, name: str) -> None:
    """Publish what is being edited, and arrive at its page."""
    with page.expect_navigation():
        page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
    expect(page.get_by_text("Published").first).to_be_visible()


def new_tier(page: Page, name: str, *asks: tuple[str, str]) -> None:
    """Add a tier at the top of the ladder: each thing it asks is a field or measure, and what it must be at least."""
    page.get_by_label("Name").first.fill(name)
    page.get_by_role("button", name="Save as a draft").click()
    page.get_by_role("link", name="Edit criteria").click()
    for number, (field, least) in enumerate(asks):
        add_rule(page, "r")
        choose(page, f"r-{number}-what", field)
        set_value(page, f"r-{number}", least)
    publish(page, name)


BOUGHT_BY_THEN = (("Stage", "", "Won"), ("Closed on", "is longer ago than", "3"))
BOUGHT_AGAIN = (("Stage", "", "Won"), ("Closed on", "is within the last", "1"))


def in_years(page: Page, rule: str) -> None:
    """Count a span in years."""
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator(f"#{rule}-unit").select_option(label="years")


def write_measures(page: Page) -> None:
    """Users sold, certified people, and the share of old customers who bought again."""
    new_measure(page, "Users sold")
    choose(page, "m-what", "Deal lines")
    choose(page, "m-agg", "total")
    only_where(page, "Deal lines", "mw", ("Stage", "", "Won"), ("Product", "", "User, per year"))
    in_the_last(page, "m", "12", "months")
    expect(page.locator("#formula-words")).to_contain_text("quantity of deal lines")
    publish(page, "Users sold")

    new_measure(page, "Certified people")
    choose(page, "m-what", "Certifications")
    choose(page, "m-agg", "number of different")
    choose(page, "m-of", "Person")
    only_where(page, "Certifications", "mw", ("Valid today", "", ""))
    publish(page, "Certified people")

    new_measure(page, "Retention")
    choose(page, "m-what", "Ratio")
    choose(page, "m-0-what", "Deals")
    choose(page, "m-0-agg", "number of those who")
    choose(page, "m-0-of", "Customer")
    write_rules(page, "m-0e-0", *BOUGHT_BY_THEN)
    in_years(page, "m-0e-0-1")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator("#m-0e-add").click()
    write_rules(page, "m-0e-1", *BOUGHT_AGAIN)
    in_years(page, "m-0e-1-1")
    choose(page, "m-1-what", "Deals")
    choose(page, "m-1-agg", "number of different")
    choose(page, "m-1-of", "Customer")
    only_where(page, "Deals", "m-1w", *BOUGHT_BY_THEN)
    in_years(page, "m-1w-1")
    publish(page, "Retention")


def write_tiers(page: Page) -> None:
    """The ladder with its four tiers, lowest first."""
    page.goto("/vendor/tracks/")
    main(page).get_by_role("link", name="New tier track").click()
    page.get_by_label("Name").first.fill("Partnership")
    page.get_by_role("button", name="Save").first.click()
    new_tier(page, "Learning", ("Status", "Active"))
    for name, users, people, *kept in (
        ("Ready", "10", "1"),
        ("Silver", "75", "3", "0.7"),
        ("Gold", "300", "6", "0.8"),
    ):
        page.goto("/vendor/tracks/")
        page.get_by_role("link", name="Add a tier").click()
        new_tier(page, name, ("Users sold", users), ("Certified people", people), *(("Retention", one) for one in kept))


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_write_a_programme(transactional_db: None, live_worker: Any, new_page: Callable[..., Page]) -> None:
    victor: User = VendorUserFactory(name="Victor Voss", role=VendorRole.PROGRAM_ADMIN)
    market = Market()
    pinewood = Partner.objects.create(name="Pinewood", country="DE", status=PartnerStatus.ACTIVE)
    oakhurst = Partner.objects.create(name="Oakhurst", country="US", status=PartnerStatus.ACTIVE)
    years_ago = TODAY - timedelta(days=4 * 365)
    customers = [market.sells(pinewood, users=1, on=years_ago) for _number in range(5)]
    for customer in customers[:4]:  # one of five did not come back
        market.sells(pinewood, users=20, customer=customer)
    market.certifies(pinewood, "Ann Ash", "Bo Birch", "Cy Cedar")

    # Victor writes the program, from nothing to four published tiers.
    admin = new_page(victor)
    write_measures(admin)
    figures = {key: {"field": f"measure_{key}"} for key in ("users_sold", "certified_people", "retention")}
    found = engine.values(figures, partner_ids=[pinewood.pk], at=datetime.now(UTC))[pinewood.pk]
    assert found == {"users_sold": 80, "certified_people": 3, "retention": Decimal("0.8")}
    write_tiers(admin)
    assert [tier.name for tier in TierTrack.objects.get().tiers.order_by("rank")] == [
        "Learning",
        "Ready",
        "Silver",
        "Gold",
    ]

    # Workers give every partner its tier, without anybody pressing anything.
    eventually(lambda: held(pinewood) == "Silver", "Pinewood is silver")
    eventually(lambda: held(oakhurst) == "Learning", "Oakhurst is learning")
    assert Measure.objects.count() == 3

    # Pete at Pinewood asks why it is not gold: what is asked, what they have, what is missing, and which records count.
    pete = person_at(pinewood, name="Pete Pratt", email="pete@pinewood.example")
    page = new_page(pete)
    page.goto("/partner/")
    page.get_by_role("link", name="Tier and benefits").first.click()
    gold = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="Gold", level=3))
    expect(gold.get_by_text("users sold is at least 300", exact=False).first).to_be_visible()
    expect(gold.get_by_text("Missing: 220 more", exact=False).first).to_be_visible()
    expect(gold.get_by_text("Missing: 3 more", exact=False).first).to_be_visible()

    # They sell and learn on, and rise at once.
    market.sells(pinewood, users=220, customer=customers[0])
    market.certifies(pinewood, "Di Dogwood", "Ed Elm", "Fi Fir")
    eventually(lambda: held(pinewood) == "Gold", "Pinewood is gold")
    page.reload()
    expect(page.get_by_text("Gold").first).to_be_visible()
    connection.close()
