"""Pages about partners, people, attributes and regions in a real browser."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from partners.models import Assignment, Partner
from partners.services import partners, regions
from tests.browser.helpers import accessibility_violations, choose_theme, overflows
from tests.factories.accounts import VendorUserFactory
from tests.factories.partners import (
    AttributeDefinitionFactory,
    CategoryMembershipFactory,
    PartnerFactory,
    PersonFactory,
    TierHoldingFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)
NewPage = Callable[..., Page]
LONG = "Nordwestdeutsche Informationsverarbeitungs- und Datensicherungsgesellschaft mbH & Co. KG"


@pytest.fixture
def addresses(pinewood: Partner, vera: User, victor: User, paula: User, pete: User, program, now) -> dict[str, str]:
    """Fill a small program and return the pages by name, with who opens them."""
    emea = regions.create(name="Europe, Middle East and Africa", key="emea", by=victor, at=now)
    dach = regions.create(name="DACH", parent=emea, by=victor, at=now)
    AttributeDefinitionFactory(key="labs", kind="number", label="Certified labs", unit="labs", partner_may_edit=True)
    AttributeDefinitionFactory(key="size", kind="choice", label="Size band", choices=["Small", "Large"])
    AttributeDefinitionFactory(
        key="areas", kind="multi_choice", label="Areas", choices=["North", "South"], partner_may_edit=True
    )
    partners.update(
        partner=pinewood, by=victor, at=now,
        changes={
            "region": dach, "city": "Ulm", "industries": ["Retail", "Healthcare"], "employees": 120,
            "annual_revenue": "5000000", "description": "Sells and serves.",
            "attributes": {"labs": 3, "areas": ["North"]},
        },
    )  # fmt: skip
    CategoryMembershipFactory(partner=pinewood, category__name="Managed service provider")
    TierHoldingFactory(partner=pinewood, tier__name="Gold")
    PersonFactory(partner=pinewood, name="Ada Byron", job_title="Head of sales")
    for name in [LONG, "Redfern Labs", "Quayside Consulting"]:
        PartnerFactory(name=name, region=dach)
    person = PersonFactory(partner=pinewood, name="Grace Hopper")
    definition = AttributeDefinitionFactory(key="note", label="Note")
    return {
        "list": reverse("vendor:partner-list"),
        "no-match": reverse("vendor:partner-list") + "?q=zzz",
        "create": reverse("vendor:partner-create"),
        "detail": reverse("vendor:partner-detail", args=[pinewood.public_id]),
        "edit": reverse("vendor:partner-edit", args=[pinewood.public_id]),
        "people": reverse("vendor:partner-people", args=[pinewood.public_id]),
        "person": reverse("vendor:person-edit", args=[person.public_id]),
        "history": reverse("vendor:partner-history", args=[pinewood.public_id]),
        "assign": reverse("vendor:partner-assign") + "?all=1",
        "attributes": reverse("vendor:attribute-list"),
        "attribute": reverse("vendor:attribute-edit", args=[definition.public_id]),
        "regions": reverse("vendor:region-list"),
        "region": reverse("vendor:region-edit", args=[dach.public_id]),
        "own profile": reverse("partner:profile"),
        "own edit": reverse("partner:profile-edit"),
        "own people": reverse("partner:person-list"),
        "own person": reverse("partner:person-add"),
    }


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark"), (320, "light")])
def test_the_pages_are_accessible_and_fit(
    new_page: NewPage, live_server, addresses: dict[str, str], victor: User, paula: User, width: int, theme: str
) -> None:
    problems = {}
    pages = {False: new_page(victor, width=width), True: new_page(paula, width=width)}
    for name, address in addresses.items():
        page = pages[name.startswith("own")]
        choose_theme(page, theme, live_server.url)
        page.goto(address)
        page.wait_for_load_state("networkidle")
        if folder := os.environ.get("SCREENSHOTS"):
            page.screenshot(path=Path(folder) / f"{name.replace(' ', '-')}-{width}-{theme}.png", full_page=True)
        found = accessibility_violations(page) + (["wider than the screen"] if overflows(page) else [])
        if found:
            problems[name] = found

    assert problems == {}


def test_partners_are_chosen_and_assigned(new_page: NewPage, addresses: dict[str, str], victor: User) -> None:
    VendorUserFactory(name="Otto Olsen")
    page = new_page(victor)
    page.goto(addresses["list"])

    page.get_by_role("searchbox").fill("re")
    expect(page.get_by_role("row")).to_have_count(2)
    page.get_by_role("checkbox", name="Choose Redfern Labs").check()
    page.get_by_role("button", name="Assign a manager").click()
    page.get_by_label("Channel account manager").select_option(label="Otto Olsen")
    page.get_by_role("button", name="Assign 1 partner").click()

    expect(page.get_by_role("heading", name="Redfern Labs")).to_be_visible()
    expect(page.get_by_text("Looked after by Otto Olsen")).to_be_visible()
    assert Assignment.objects.open().get(partner__name="Redfern Labs").user.name == "Otto Olsen"


def test_the_panels_of_a_partner_arrive_after_the_page(
    new_page: NewPage, addresses: dict[str, str], victor: User
) -> None:
    page = new_page(victor)
    page.goto(addresses["detail"])

    expect(page.get_by_text("Ada Byron").first).to_be_visible()
    expect(page.get_by_role("link", name="All of it")).to_be_visible()


def test_a_person_is_removed_after_a_question(new_page: NewPage, addresses: dict[str, str], paula: User) -> None:
    page = new_page(paula)
    page.goto(addresses["own people"])

    page.get_by_role("button", name="Remove Ada Byron").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Yes, remove").click()

    expect(page.get_by_text("Ada Byron can no longer sign in.")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Ada Byron")).to_have_count(0)
