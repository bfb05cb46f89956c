"""Rita owns what is said in EMEA: she writes and publishes it; Paula there reads it with the reason."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from accounts.roles import VendorRole
from partners.models import Partner
from partners.services import region_grants
from tests.browser.helpers import accessibility_violations, overflows
from tests.conftest import person_at
from tests.factories.accounts import VendorUserFactory
from tests.factories.partners import RegionFactory
from tests.stories import program


@pytest.mark.browser_may_see(404)
@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_a_region_says_something_of_its_own(transactional_db: None, new_page: Callable[..., Page]) -> None:
    now = datetime.now(UTC)
    victor = VendorUserFactory(name="Victor Voss", role=VendorRole.PROGRAM_ADMIN)
    integrator = program.define(by=victor, at=now).integrator
    emea, apac = RegionFactory(name="EMEA", key="emea"), RegionFactory(name="APAC", key="apac")
    dach = RegionFactory(name="DACH", key="dach", parent=emea)
    rita = VendorUserFactory(name="Rita Roth", role=VendorRole.REGIONAL_ADMIN)
    region_grants.grant(user=rita, regions=[emea], by=victor, at=now)
    pinewood = Partner.objects.create(name="Pinewood", country="DE", status="active", region=dach)
    oakhurst = Partner.objects.create(name="Oakhurst", country="JP", status="active", region=apac)
    paula = person_at(pinewood, name="Paula Park", email="paula@pinewood.example", is_admin=True)
    olga = person_at(oakhurst, name="Olga Oss", email="olga@oakhurst.example", is_admin=True)

    # Rita sees the partners of her region alone, and writes what integrators get there.
    page = new_page(rita)
    page.goto("/vendor/partners/")
    expect(page.get_by_role("link", name="Pinewood").first).to_be_visible()
    expect(page.get_by_text("Oakhurst")).to_have_count(0)
    page.goto(f"/vendor/categories/{integrator.public_id}/regions/new/")
    page.get_by_label("Region").first.select_option("emea")
    page.get_by_label("Benefits").fill("- Project funds in euros")
    page.get_by_role("button", name="Save as a draft").click()
    page.get_by_role("link", name="Review and publish").click()
    page.get_by_role("button", name="Publish now").click()
    expect(page.get_by_text("Version 1 is published.")).to_be_visible()

    # Paula reads it, and from where it comes.
    desk = new_page(paula, width=390)
    desk.goto(f"/partner/categories/{integrator.public_id}/")
    expect(desk.get_by_text("Project funds in euros")).to_be_visible()
    expect(desk.get_by_role("heading", name="Which text applies, and why")).to_be_visible()
    assert accessibility_violations(desk) == []
    assert not overflows(desk)

    # Olga, elsewhere, reads the program's own text.
    other = new_page(olga)
    other.goto(f"/partner/categories/{integrator.public_id}/")
    expect(other.get_by_text("Plans and builds whole solutions.").first).to_be_visible()
    expect(other.get_by_text("Project funds in euros")).to_have_count(0)
