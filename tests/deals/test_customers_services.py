"""One organisation is one customer, however it is written."""

from datetime import datetime

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from deals.models import Customer
from deals.services import customers
from tests.factories.deals import CustomerFactory


@pytest.fixture(autouse=True)
def _database(db: None) -> None:
    """Every test here writes."""


@pytest.mark.parametrize(
    "domain",
    ["acme.example", "www.acme.example", "https://WWW.Acme.example/about", "info@acme.example", "acme.example:443"],
)
def test_a_customer_is_found_by_its_domain_however_it_is_written(domain: str, victor: User, now: datetime) -> None:
    acme = CustomerFactory(name="Acme Holding", domain="acme.example")

    found = customers.find_or_create(name="ACME", domain=domain, by=victor, at=now)

    assert found == acme


def test_without_a_domain_name_and_country_decide(victor: User, now: datetime) -> None:
    german = CustomerFactory(name="Acme", country="DE")
    CustomerFactory(name="Acme", country="FR")

    found = customers.find_or_create(name=" acme ", country="de", by=victor, at=now)

    assert found == german


def test_a_domain_learned_later_is_filled_in(victor: User, now: datetime) -> None:
    acme = CustomerFactory(name="Acme", country="DE")

    found = customers.find_or_create(
        name="Acme", country="DE", domain="acme.example", industry="Steel", by=victor, at=now
    )

    acme.refresh_from_db()
    assert found == acme
    assert (acme.domain, acme.industry) == ("acme.example", "Steel")


def test_a_namesake_with_another_domain_is_another_customer(victor: User, now: datetime) -> None:
    acme = CustomerFactory(name="Acme", country="DE", domain="acme.example")

    found = customers.find_or_create(name="Acme", country="DE", domain="acme-steel.example", by=victor, at=now)

    assert found != acme


def test_what_is_known_is_never_overwritten_in_passing(victor: User, now: datetime) -> None:
    acme = CustomerFactory(name="Acme", domain="acme.example", country="DE", industry="Steel")

    customers.find_or_create(name="Acme SE", domain="acme.example", country="AT", industry="Cars", by=victor, at=now)

    acme.refresh_from_db()
    assert (acme.name, acme.country, acme.industry) == ("Acme", "DE", "Steel")


def test_asking_twice_makes_one_customer(victor: User, now: datetime) -> None:
    first = customers.find_or_create(name="Acme", country="DE", by=victor, at=now)

    second = customers.find_or_create(name="ACME", country="DE", by=victor, at=now)

    assert first == second
    assert Customer.objects.count() == 1


def test_one_customer_named_in_two_ways_in_one_batch_is_made_once(victor: User, now: datetime) -> None:
    wanted = [
        customers.named(name="Acme", country="DE"),
        customers.named(name="Acme", country="DE", domain="acme.example"),
        customers.named(name="ACME", country="DE"),
    ]

    found = customers.find_or_create_many(wanted=wanted, by=victor, at=now)

    assert len({customer.pk for customer in found.values()}) == 1
    assert Customer.objects.get().domain == "acme.example"


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "Acme", "country": "Germany"}, "country"),
        ({"name": "Acme", "country": "4!"}, "country"),
        ({"name": "Acme", "domain": "d" * 254}, "domain"),
    ],
)
def test_an_odd_customer_is_refused_by_field(parts: dict[str, str], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        customers.named(**parts)

    assert field in refused.value.error_dict
