"""The two front doors and search: what they show, to whom, and that their queries do not grow with the data."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from core.services import outbox
from partners.models import Partner
from partners.services import assignments
from segmentation.services import recompute
from tests.factories.deals import DealFactory, DealParticipantFactory
from tests.factories.learning import CertificationFactory, HeldCertificationFactory
from tests.factories.partners import PartnerApplicationFactory, PartnerFactory, PersonFactory
from tests.stories import program

pytestmark = pytest.mark.django_db
QUERIES_PER_PAGE = 12


@pytest.fixture
def small(victor: User, pinewood: Partner, now: datetime) -> program.SmallProgram:
    """A program whose answers are known for Pinewood."""
    Partner.objects.filter(pk=pinewood.pk).update(employees=120)
    made = program.define(by=victor, at=now)
    settle(now)
    return made


def settle(now: datetime) -> None:
    """Make every answer right and let everything follow."""
    recompute.everything(at=now)
    while outbox.deliver_due(at=now + timedelta(minutes=1)):
        pass
    recompute.all_stale(at=now)


def queries_of(client: Client, address: str) -> int:
    """Return how many queries a page needs, the second time it is opened."""
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(
        connection,
    ) as captured:
        client.get(address)
    return len(captured)


def more_of_everything(partner: Partner) -> None:
    """Give a partner many deals, people and certifications."""
    certification = CertificationFactory()
    for index in range(6):
        deal = DealFactory(name=f"Deal {index}")
        DealParticipantFactory(deal=deal, partner=partner)
        HeldCertificationFactory(person=PersonFactory(partner=partner), certification=certification)


def test_everybody_is_sent_to_the_door_of_their_side(client_of: Any, vera: User, paula: User) -> None:
    assert client_of(vera).get("/").url == "/vendor/"
    assert client_of(paula).get("/").url == "/partner/"


def test_home_says_what_is_asked_what_we_have_and_what_is_missing(client_of: Any, small: Any, paula: User) -> None:
    page = client_of(paula).get("/partner/").content.decode()

    for text in (
        "Inactive",
        "System Integrator",
        "Employees is at least 50 people",
        "You have: 120 people",
        "Next tier: Silver",
        "Winning tenders in Germany",
        "First steps in Germany",
    ):
        assert text in page, text


def test_home_of_a_partner_nobody_knows_anything_about_is_whole(client_of: Any, olga: User) -> None:
    page = client_of(olga).get("/partner/")

    assert page.status_code == 200
    assert "No deals yet" in page.content.decode()


def test_home_keeps_its_queries_however_much_there_is(
    client_of: Any, small: Any, paula: User, pinewood: Partner, now: datetime
) -> None:
    client = client_of(paula)
    before = queries_of(client, "/partner/")

    more_of_everything(pinewood)
    settle(now)

    assert queries_of(client, "/partner/") <= max(before, QUERIES_PER_PAGE)


def test_the_dashboard_shows_my_partners_by_stage_and_what_to_do_next(
    client_of: Any, small: Any, vera: User, pinewood: Partner, oakhurst: Partner, now: datetime
) -> None:
    deal = DealFactory(expected_close_on=now.date() - timedelta(days=3))
    DealParticipantFactory(deal=deal, partner=pinewood)
    settle(now)

    page = client_of(vera).get("/vendor/").content.decode()

    assert "Pinewood" in page
    assert "Oakhurst" not in page
    assert "Ask about stalled deals" in page
    assert "3 days late" in page


def test_applications_that_wait_stand_in_do_next_late_ones_first(
    client_of: Any, vera: User, vincent: User, pinewood: Partner, now: datetime
) -> None:
    for name, reviewer, hours in (("Quarry", vera, -1), ("Larch", vera, 40), ("Foreign", vincent, 2)):
        due_at = now + timedelta(hours=hours)
        PartnerApplicationFactory(name=name, handed_in=True, reviewer=reviewer, due_at=due_at)

    page = client_of(vera).get("/vendor/").content.decode()

    assert page.index("Answer the application: Quarry") < page.index("Answer the application: Larch")
    assert "Foreign" not in page
    assert "2 applications wait for an answer" in page


def test_the_dashboard_keeps_its_queries_with_two_hundred_partners(
    client_of: Any, small: Any, vera: User, victor: User, now: datetime
) -> None:
    assignments.assign(partners=[PartnerFactory() for _ in range(199)], user=vera, by=victor, at=now)
    settle(now)

    assert queries_of(client_of(vera), "/vendor/") <= QUERIES_PER_PAGE


def test_a_dashboard_without_partners_says_who_assigns_them(client_of: Any, vincent: User, oakhurst: Partner) -> None:
    oakhurst.assignments.all().delete()

    page = client_of(vincent).get("/vendor/").content.decode()

    assert "No partner is assigned to you yet" in page


def test_the_focus_shows_only_partners_one_may_see(
    client_of: Any, vera: User, pinewood: Partner, oakhurst: Partner
) -> None:
    client = client_of(vera)

    assert client.get(f"/vendor/partners/{pinewood.public_id}/focus/").status_code == 200
    assert client.get(f"/vendor/partners/{oakhurst.public_id}/focus/").status_code == 404


@pytest.mark.parametrize(
    ("who", "finds"), [("vera", {"Pinewood"}), ("victor", {"Pinewood", "Pineapple"}), ("olga", set())]
)
def test_search_finds_what_one_may_see(
    request: pytest.FixtureRequest, client_of: Callable[[User], Client], who: str, finds: set[str], pinewood: Partner
) -> None:
    PartnerFactory(name="Pineapple")

    page = client_of(request.getfixturevalue(who)).get("/search/?q=pine").content.decode()

    assert {name for name in ("Pinewood", "Pineapple") if name in page} == finds


def test_search_names_what_was_not_found(client_of: Any, vera: User) -> None:
    assert "Nothing matches" in client_of(vera).get("/search/?q=zebra").content.decode()
