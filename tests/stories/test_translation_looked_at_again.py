"""Victor changes a text; on his phone he finds its German translation, says it anew, and Paula reads it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from accounts.roles import VendorRole
from core.services import program as settings
from core.services import versions
from partners.models import Partner
from partners.services import categories, memberships
from tests.browser.helpers import accessibility_violations, overflows
from tests.conftest import person_at
from tests.factories.accounts import VendorUserFactory


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_a_translation_is_looked_at_again(transactional_db: None, new_page: Callable[..., Page]) -> None:
    now = datetime.now(UTC)
    victor = VendorUserFactory(name="Victor Voss", role=VendorRole.PROGRAM_ADMIN)
    settings.update(by=victor, at=now, changes={"languages": [{"code": "de", "name": "Deutsch"}]})
    german = {"de": {"name": "Dienstleister", "meaning": "Betreibt IT.", "benefits": "Kontakte."}}
    words = {"meaning": "Runs IT.", "benefits": "Leads.", "translations": german}
    msp = categories.define(key="msp", name="Provider", by=victor, at=now, **words)
    pinewood = Partner.objects.create(name="Pinewood", country="DE", status="active")
    memberships.assign(partner=pinewood, category=msp, by=victor, at=now)
    paula = person_at(pinewood, name="Paula Park", email="paula@pinewood.example", is_admin=True)
    paula.reading_language = "de"
    paula.save(update_fields=["reading_language"])

    # Victor writes the originals anew.
    page = new_page(victor)
    page.goto(f"/vendor/categories/{msp.public_id}/edit/")
    page.get_by_label("Definition").fill("Runs IT for others, day by day.")
    page.get_by_label("Benefits").fill("Leads!")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_role("button", name="Save the draft")).to_have_count(0)

    # Later, on his phone, he finds both translations on the list, writes one anew and says that the other holds.
    phone = new_page(victor, width=390)
    phone.goto("/vendor/translations/?show=old")
    expect(phone.get_by_text("To look at again").last).to_be_visible()
    assert accessibility_violations(phone) == []
    assert not overflows(phone)
    phone.get_by_role("link", name=re.compile("Provider.*Deutsch")).click()
    expect(phone.get_by_text("The original changed after this was translated.")).to_have_count(2)
    assert accessibility_violations(phone) == []
    assert not overflows(phone)
    phone.get_by_label("Definition").fill("Betreibt IT für andere, Tag für Tag.")
    phone.get_by_label("The translation still says the same").last.check()
    phone.get_by_role("button", name="Save the translation").click()
    expect(phone.get_by_text("The original changed after this was translated.")).to_have_count(0)
    phone.goto("/vendor/translations/?show=old")
    expect(phone.get_by_role("link", name=re.compile("Provider.*Deutsch"))).to_have_count(0)

    # Published, Paula reads it in German.
    phone.goto(f"/vendor/categories/{msp.public_id}/publish/")
    phone.get_by_role("button", name="Publish now").click()
    expect(phone.get_by_text("Version 2 is published.")).to_be_visible()
    assert versions.published_of(msp).number == 2
    desk = new_page(paula)
    desk.goto(f"/partner/categories/{msp.public_id}/")
    expect(desk.get_by_text("Betreibt IT für andere, Tag für Tag.")).to_be_visible()
