"""Amounts in the program's currency follow its table of exchange rates."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from core.models import CurrencyRate
from core.services import outbox
from core.services import program as settings
from deals.models import Deal
from deals.services import amounts
from tests.factories.core import CurrencyRateFactory
from tests.factories.deals import DealFactory

pytestmark = pytest.mark.django_db
LAST_YEAR, THIS_YEAR = date(2029, 1, 1), date(2030, 1, 1)


@pytest.fixture
def rates(db):
    """A dollar is worth 0.9 from last year on, 0.8 from this year on."""
    CurrencyRateFactory(currency="USD", starts_on=LAST_YEAR, rate=Decimal("0.9"))
    CurrencyRateFactory(currency="USD", starts_on=THIS_YEAR, rate=Decimal("0.8"))


def deal(**fields) -> Deal:
    return DealFactory(**({"amount": 100, "currency": "USD", "program_amount": 90, "opened_on": LAST_YEAR} | fields))


def amount_of(one: Deal) -> Decimal:
    one.refresh_from_db()
    return one.program_amount


def deliver(at) -> None:
    while outbox.deliver_one(at=at):
        pass


def test_a_corrected_rate_reaches_the_deals_it_decides(rates, victor, now):
    before, after = deal(), deal(opened_on=THIS_YEAR, program_amount=80)
    euros = deal(currency="EUR", program_amount=100)

    settings.set_rate(currency="USD", starts_on=LAST_YEAR, rate=Decimal("0.95"), by=victor, at=now)
    deliver(now)

    assert [amount_of(one) for one in (before, after, euros)] == [95, 80, 100]


def test_a_closed_deal_counts_by_the_day_it_closed(rates, now):
    closed = deal(closed_on=date(2030, 2, 1), stage="won")

    amounts.rework(currency="USD", since=THIS_YEAR)

    assert amount_of(closed) == 80  # noqa: PLR2004


def test_deals_before_the_rate_are_left_alone(rates, now):
    odd = deal(program_amount=1)

    assert amounts.rework(currency="USD", since=THIS_YEAR) == 0
    assert amount_of(odd) == 1


def test_working_it_out_twice_changes_nothing_the_second_time(rates, now):
    one = deal(opened_on=THIS_YEAR)

    assert amounts.rework(currency="USD", since=THIS_YEAR) == 1
    version = Deal.objects.get(pk=one.pk).version

    assert amounts.rework(currency="USD", since=THIS_YEAR) == 0
    assert Deal.objects.get(pk=one.pk).version == version


def test_large_tables_are_worked_through_in_batches(rates, now, monkeypatch):
    monkeypatch.setattr(amounts, "BATCH_ROWS", 2)
    made = [deal(opened_on=THIS_YEAR) for _ in range(5)]

    assert amounts.rework(currency="USD", since=THIS_YEAR) == len(made)


def test_an_amount_that_would_be_too_large_stays(rates, now):
    huge = deal(opened_on=THIS_YEAR, amount=Decimal("900000000000000"), program_amount=5)
    CurrencyRate.objects.filter(starts_on=THIS_YEAR).update(rate=1000)

    assert amounts.rework(currency="USD", since=THIS_YEAR) == 0
    assert amount_of(huge) == 5  # noqa: PLR2004


def test_the_programs_currency_stays_while_there_are_deals(victor, now):
    deal(currency="EUR")

    with pytest.raises(ValidationError) as refused:
        settings.update(by=victor, at=now, changes={"currency": "USD"})

    assert refused.value.error_dict["currency"][0].code == "in_use"
