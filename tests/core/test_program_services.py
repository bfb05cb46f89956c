"""The program's settings and its table of exchange rates: changed once, told above, kept in the trail."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from core.models import CurrencyRate, Program
from core.services import program as settings
from segmentation.models import FullRun
from tests.factories.core import CurrencyRateFactory
from tests.factories.partners import PartnerFactory

pytestmark = pytest.mark.django_db
DAY = date(2030, 1, 1)


def test_a_change_is_told_and_kept_with_its_writer(program, victor, now):
    changed = settings.update(by=victor, at=now, changes={"hub_name": "Lumen Hub", "name": "Vendor"})

    event = Program.objects.get().events.order_by("-pgh_id").first()
    assert changed == ["hub_name"]
    assert (event.hub_name, event.pgh_context["by_name"]) == ("Lumen Hub", str(victor))


def test_saying_the_same_again_writes_nothing(program, victor, now):
    before = Program.objects.get().version

    assert settings.update(by=victor, at=now, changes={"timezone": "UTC"}) == []
    assert Program.objects.get().version == before


@pytest.mark.parametrize(
    "changes", [{"timezone": "Mars/Olympus"}, {"currency": "euro"}, {"fiscal_year_start_month": 13}, {"name": ""}]
)
def test_odd_settings_are_refused(changes, program, victor, now):
    with pytest.raises(ValidationError) as refused:
        settings.update(by=victor, at=now, changes=changes)

    assert list(refused.value.error_dict) == list(changes)


@pytest.mark.parametrize("changes", [{"timezone": "Europe/Berlin"}, {"fiscal_year_start_month": 4}])
def test_another_calendar_recomputes_everybody(changes, program, victor, now):
    settings.update(by=victor, at=now, changes=changes)

    assert FullRun.objects.count() == 1


def test_another_name_recomputes_nobody(program, victor, now):
    settings.update(by=victor, at=now, changes={"name": "Lumen"})

    assert not FullRun.objects.exists()


def test_another_currency_empties_the_table(program, victor, now):
    CurrencyRateFactory(currency="USD")

    settings.update(by=victor, at=now, changes={"currency": "CHF"})

    assert not CurrencyRate.objects.exists()


def test_the_currency_stays_while_revenue_is_kept_in_it(program, victor, now):
    PartnerFactory(annual_revenue=5)

    with pytest.raises(ValidationError) as refused:
        settings.update(by=victor, at=now, changes={"currency": "CHF"})

    assert refused.value.error_dict["currency"][0].code == "in_use"
    assert Program.objects.get().currency == "EUR"


def test_a_rate_is_added_once_and_corrected_in_the_trail(program, victor, now):
    first = settings.set_rate(currency="USD", starts_on=DAY, rate=Decimal("0.9"), by=victor, at=now)
    again = settings.set_rate(currency="USD", starts_on=DAY, rate=Decimal("0.9"), by=victor, at=now)
    corrected = settings.set_rate(currency="USD", starts_on=DAY, rate=Decimal("0.8"), by=victor, at=now)

    kept = CurrencyRate.objects.get()
    assert (first, again, corrected, kept.rate) == (True, False, True, Decimal("0.8"))
    assert list(kept.events.order_by("pgh_id").values_list("rate", flat=True)) == [Decimal("0.9"), Decimal("0.8")]


@pytest.mark.parametrize(
    ("currency", "rate"), [("EUR", "1"), ("US", "1"), ("usd", "1"), ("USD", "0"), ("USD", "-1"), ("USD", "1e12")]
)
def test_odd_rates_are_refused(currency, rate, program, victor, now):
    with pytest.raises(ValidationError):
        settings.set_rate(currency=currency, starts_on=DAY, rate=Decimal(rate), by=victor, at=now)
