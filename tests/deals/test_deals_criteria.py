"""What criteria may ask about deals runs, and means what its label says."""

import pytest
from django.db import connection

from criteria.fields import Kind, registry
from criteria.sql import scoped
from deals.models import Deal, DealRole
from partners.models import Partner
from tests.factories.deals import (
    CustomerFactory,
    DealLineFactory,
    DealParticipantFactory,
    ProductFactory,
    WonDealFactory,
)

pytestmark = pytest.mark.django_db


def ask(key: str, collection_key: str = "deals") -> list[object]:
    """Return what a field of a collection says of every record."""
    collection = registry.catalog().collections[collection_key]
    one = collection.field(key)
    assert one is not None
    with connection.cursor() as cursor:
        source = scoped(collection.source, lambda column: "TRUE")
        order = f"{collection.partner_id}, {collection.record_id}"
        cursor.execute(f"SELECT {one.sql} FROM {source} ORDER BY {order}")  # noqa: S608 - our own texts
        return [row[0] for row in cursor.fetchall()]


@pytest.fixture
def _deal(pinewood: Partner) -> None:
    customer = CustomerFactory(name="Acme", country="DE", industry="Steel")
    deal = WonDealFactory(name="Backup", customer=customer, amount=1000, program_amount=800)
    DealParticipantFactory(deal=deal, partner=pinewood, role=DealRole.REFER, split_percent=25)
    for line in ("Cloud", "Cloud", ""):
        DealLineFactory(deal=deal, product=ProductFactory(line=line))


@pytest.mark.usefixtures("_deal")
@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("amount", 800),
        ("share_amount", 200),
        ("stage", "won"),
        ("roles", ["refer"]),
        ("product_lines", ["Cloud"]),
        ("customer_name", "Acme"),
        ("customer_country", "DE"),
        ("customer_industry", "Steel"),
    ],
)
def test_a_field_says_what_its_label_says(key: str, says: object) -> None:
    assert ask(key) == [says]


@pytest.mark.usefixtures("_deal")
def test_a_partner_in_two_roles_is_on_the_deal_once_with_its_highest_share(pinewood: Partner) -> None:
    DealParticipantFactory(deal=Deal.objects.get(), partner=pinewood, role=DealRole.MANAGE, split_percent=100)

    assert ask("amount") == [800]
    assert ask("share_amount") == [800]


@pytest.mark.usefixtures("_deal")
def test_every_field_runs_and_says_what_it_is() -> None:
    for one in registry.catalog().collections["deals"].fields:
        assert len(ask(one.key)) == 1
        assert one.label
        assert one.description
        assert one.example
        if one.kind in {Kind.CHOICE, Kind.MULTI}:
            assert list(one.choices()) or one.key == "products"


@pytest.mark.usefixtures("_deal")
@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("quantity", [1, 1, 1]),
        ("product_line", ["Cloud", "Cloud", None]),
        ("stage", ["won"] * 3),
        ("roles", [["refer"]] * 3),
    ],
)
def test_each_line_of_a_deal_says_what_was_sold(key: str, says: list[object]) -> None:
    assert ask(key, "deal_lines") == says


@pytest.mark.usefixtures("_deal")
def test_a_partner_in_two_roles_sold_each_line_once(pinewood: Partner) -> None:
    DealParticipantFactory(deal=Deal.objects.get(), partner=pinewood, role=DealRole.MANAGE)

    assert ask("quantity", "deal_lines") == [1, 1, 1]


@pytest.mark.usefixtures("_deal")
def test_every_field_of_a_line_runs() -> None:
    for one in registry.catalog().collections["deal_lines"].fields:
        assert len(ask(one.key, "deal_lines")) == 3
