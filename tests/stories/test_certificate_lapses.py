"""A certificate runs out: people are told in time, the tier's requirement fails on the day, and renewing mends it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Notification, User
from accounts.roles import VendorRole
from core.services import outbox
from enablement.models import HeldCertification, QuizStanding
from enablement.services import expiry, requirements
from partners.models import Partner
from segmentation.services import recompute
from tests.conftest import person_at
from tests.factories.accounts import VendorUserFactory
from tests.factories.deals import DealParticipantFactory, WonDealFactory
from tests.factories.learning import CertificationFactory, HeldCertificationFactory, QuestionFactory, QuizFactory
from tests.factories.partners import PersonFactory
from tests.stories import program

TODAY = datetime.now(UTC).date()


@pytest.fixture
def pinewood(transactional_db: None) -> Partner:
    """A partner that is gold with exactly the two certified people gold asks; one certificate ends in a week."""
    at = datetime.now(UTC)
    victor = VendorUserFactory(name="Victor Voss", role=VendorRole.PROGRAM_ADMIN)
    program.define(by=victor, at=at)
    partner = Partner.objects.create(name="Pinewood", country="FR", status="active", employees=20)
    yesterday = TODAY - timedelta(days=1)
    deal = WonDealFactory(name="Harbour rollout", amount=120_000, program_amount=120_000, closed_on=yesterday)
    DealParticipantFactory(deal=deal, partner=partner)
    cloud = CertificationFactory(name="Cloud architect", valid_months=12)
    quiz = QuizFactory(name="Cloud check")
    QuestionFactory(quiz=quiz, text="Which is right?")
    requirements.add(certification=cloud, quiz=quiz, again=True, by=victor, at=at)
    HeldCertificationFactory(
        person=PersonFactory(partner=partner, name="Ann Ash"), certification=cloud,
        earned_on=TODAY - timedelta(days=90), expires_on=None,
    )  # fmt: skip
    return partner


def follow(at: datetime) -> None:
    """Do what workers do: bring verdicts up to date and deliver what follows."""
    recompute.everything(at=at)
    outbox.deliver_due(at=datetime.now(UTC) + timedelta(seconds=1))
    recompute.all_stale(at=at)


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_a_certificate_lapses_and_is_renewed(pinewood: Partner, new_page: Callable[..., Page]) -> None:
    paula: User = person_at(pinewood, name="Paula Park", email="paula@pinewood.example", is_admin=True)
    held = HeldCertificationFactory(
        person=paula.person, certification=HeldCertification.objects.get().certification,
        earned_on=TODAY - timedelta(days=358), expires_on=TODAY + timedelta(days=7),
    )  # fmt: skip
    follow(datetime.now(UTC))

    # A week before, Paula is told, once however often the clock looks; the tier still holds.
    for _ in range(2):
        expiry.watch(at=datetime.now(UTC))
    outbox.deliver_due(at=datetime.now(UTC) + timedelta(seconds=1))
    assert Notification.objects.filter(user=paula, kind="certification").count() == 1
    page = new_page(paula)
    page.goto("/partner/certifications/")
    expect(page.get_by_text("Expires in 7 days").first).to_be_visible()
    page.goto("/partner/tiers/")
    gold = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="Gold", level=3))
    expect(gold.get_by_text("Missing: 1 more")).to_have_count(0)

    # On the day it counts no more: the notice says so, and gold asks for one certified person more.
    HeldCertification.objects.filter(pk=held.pk).update(expires_on=TODAY)
    follow(datetime.now(UTC))
    expiry.watch(at=datetime.now(UTC))
    outbox.deliver_due(at=datetime.now(UTC) + timedelta(seconds=1))
    page.goto("/notifications/")
    expect(page.get_by_text("The certification Cloud architect of Paula Park has ended.").first).to_be_visible()
    page.goto("/partner/tiers/")
    expect(gold.get_by_text("Missing: 1 more").first).to_be_visible()

    # Renewed by passing the quiz again, it counts at once.
    page.goto("/partner/certifications/")
    page.get_by_role("button", name=re.compile("Renew.*Cloud architect")).click()
    expect(page.get_by_text("You are renewing it")).to_be_visible()
    page.get_by_role("link", name="Cloud check").click()
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("radio", name="Right").check()
    page.get_by_role("button", name="Hand in", exact=True).click()
    expect(page.get_by_role("heading", name="Passed with 100 %", level=1)).to_be_visible()
    assert QuizStanding.objects.get().passed_at is not None
    follow(datetime.now(UTC))
    page.goto("/partner/tiers/")
    expect(gold.get_by_text("Missing: 1 more")).to_have_count(0)
