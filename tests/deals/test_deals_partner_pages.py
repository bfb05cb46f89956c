"""A partner's own deals: its part only, and no word of anybody else."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from deals.models import Deal, DealRole
from deals.services.deals import Participation
from partners.models import Partner
from tests.deals.conftest import Record
from tests.factories.deals import DealFactory, DealParticipantFactory, WonDealFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("program")]
ClientOf = Callable[[User], Client]
QUERIES_PER_PAGE = 12


@pytest.fixture
def shared(record: Record, pinewood: Partner, oakhurst: Partner) -> Deal:
    """A deal on which Pinewood resells 60 percent and Oakhurst the rest."""
    return record(
        partners=[
            Participation(pinewood, DealRole.RESELL, Decimal(60)),
            Participation(oakhurst, DealRole.RESELL, Decimal(40)),
        ]
    )


def detail(deal: Deal) -> str:
    """Return the address of a deal."""
    return reverse("partner:deal-detail", args=[deal.public_id])


@pytest.mark.parametrize("address", ["list", "detail"])
def test_a_partner_sees_its_share_and_nobody_else(address: str, client_of: ClientOf, pete: User, shared: Deal) -> None:
    url = "/partner/deals/" if address == "list" else detail(shared)

    page = client_of(pete).get(url).content.decode()

    assert "€600" in page
    assert "Resell" in page
    assert "Oakhurst" not in page
    assert "€1,000" not in page
    assert "€400" not in page


def test_totals_count_the_own_share_once_per_deal(
    client_of: ClientOf, pete: User, shared: Deal, pinewood: Partner
) -> None:
    DealParticipantFactory(deal=shared, partner=pinewood, role=DealRole.MANAGE, split_percent=20)
    DealParticipantFactory(deal=WonDealFactory(amount=500), partner=pinewood, split_percent=50)

    totals = client_of(pete).get("/partner/deals/").context["totals"]

    assert (totals.open_count, totals.open_amount, totals.won_amount) == (1, 600, 250)


def test_a_deal_of_others_is_not_there(client_of: ClientOf, pete: User, oakhurst: Partner) -> None:
    foreign = DealParticipantFactory(deal=DealFactory(name="Secret"), partner=oakhurst).deal
    client = client_of(pete)

    assert client.get(detail(foreign)).status_code == 404
    assert "Secret" not in client.get("/partner/deals/").content.decode()


def test_a_stage_can_be_chosen(client_of: ClientOf, pete: User, shared: Deal) -> None:
    page = client_of(pete).get("/partner/deals/?stage=won")

    assert page.context["rows"] == []
    assert page.context["totals"].open_count == 1


def test_vendor_people_have_no_business_here(client_of: ClientOf, vera: User, shared: Deal) -> None:
    assert client_of(vera).get("/partner/deals/").status_code == 403
    assert client_of(vera).get(detail(shared)).status_code == 403


def test_queries_stay_few_as_deals_grow(
    client_of: ClientOf, pete: User, pinewood: Partner, django_assert_max_num_queries: Any
) -> None:
    for _number in range(20):
        DealParticipantFactory(deal=DealFactory(), partner=pinewood)
    client = client_of(pete)

    with django_assert_max_num_queries(QUERIES_PER_PAGE):
        client.get("/partner/deals/")
    with django_assert_max_num_queries(QUERIES_PER_PAGE):
        client.get(detail(Deal.objects.first()))
