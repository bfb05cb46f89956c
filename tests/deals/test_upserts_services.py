"""Deals by the thousand, found again by external id."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Integration
from core.models import Source
from core.money import Money
from core.rows import Result, RowOutcome
from core.services import external_ids
from deals.models import Customer, Deal, DealParticipant, Product
from deals.services import deals
from partners.models import Partner
from segmentation.models import StalePartner
from tests.factories.core import CurrencyRateFactory


def a_row(number: int = 1, **differs: Any) -> dict[str, Any]:
    """Return an ordinary row."""
    row = {
        "external_id": f"D-{number}",
        "name": f"Deal {number}",
        "customer": {"name": "Acme", "domain": "acme.example", "country": "DE"},
        "amount": {"amount": "1200.50", "currency": "EUR"},
        "stage": "won",
        "opened_on": date(2030, 1, 2),
        "closed_on": date(2030, 2, 3),
        "products": ["Cloud backup"],
    }
    return {**row, **differs}


@pytest.fixture
def upsert(salesforce: Source, ian: Integration, now: datetime) -> Any:
    """Return a function that upserts rows as the CRM."""
    return lambda *rows: deals.upsert_many(rows=rows, source=salesforce, by=ian, at=now)


def results(outcomes: list[RowOutcome]) -> list[str]:
    """Return the results alone."""
    return [outcome.result for outcome in outcomes]


def complaints(outcome: RowOutcome) -> list[tuple[str, str]]:
    """Return what is wrong with a row."""
    return sorted((error.field, error.code) for error in outcome.errors)


def test_a_new_row_becomes_a_deal_with_all_that_it_names(upsert: Any, salesforce: Source, pinewood: Partner) -> None:
    [outcome] = upsert(a_row(partners=[{"partner_id": pinewood.pk, "role": "resell", "split_percent": 60}]))

    deal = Deal.objects.get()
    assert (outcome.result, outcome.object_id) == (Result.CREATED, deal.pk)
    assert external_ids.find_one("deals", salesforce, "D-1") == deal.pk
    assert (deal.customer.domain, deal.amount, deal.stage) == ("acme.example", Decimal("1200.50"), "won")
    assert deal.participants.get().split_percent == 60
    assert deal.lines.get().product.key == "cloud-backup"


def test_the_same_rows_again_are_unchanged_and_mark_nobody(upsert: Any, pinewood: Partner) -> None:
    rows = [a_row(number, partners=[{"partner_id": pinewood.pk, "role": "resell"}]) for number in range(3)]
    upsert(*rows)
    StalePartner.objects.all().delete()

    outcomes = upsert(*rows)

    assert results(outcomes) == [Result.UNCHANGED] * 3
    assert not StalePartner.objects.exists()
    assert set(Deal.objects.values_list("version", flat=True)) == {1}


def test_an_absent_field_stays_and_none_clears(upsert: Any) -> None:
    upsert(a_row(stage="open", closed_on=None, expected_close_on=date(2030, 5, 1)))

    outcomes = upsert({"external_id": "D-1", "expected_close_on": None, "products": None})

    deal = Deal.objects.get()
    assert results(outcomes) == [Result.UPDATED]
    assert (deal.name, deal.expected_close_on, deal.lines.count()) == ("Deal 1", None, 0)


def test_a_bad_row_fails_alone_and_writes_nothing(upsert: Any) -> None:
    outcomes = upsert(
        a_row(1),
        a_row(
            2,
            customer={"name": "Bad Ltd", "country": "Germany"},
            amount={"amount": "a lot", "currency": "EUR"},
            colour="red",
        ),
        a_row(3),
    )

    assert results(outcomes) == [Result.CREATED, Result.FAILED, Result.CREATED]
    assert complaints(outcomes[1]) == [
        ("amount", "invalid"),
        ("colour", "unknown_field"),
        ("customer.country", "max_length"),
    ]
    assert not Customer.objects.filter(name="Bad Ltd").exists()


def test_a_refused_row_makes_no_customer_and_no_product(upsert: Any) -> None:
    upsert(a_row(stage="won", closed_on=None))

    assert not Customer.objects.exists()
    assert not Product.objects.exists()


def test_a_new_deal_needs_name_customer_and_amount(upsert: Any) -> None:
    [outcome] = upsert({"external_id": "D-1", "stage": "open"})

    assert complaints(outcome) == [("amount", "required"), ("customer", "required"), ("name", "required")]


@pytest.mark.parametrize("external_id", [None, "", " D-1", "x" * 256])
def test_an_odd_external_id_is_refused(upsert: Any, external_id: str | None) -> None:
    [outcome] = upsert(a_row(external_id=external_id))

    assert complaints(outcome) == [("external_id", "invalid")]


def test_shares_are_checked_under_the_names_rows_use(upsert: Any, pinewood: Partner, oakhurst: Partner) -> None:
    partners = [{"partner_id": partner.pk, "role": "resell", "split_percent": 60} for partner in (pinewood, oakhurst)]

    [outcome] = upsert(a_row(partners=partners))

    assert complaints(outcome) == [("partners", "shares_above_whole")]


def test_rows_with_one_key_are_taken_in_order(upsert: Any) -> None:
    outcomes = upsert(a_row(1), a_row(2), {"external_id": "D-1", "name": "Last word"})

    assert results(outcomes) == [Result.CREATED, Result.CREATED, Result.UPDATED]
    assert Deal.objects.get(pk=outcomes[0].object_id).name == "Last word"


def test_money_may_come_in_three_shapes(upsert: Any) -> None:
    CurrencyRateFactory(currency="USD", rate=Decimal("0.5"))

    outcomes = upsert(
        a_row(1, amount=Money(Decimal(10), "USD")),
        a_row(2, amount={"amount": "10", "currency": "usd"}),
        a_row(3, amount=Decimal(10), currency="USD"),
        a_row(4, amount=Decimal(10)),
    )

    assert results(outcomes) == [Result.CREATED] * 4
    worth = Deal.objects.order_by("name").values_list("program_amount", flat=True)
    assert list(worth) == [5, 5, 5, 10]


def test_a_currency_without_rate_fails_its_row_only(upsert: Any) -> None:
    outcomes = upsert(a_row(1, amount={"amount": "10", "currency": "CHF"}), a_row(2))

    assert results(outcomes) == [Result.FAILED, Result.CREATED]
    assert complaints(outcomes[0]) == [("amount", "no_rate")]


def test_a_row_without_opening_day_opens_when_it_is_first_seen(upsert: Any, now: datetime) -> None:
    row = a_row(stage="open", closed_on=None)
    del row["opened_on"]

    upsert(row)

    assert Deal.objects.get().opened_on == now.date()


def test_many_rows_take_as_many_statements_as_few(upsert: Any, pinewood: Partner) -> None:
    def statements(first: int, count: int) -> int:
        rows = [
            a_row(
                number,
                customer={"name": f"Customer {number}"},
                partners=[{"partner_id": pinewood.pk, "role": "resell"}],
            )
            for number in range(first, first + count)
        ]
        with CaptureQueriesContext(
            connection,
        ) as few:
            upsert(*rows)
        return len(few)

    statements(0, 1)

    assert statements(100, 60) <= statements(10, 2) + 2
    assert DealParticipant.objects.count() == 63
