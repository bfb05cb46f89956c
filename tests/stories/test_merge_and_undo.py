"""Two records of one company: Victor compares them, merges them, follows an old link, and takes the merge back."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.roles import VendorRole
from core.services import external_ids, outbox
from partners.models import Assignment, DuplicatePair, Partner, Person
from partners.services import duplicates
from tests.browser.helpers import accessibility_violations, overflows
from tests.conftest import person_at
from tests.factories.accounts import VendorUserFactory
from tests.factories.core import SourceFactory
from tests.factories.deals import DealFactory, DealParticipantFactory
from tests.factories.partners import PersonFactory


@pytest.fixture
def two_of_one(transactional_db: None) -> tuple[Partner, Partner]:
    """Birchwood twice: once from the sales team, once from a file."""
    kept = Partner.objects.create(
        name="Birchwood Systems", domain="birchwood.example", country="DE", status="active", city="Hamburg",
        industries=["Retail"],
    )  # fmt: skip
    gone = Partner.objects.create(
        name="Birchwood Systems GmbH", country="DE", status="prospect", city="Hamburg", employees=80,
        websites=["https://www.birchwood.example"], industries=["Healthcare"],
    )  # fmt: skip
    external_ids.attach("partners", SourceFactory(key="crm"), {gone.pk: "0015"})
    DealParticipantFactory(deal=DealFactory(name="Harbour rollout"), partner=gone, role="resell")
    PersonFactory(partner=gone, name="Ann Ash", email="ann@birchwood.example")
    while duplicates.check_some():
        pass
    return kept, gone


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_two_records_become_one_and_two_again(
    two_of_one: tuple[Partner, Partner], new_page: Callable[..., Page]
) -> None:
    kept, gone = two_of_one
    victor: User = VendorUserFactory(name="Victor Voss", role=VendorRole.PROGRAM_ADMIN)
    vera: User = VendorUserFactory(name="Vera Vance", role=VendorRole.CAM)
    Assignment.objects.create(partner=kept, user=vera, starts_at=datetime.now(UTC) - timedelta(days=1))
    paula = person_at(kept, name="Paula Park", email="paula@birchwood.example", is_admin=True)

    # Victor finds the pair, with the reasons, and looks at both side by side.
    page = new_page(victor)
    page.goto("/vendor/")
    page.get_by_role("link", name="Duplicates").click()
    row = page.get_by_role("row").filter(has_text="Birchwood Systems GmbH")
    for reason in ("Same domain or web site", "Names alike", "Same city"):
        expect(row.get_by_text(reason)).to_be_visible()
    row.get_by_role("link", name="Compare").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Merge Birchwood Systems GmbH into Birchwood Systems")
    assert accessibility_violations(page) == []

    # The defaults are sensible: both industries, the number of employees only one record knows.
    employees = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Employees"))
    expect(employees.get_by_role("radio", name="80")).to_be_checked()
    industries = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Industries"))
    expect(industries.get_by_role("radio", name="Together")).to_be_checked()
    name = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Name", exact=True))
    name.get_by_role("radio").nth(1).check()
    page.get_by_label("Note").fill("Same office, same people.")
    page.get_by_role("button", name="Merge into Birchwood Systems").click()

    # It is one record now; people and deals are there, and an old link leads to it.
    expect(page.get_by_text("It can be undone for 30 days.")).to_be_visible()
    kept.refresh_from_db()
    assert (kept.name, kept.employees, kept.industries) == (
        "Birchwood Systems GmbH", 80, ["Retail", "Healthcare"],
    )  # fmt: skip
    assert Person.objects.get(name="Ann Ash").partner == kept
    page.goto(f"/vendor/partners/{gone.public_id}/people/")
    assert str(kept.public_id) in page.url
    expect(page.get_by_text("Ann Ash").first).to_be_visible()

    # Those concerned were told, with the reason.
    outbox.deliver_due(at=datetime.now(UTC))
    partners_desk = new_page(paula, width=390)
    partners_desk.goto("/notifications/")
    expect(partners_desk.get_by_text("Birchwood Systems GmbH is part of your record now.").first).to_be_visible()
    expect(partners_desk.get_by_text("Same office, same people.").first).to_be_visible()

    # It was a mistake: Victor takes it back, and the two are not proposed again.
    page.goto("/vendor/merges/")
    page.get_by_role("link", name="Birchwood Systems GmbH").first.click()
    expect(page.get_by_role("button", name="Undo the merge").first).to_be_visible()
    assert not overflows(page)
    page.get_by_role("button", name="Undo the merge").first.click()
    page.get_by_role("alertdialog").get_by_role("button", name="Undo the merge").click()
    expect(page.get_by_text("Both are partners of their own.")).to_be_visible()
    back = Partner.objects.get(pk=gone.pk)
    assert (back.name, back.public_id) == ("Birchwood Systems GmbH", gone.public_id)
    assert Person.objects.get(name="Ann Ash").partner == back
    kept.refresh_from_db()
    assert (kept.name, kept.employees, kept.industries) == ("Birchwood Systems", None, ["Retail"])
    assert not DuplicatePair.objects.waiting().exists()
