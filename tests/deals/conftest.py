"""What the tests of deals share."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from core.models import Source
from core.money import Money
from deals.models import Customer, Deal
from deals.services import deals
from tests.factories.core import SourceFactory
from tests.factories.deals import CustomerFactory

Record = Callable[..., Deal]


@pytest.fixture
def acme(db: None) -> Customer:
    """A customer."""
    return CustomerFactory(name="Acme", domain="acme.example", country="DE")


@pytest.fixture
def salesforce(db: None) -> Source:
    """A CRM that writes deals."""
    return SourceFactory(key="crm", label="CRM")


@pytest.fixture
def record(acme: Customer, victor: User, now: datetime) -> Record:
    """Return a function that records a deal, with whatever differs from an ordinary one."""

    def record_one(**differs: Any) -> Deal:
        fields = {
            "name": "Backup for Acme",
            "customer": acme,
            "amount": Money(Decimal(1000), "EUR"),
            "opened_on": date(2030, 1, 10),
        }
        return deals.record(**{**fields, **differs}, by=victor, at=now)

    return record_one
