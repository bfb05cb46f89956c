"""Products are found again by key or name."""

from datetime import datetime

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from deals.models import Product
from deals.services import products
from tests.factories.deals import ProductFactory


@pytest.mark.parametrize("said", ["cloud-backup", "Cloud Backup", " CLOUD  backup "])
def test_a_product_is_found_by_key_or_name(said: str, victor: User, now: datetime) -> None:
    backup = ProductFactory(key="cloud-backup", name="Cloud backup")

    found = products.find_or_create_many(names=[said], by=victor, at=now)

    assert found == {said: backup}


def test_a_missing_product_is_made_once(victor: User, now: datetime) -> None:
    found = products.find_or_create_many(names=["Firewall", "FIREWALL", "防火墙"], by=victor, at=now)

    assert found["Firewall"] == found["FIREWALL"]
    assert Product.objects.count() == 2


def test_a_product_has_a_name(victor: User, now: datetime) -> None:
    with pytest.raises(ValidationError):
        products.find_or_create_many(names=[" "], by=victor, at=now)


def test_a_key_is_taken_once(victor: User, now: datetime) -> None:
    products.create(name="Firewall", line="Security", by=victor, at=now)

    with pytest.raises(ValidationError) as refused:
        products.create(name="Firewall", by=victor, at=now)

    assert "key" in refused.value.error_dict


def test_updating_a_product_twice_changes_nothing_the_second_time(victor: User, now: datetime) -> None:
    firewall = products.create(name="Firewall", by=victor, at=now)

    first = products.update(product=firewall, by=victor, at=now, changes={"line": "Security"})
    second = products.update(product=firewall, by=victor, at=now, changes={"line": "Security"})

    assert (first, second) == (["line"], [])
