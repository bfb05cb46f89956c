"""Deals, customers and products."""

from datetime import UTC, date, datetime
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from deals.models import Customer, CustomerReference, Deal, DealLine, DealParticipant, DealRole, DealStage, Product


class CustomerFactory(DjangoModelFactory[Customer]):
    """An end customer."""

    class Meta:
        model = Customer

    name = factory.Sequence(lambda number: f"Customer {number}")


class ProductFactory(DjangoModelFactory[Product]):
    """Something that is sold."""

    class Meta:
        model = Product

    key = factory.Sequence(lambda number: f"product-{number}")
    name = factory.LazyAttribute(lambda product: product.key.replace("-", " ").capitalize())


class DealFactory(DjangoModelFactory[Deal]):
    """An open deal in the program's currency, on which nobody takes part yet."""

    class Meta:
        model = Deal

    name = factory.Sequence(lambda number: f"Deal {number}")
    customer = factory.SubFactory(CustomerFactory)
    amount = Decimal(1000)
    currency = "EUR"
    program_amount = factory.SelfAttribute("amount")
    opened_on = date(2030, 1, 15)


class WonDealFactory(DealFactory):
    """A deal that was won."""

    stage = DealStage.WON
    closed_on = date(2030, 3, 1)


class DealLineFactory(DjangoModelFactory[DealLine]):
    """A product on a deal."""

    class Meta:
        model = DealLine

    deal = factory.SubFactory(DealFactory)
    product = factory.SubFactory(ProductFactory)


class DealParticipantFactory(DjangoModelFactory[DealParticipant]):
    """A partner that resells on a deal."""

    class Meta:
        model = DealParticipant

    deal = factory.SubFactory(DealFactory)
    partner = factory.SubFactory("tests.factories.partners.PartnerFactory")
    role = DealRole.RESELL


class CustomerReferenceFactory(DjangoModelFactory[CustomerReference]):
    """A project that waits for validation."""

    class Meta:
        model = CustomerReference

    partner = factory.SubFactory("tests.factories.partners.PartnerFactory")
    customer_name = factory.Sequence(lambda number: f"Customer {number}")
    project = "Migration"
    year = 2029
    submitted_at = datetime(2026, 1, 1, tzinfo=UTC)
