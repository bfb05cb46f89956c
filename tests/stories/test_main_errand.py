"""The main errand: files come in, workers make all right, each side acts on it, a CRM writes, strangers see nothing."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Page, expect
from rest_framework.test import APIClient

from accounts.models import User
from accounts.roles import VendorRole
from core.doorbell import ring
from core.queues import Queue
from deals.models import Deal
from partners.models import CategoryMembership, Partner, Person, TierHolding
from partners.services import assignments
from segmentation.models import Classification, StalePartner
from tests.factories.accounts import IntegrationFactory, VendorUserFactory, bearer_token
from tests.stories import program

EXAMPLES = Path(__file__).parents[2] / "examples" / "it-vendor"
PASSWORD = "a long enough password"
PATIENCE_SECONDS = 60
SWEEP_SECONDS = 3
SWEEPS = [
    ("segmentation.tasks.recompute_stale", Queue.FRESH),
    ("segmentation.tasks.continue_full_runs", Queue.FULL),
    ("core.tasks.deliver_outbox", Queue.OUTBOX),
    ("integrations.tasks.continue_imports", Queue.REPORTS),
]


def eventually(holds: Callable[[], Any], what: str) -> Any:
    """Wait until something holds; nobody presses anything. Now and then sweeps are asked for, as beat does."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    next_sweep = time.monotonic() + SWEEP_SECONDS
    while time.monotonic() < deadline:
        if found := holds():
            return found
        if time.monotonic() > next_sweep:
            for task, queue in SWEEPS:
                ring(task, queue=queue)
            next_sweep += SWEEP_SECONDS
        time.sleep(0.2)
    pytest.fail(f"It did not come true in {PATIENCE_SECONDS} s: {what}")


def sign_in(page: Page, user: User) -> None:
    """Sign in as a person does."""
    page.goto("/sign-in/")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def with_password(user: User) -> User:
    """Give a person the password of this story."""
    user.set_password(PASSWORD)
    user.save()
    return user


def import_file(page: Page, resource: str) -> None:
    """Bring in one example file: upload, map, preview, import, and wait for the workers."""
    page.goto("/vendor/imports/new/")
    page.locator("select[name=resource]").select_option(resource)
    if page.locator("select[name=source] option", has_text="Salesforce").count():
        page.locator("select[name=source]").select_option(label="Salesforce")
    else:
        page.locator("input[name=new_source]").fill("Salesforce")
    page.locator("input[type=file]").set_input_files(EXAMPLES / f"{resource}.csv")
    page.get_by_role("button", name="Upload and map the columns").click()
    page.get_by_role("button", name="Show what it would do").click()
    page.get_by_role("button", name="Import now").click()
    expect(page.get_by_text("Completed")).to_be_visible(timeout=60_000)


@pytest.fixture
def people(transactional_db: None) -> dict[str, User]:
    """Victor and Vera at the vendor; partner people come with the files."""
    return {
        "victor": with_password(VendorUserFactory(name="Victor Voss", email="victor@vendor.example")),
        "vera": with_password(VendorUserFactory(name="Vera Vance", email="vera@vendor.example", role=VendorRole.CAM)),
    }


def partner_user(partner: Partner, name: str) -> User:
    """Let somebody of an imported partner sign in."""
    person = Person.objects.filter(partner=partner, left_at__isnull=True).first()
    assert person is not None
    user = with_password(User.objects.create_user(person.email, name=name))
    person.user, person.is_admin = user, True
    person.save()
    return user


@pytest.mark.browser_may_see(403, 404)
@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_the_main_errand(
    people: dict[str, User], live_worker: Any, new_page: Callable[..., Page], live_server: Any
) -> None:
    victor, vera = people["victor"], people["vera"]
    victor.role = VendorRole.PROGRAM_ADMIN
    victor.save()
    small = program.define(by=victor, at=datetime.now(UTC))

    # A program admin brings in the vendor's partners, people, deals and certifications from dirty files.
    admin = new_page()
    sign_in(admin, victor)
    for resource in ("partners", "people", "deals", "certifications"):
        import_file(admin, resource)
    assert Partner.objects.count() > 250
    expect(admin.get_by_text("Line").first).to_be_visible()

    # Workers have every answer right, without anybody pressing anything.
    eventually(lambda: not StalePartner.objects.exists(), "no partner is stale")
    german = Partner.objects.filter(country="DE")
    held = Classification.objects.filter(segment_ids__contains=[small.german.pk])
    eventually(lambda: held.count() == german.count(), "the segment holds exactly the partners in Germany")
    eventually(lambda: CategoryMembership.objects.filter(state="suggested").exists(), "categories are suggested")
    eventually(
        lambda: TierHolding.objects.filter(tier__key="silver").exists(), "partners hold the tier they qualify for"
    )
    assert not Classification.objects.filter(stage__isnull=True).exists()

    # The admin edits a segment, sees the count change while typing, publishes, and memberships follow.
    large = Partner.objects.filter(country="DE", employees__gte=100).count()
    admin.goto(f"/vendor/segments/{small.german.public_id}/")
    admin.get_by_role("link", name="Edit criteria").click()
    count = admin.locator("#rule-count")
    expect(count).to_have_text(str(german.count()))
    admin.get_by_role("button", name="Add rule").first.click()
    admin.locator("#r-1-what-search").fill("Employees")
    admin.locator("#r-1-what-search").press("Enter")
    expect(admin.locator("#r-1-op")).to_have_value(">=")
    admin.locator("#r-1-value").press_sequentially("100")
    expect(count).to_have_text(str(large))
    expect(admin.locator("#rule-sentence")).to_contain_text("employees is at least 100")
    admin.get_by_role("button", name="Publish").click()
    expect(admin.get_by_role("heading", level=1, name="Partners in Germany")).to_be_visible()
    eventually(lambda: held.count() == large, "members follow the published criteria")

    # A partner user finds a home that is theirs.
    ours = eventually(
        lambda: german.filter(employees__gte=100, people__isnull=False, tier_holdings__isnull=False).first(),
        "a large partner in Germany with people and a tier",
    )
    assignments.assign(partners=[ours], user=vera, by=victor, at=datetime.now(UTC))
    paula = partner_user(ours, "Paula Park")
    home = new_page()
    sign_in(home, paula)
    for text in (
        ours.name,
        "Your next best steps",
        "Winning tenders in Germany",
        "First steps in Germany",
        "System Integrator",
    ):
        expect(home.get_by_role("main").get_by_text(text).first).to_be_visible()
    expect(home.get_by_text("employees is at least 50", exact=False).first).to_be_visible()
    expect(home.get_by_text("Next tier", exact=False).first).to_be_visible()
    home.get_by_role("link", name="First steps in Germany").first.click()
    expect(home.get_by_text("Read how tenders work").first).to_be_visible()

    # Her channel manager sees the partner by life stage, with what to do next.
    board = new_page()
    sign_in(board, vera)
    expect(board.get_by_role("heading", level=1, name="My partners")).to_be_visible()
    stage = Classification.objects.get(partner=ours).stage
    assert stage is not None
    expect(board.get_by_role("heading", level=3, name=stage.name)).to_be_visible()
    expect(board.get_by_role("link", name=ours.name).first).to_be_visible()

    # A CRM writes a partner and a deal by its own ids; the portal shows what follows within seconds.
    crm = APIClient()
    integration = IntegrationFactory(name="CRM", owner=victor)
    crm.credentials(HTTP_AUTHORIZATION=f"Bearer {bearer_token(integration)}")
    source = integration.source.key
    made = crm.patch(
        f"/api/v1/partners/by-external-id/{source}/P-1",
        {"name": "Newcomer Systems", "country": "DE", "employees": 40, "status": "active"},
    )
    assert made.status_code == 201, made.content
    again = crm.patch(f"/api/v1/partners/by-external-id/{source}/P-1", {"employees": 140})
    assert (again.status_code, again["Upsert-Result"]) == (200, "updated"), again.content
    deal = crm.patch(
        f"/api/v1/deals/by-external-id/{source}/D-1",
        {
            "name": "Harbour rollout",
            "customer": {"name": "Harbour Group", "domain": "harbour.example", "country": "DE"},
            "partners": [{"partner": {"external_id": {"source": source, "value": "P-1"}}, "role": "resell"}],
            "amount": {"amount": "120000.00", "currency": "EUR"},
            "stage": "won",
            "opened_on": str((datetime.now(UTC) - timedelta(days=30)).date()),
            "closed_on": str((datetime.now(UTC) - timedelta(days=1)).date()),
        },
    )
    assert deal.status_code == 201, deal.content
    newcomer = Partner.objects.get(name="Newcomer Systems")
    began = time.monotonic()
    eventually(
        lambda: Classification.objects.filter(
            partner=newcomer,
            segment_ids__contains=sorted([small.german.pk, small.sellers.pk]),
            stage=small.stages["activated"],
        ).exists(),
        "the partner of the CRM is in its segments and stage",
    )
    assert time.monotonic() - began < PATIENCE_SECONDS
    eventually(lambda: TierHolding.objects.filter(partner=newcomer, tier__key="silver").exists(), "its tier followed")
    admin.goto(f"/vendor/partners/{newcomer.public_id}/")
    expect(admin.get_by_text("Activated").first).to_be_visible()

    # Somebody of another partner sees nothing of it, by any address.
    other = (
        Partner.objects.exclude(pk__in=[ours.pk, newcomer.pk])
        .exclude(country="DE")
        .filter(people__isnull=False)
        .first()
    )
    assert other is not None
    olga = partner_user(other, "Olga Oss")
    stranger = new_page()
    sign_in(stranger, olga)
    expect(stranger.get_by_text("Winning tenders in Germany")).to_have_count(0)
    theirs = Deal.objects.of(newcomer).get()
    for address in (
        f"/partner/deals/{theirs.public_id}/",
        f"/partner/journeys/{small.journey.public_id}/",
        f"/partner/assets/{small.journey.versions.get().steps.order_by('position').first().asset.public_id}/",
    ):
        assert stranger.goto(address).status == 404, address
    assert stranger.goto(f"/vendor/partners/{newcomer.public_id}/").status in {403, 404}
    stranger.goto("/search/?q=Newcomer")
    expect(stranger.get_by_text("Newcomer Systems")).to_have_count(0)
    connection.close()
