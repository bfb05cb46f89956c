"""What the database itself refuses, and whom it marks as stale."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError

from deals.models import Customer, Deal, DealLine, DealParticipant, Product
from partners.models import Partner
from segmentation.models import StalePartner
from tests.factories.deals import (
    CustomerFactory,
    DealFactory,
    DealLineFactory,
    DealParticipantFactory,
    ProductFactory,
    WonDealFactory,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"name": ""}, "deal_named"),
        ({"amount": Decimal(-1)}, "deal_amount_not_negative"),
        ({"currency": "eur"}, "deal_currency_shape"),
        ({"stage": "open", "closed_on": date(2030, 1, 1)}, "deal_closed_has_day"),
        ({"stage": "won", "closed_on": None}, "deal_closed_has_day"),
    ],
)
def test_an_impossible_deal_is_refused(fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        DealFactory(program_amount=1, **fields)


@pytest.mark.parametrize("split", [Decimal("-0.01"), Decimal("100.01")])
def test_a_share_is_from_0_to_100(split: Decimal, pinewood: Partner) -> None:
    with pytest.raises(IntegrityError, match="deal_split_range"):
        DealParticipantFactory(partner=pinewood, split_percent=split)


def test_a_partner_has_a_role_on_a_deal_once(pinewood: Partner) -> None:
    first = DealParticipantFactory(partner=pinewood)

    with pytest.raises(IntegrityError, match="deal_participant_once"):
        DealParticipantFactory(deal=first.deal, partner=pinewood)


def test_a_product_is_on_a_deal_once() -> None:
    line = DealLineFactory()

    with pytest.raises(IntegrityError, match="deal_line_once"):
        DealLineFactory(deal=line.deal, product=line.product)


def test_a_line_has_a_quantity() -> None:
    with pytest.raises(IntegrityError, match="deal_line_quantity"):
        DealLineFactory(quantity=0)


@pytest.mark.parametrize(
    ("first", "second", "constraint"),
    [
        ({"domain": "acme.example"}, {"domain": "acme.example"}, "customer_domain_once"),
        ({"name": "Acme", "country": "DE"}, {"name": "ACME", "country": "DE"}, "customer_name_once_without_domain"),
        ({}, {"name": ""}, "customer_named"),
        ({}, {"country": "de"}, "customer_country_shape"),
    ],
)
def test_an_impossible_customer_is_refused(first: dict[str, str], second: dict[str, str], constraint: str) -> None:
    CustomerFactory(**first)

    with pytest.raises(IntegrityError, match=constraint):
        CustomerFactory(**second)


@pytest.mark.parametrize(
    ("fields", "constraint"), [({"key": "firewall"}, "deals_product_key"), ({"name": ""}, "product_named")]
)
def test_an_impossible_product_is_refused(fields: dict[str, str], constraint: str) -> None:
    ProductFactory(key="firewall")

    with pytest.raises(IntegrityError, match=constraint):
        ProductFactory(**fields)


class TestStale:
    """Whatever criteria can ask about marks the partners on the deal."""

    @pytest.fixture
    def deal(self, pinewood: Partner, oakhurst: Partner) -> Deal:
        """A deal of Pinewood with a line; nobody is stale."""
        deal = WonDealFactory()
        DealParticipantFactory(deal=deal, partner=pinewood)
        DealLineFactory(deal=deal)
        StalePartner.objects.all().delete()
        return deal

    @pytest.mark.parametrize(
        "change",
        [
            lambda: Deal.objects.update(amount=5),
            lambda: Customer.objects.update(industry="Steel"),
            lambda: Product.objects.update(line="Security"),
            lambda: DealLine.objects.all().delete(),
            lambda: DealParticipant.objects.update(split_percent=5),
            lambda: DealParticipant.objects.all().delete(),
        ],
        ids=["amount", "customer", "product", "lines", "share", "participants"],
    )
    def test_a_change_marks_the_partners_of_the_deal(self, change: Any, deal: Deal, pinewood: Partner) -> None:
        change()

        assert set(StalePartner.objects.values_list("partner_id", flat=True)) == {pinewood.pk}

    def test_a_deal_that_is_deleted_marks_its_partners(self, deal: Deal, pinewood: Partner) -> None:
        deal.delete()

        assert set(StalePartner.objects.values_list("partner_id", flat=True)) == {pinewood.pk}
