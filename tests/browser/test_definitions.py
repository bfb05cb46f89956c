"""Pages of categories, tiers, life stages and memberships in a real browser."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from core.services import versions
from partners.models import CategoryMembership, MembershipState, Partner
from partners.services import categories, life_stages, memberships, overrides, tiers
from segmentation.models import Classification
from tests.browser.helpers import accessibility_violations, choose_theme, overflows
from tests.factories.partners import RegionFactory

NewPage = Callable[..., Page]
ASKS = {
    "combinator": "and",
    "rules": [
        {"field": "country", "operator": "in", "value": ["DE", "AT"]},
        {"field": "categories", "operator": "any_of", "value": ["var"]},
    ],
}
TEXTS = {
    "meaning": "Runs and watches what it sold, under a contract with the customer.",
    "examples": "A house with a service desk and monthly fees.",
    "counter_examples": "A reseller that repairs on demand.",
    "objective": "Customers who stay.",
    "requirements": "Two certified technicians.",
    "benefits": "A service margin.\nEarly access to updates.",
    "obligations": "Answers within four hours.",
}


@pytest.fixture
def world(
    transactional_db: None, pinewood: Partner, vera: User, victor: User, paula: User, now: datetime
) -> dict[str, Any]:
    """A program in use: three categories, a track of three tiers, two life stages, and Pinewood in the midst of it."""
    year_ago = now - timedelta(days=365)
    var = categories.define(key="var", name="Value-Added Reseller", by=victor, at=year_ago, **TEXTS)
    msp = categories.define(key="msp", name="Managed Service Provider", by=victor, at=year_ago, criteria=ASKS, **TEXTS)
    isv = categories.define(key="isv", name="Independent Software Vendor", by=victor, at=year_ago, **TEXTS)
    categories.edit(
        category=msp, own={}, texts={"benefits": "A larger service margin."}, expected=None, by=victor, at=now
    )
    rungs = [
        {"key": name.lower(), "name": name, "criteria": ASKS, "benefits": f"{name} margin\n{name} badge"}
        for name in ("Silver", "Gold", "Platinum")
    ]
    track = tiers.define_track(key="solution", name="Solution partners", tiers=rungs, by=victor, at=year_ago)
    stage = life_stages.define(
        key="activated", name="Activated", meaning="Sells every quarter.", criteria=ASKS, by=victor, at=year_ago
    )
    life_stages.define(key="inactive", name="Inactive", criteria=ASKS, by=victor, at=year_ago)
    memberships.assign(partner=pinewood, category=var, by=victor, at=year_ago)
    memberships.declare(partner=pinewood, category=msp, by=paula, at=now, statement="Forty contracts")
    silver, gold, _platinum = track.tiers.order_by("rank")
    tiers.hold(partner=pinewood, tier=silver, by=victor, at=year_ago, reason="Welcome")
    Classification.objects.update_or_create(
        partner=pinewood,
        defaults={
            "tier_ids": [silver.pk, gold.pk],
            "category_ids": [],
            "stage": stage,
            "stage_since": now - timedelta(days=40),
        },
    )
    germany = RegionFactory(key="germany", name="Germany")
    Partner.objects.filter(pk=pinewood.pk).update(region=RegionFactory(key="bavaria", name="Bavaria", parent=germany))
    german = {
        "msp": in_region(msp, germany, by=victor, at=year_ago, benefits="A service margin of 12 %.", criteria=ASKS),
        "gold": in_region(gold, germany, by=victor, at=year_ago, benefits="Gold margin\nA stand at the fair"),
    }
    return {
        **{"msp": msp, "isv": isv, "track": track, "gold": gold, "stage": stage, "pinewood": pinewood},
        **{"german_msp": german["msp"], "german_gold": german["gold"]},
    }


def in_region(subject: Any, region: Any, *, by: User, at: datetime, **texts: Any) -> Any:
    """Publish what is special about a category or tier in a region, and begin to write the next."""
    made = overrides.create(subject=subject, region=region, by=by, at=at, **texts)
    overrides.publish(version=versions.existing_draft_of(made), by=by, at=at)
    overrides.edit(override=made, by=by, at=at, texts={"benefits": "More of it."}, expected=None)
    return made


def vendor_pages(world: dict[str, Any]) -> list[str]:
    """Return the addresses of the vendor's pages."""

    def address(name: str, thing: str, *further: Any) -> str:
        return reverse(f"vendor:{name}", args=[world[thing].public_id, *further])

    return [
        *(reverse(f"vendor:{name}") for name in ("category-list", "track-list", "life-stage-list", "membership-list")),
        *(
            address(f"category-{verb}", "msp")
            for verb in ("detail", "members", "versions", "edit", "publish", "retire")
        ),
        address("category-version", "msp", 1),
        address("track-edit", "track"),
        address("tier-detail", "gold"),
        address("category-regions", "msp"),
        address("category-override-create", "msp"),
        *(address(f"category-override-{verb}", "german_msp") for verb in ("detail", "edit", "publish", "retire")),
        address("tier-regions", "gold"),
        address("tier-override-detail", "german_gold"),
        address("tier-retire", "gold"),
        address("life-stage-detail", "stage"),
        address("life-stage-retire", "stage"),
        reverse("vendor:program-edit"),
        address("membership-history", "pinewood"),
        address("membership-assign", "pinewood"),
    ]


def partner_pages(world: dict[str, Any]) -> list[str]:
    """Return the addresses of the partner's pages."""
    return [
        reverse("partner:category-list"),
        reverse("partner:category-detail", args=[world["msp"].public_id]),
        reverse("partner:category-detail", args=[world["isv"].public_id]),
        reverse("partner:tier-detail"),
    ]


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_the_pages_are_accessible_and_fit(
    new_page: NewPage, live_server: Any, world: dict[str, Any], victor: User, paula: User, width: int, theme: str
) -> None:
    for reader, addresses in ((victor, vendor_pages(world)), (paula, partner_pages(world))):
        page = new_page(reader, width=width)
        choose_theme(page, theme, live_server.url)
        for address in addresses:
            page.goto(address)
            page.wait_for_load_state("networkidle")
            assert (address, accessibility_violations(page), overflows(page)) == (address, [], False)


def test_a_manager_confirms_without_leaving_the_page(new_page: NewPage, world: dict[str, Any], vera: User) -> None:
    page = new_page(vera)
    page.goto(reverse("vendor:membership-history", args=[world["pinewood"].public_id]))

    page.get_by_role("button", name=re.compile("Confirm ?: Managed")).click()

    expect(page.get_by_text("Pinewood is in Managed Service Provider.")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Make primary ?: Managed"))).to_be_visible()
    assert CategoryMembership.objects.get(category=world["msp"]).state == MembershipState.ACTIVE


def test_an_admin_reorders_tiers_by_keyboard(new_page: NewPage, world: dict[str, Any], victor: User) -> None:
    page = new_page(victor)
    page.goto(reverse("vendor:track-edit", args=[world["track"].public_id]))
    page.wait_for_load_state("networkidle")

    page.get_by_role("button", name="Move up: Silver").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Save the order").click()

    expect(page.get_by_text("The order was saved.")).to_be_visible()
    assert [tier.name for tier in world["track"].tiers.order_by("-rank")] == ["Platinum", "Silver", "Gold"]
