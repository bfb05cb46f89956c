"""The page of the program's settings and exchange rates."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from core.models import CurrencyRate, Program
from core.services import program as settings
from tests.factories.core import CurrencyRateFactory
from tests.factories.deals import DealFactory

pytestmark = pytest.mark.django_db
TYPED = {
    "name": "Lumen",
    "hub_name": "Lumen Hub",
    "timezone": "Europe/Berlin",
    "fiscal_year_start_month": "4",
    "currency": "eur",
    "language": "en",
}


def page_of() -> str:
    return reverse("vendor:program-edit")


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_an_admin_changes_the_settings(client_of, program, victor):
    answer = client_of(victor).post(page_of(), TYPED)

    kept = Program.objects.get()
    assert answer.status_code == 302
    assert (kept.name, kept.timezone, kept.fiscal_year_start_month, kept.currency) == (
        "Lumen", "Europe/Berlin", 4, "EUR",
    )  # fmt: skip


def test_what_is_refused_stands_beside_its_field(client_of, program, victor):
    DealFactory()

    answer = client_of(victor).post(page_of(), TYPED | {"currency": "USD"})

    assert answer.status_code == 422
    assert "it cannot be changed any more" in text_of(answer)
    assert Program.objects.get().name == "Vendor"


def test_an_admin_adds_a_rate_and_corrects_it(client_of, program, victor):
    client = client_of(victor)
    address = reverse("vendor:program-rate")

    client.post(address, {"currency": "usd", "starts_on": "2030-01-01", "rate": "0.9"})
    client.post(address, {"currency": "USD", "starts_on": "2030-01-01", "rate": "0.92"})
    page = text_of(client.get(page_of()))

    assert CurrencyRate.objects.get().rate == Decimal("0.92")
    assert "0.92 EUR" in page
    assert "USD was corrected" in page
    assert str(victor) in page


def test_a_wrong_rate_keeps_what_was_typed(client_of, program, victor):
    answer = client_of(victor).post(
        reverse("vendor:program-rate"), {"currency": "EUR", "starts_on": "2030-01-01", "rate": "2"}
    )

    assert answer.status_code == 422
    assert "EUR is the program&#x27;s own currency." in text_of(answer)
    assert 'value="2030-01-01"' in text_of(answer)


def test_the_rate_that_holds_today_is_marked(client_of, program, victor, now):
    for day, rate in ((date(2029, 1, 1), "0.9"), (date(2030, 1, 1), "0.8"), (date(2031, 1, 1), "0.7")):
        CurrencyRateFactory(currency="USD", starts_on=day, rate=Decimal(rate))

    page = client_of(victor).get(page_of())

    assert [(row.starts_on.year, row.is_now) for row in page.context["rates"]] == [
        (2031, False), (2030, True), (2029, False),
    ]  # fmt: skip


def test_the_history_says_who_changed_what(client_of, program, victor, now):
    settings.update(by=victor, at=now, changes={"timezone": "Europe/Berlin"})

    page = text_of(client_of(victor).get(page_of()))

    assert "time zone: UTC → Europe/Berlin" in page


@pytest.mark.parametrize("name", ["vera", "erin"])
def test_only_program_admins_open_it(name, client_of, program, request):
    assert client_of(request.getfixturevalue(name)).get(page_of()).status_code == 403


def test_the_page_asks_few_questions(client_of, program, victor, django_assert_max_num_queries):
    client = client_of(victor)

    with django_assert_max_num_queries(12):
        client.get(page_of())
