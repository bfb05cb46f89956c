"""Deals over REST."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Integration, User
from core.models import ExternalId
from deals.models import Customer, Deal, DealRole
from partners.models import Partner
from tests.factories.deals import DealFactory, DealParticipantFactory, WonDealFactory

pytestmark = pytest.mark.django_db
DEALS = "/api/v1/deals"


@pytest.fixture
def crm(ian: Integration, api_of: Callable[[Integration], APIClient]) -> APIClient:
    """The API as Ian's system calls it."""
    return api_of(ian)


def body(**differs: Any) -> dict[str, Any]:
    """Return an ordinary deal."""
    ordinary = {
        "name": "Backup for Acme",
        "customer": {"name": "Acme", "domain": "acme.example", "country": "DE"},
        "amount": {"amount": "1200.50", "currency": "EUR"},
        "stage": "won",
        "opened_on": "2026-01-02",
        "closed_on": "2026-02-03",
        "products": [{"name": "Cloud backup", "quantity": 2}],
    }
    return {**ordinary, **differs}


@pytest.fixture
def by_crm_id(ian: Integration) -> str:
    """The address of a deal by the id of Ian's source."""
    return f"{DEALS}/by-external-id/{ian.source.key}/D-1"


def test_a_deal_is_recorded_with_everything_said(crm: APIClient, pinewood: Partner) -> None:
    partners = [{"partner": {"id": str(pinewood.public_id)}, "role": "resell", "split_percent": "60"}]

    answer = crm.post(DEALS, body(partners=partners), HTTP_IDEMPOTENCY_KEY="one")

    said = answer.json()
    assert answer.status_code == 201
    assert said["amount"] == {"amount": "1200.50", "currency": "EUR"}
    assert said["customer"]["domain"] == "acme.example"
    assert said["partners"] == [
        {"partner": {"id": str(pinewood.public_id)}, "role": "resell", "split_percent": "60.00"}
    ]
    assert said["products"] == [{"key": "cloud-backup", "name": "Cloud backup", "quantity": 2}]
    assert crm.get(answer["Location"]).json() == said


def test_a_post_needs_a_key_and_repeating_it_records_once(crm: APIClient) -> None:
    without = crm.post(DEALS, body())
    first = crm.post(DEALS, body(), HTTP_IDEMPOTENCY_KEY="one")
    again = crm.post(DEALS, body(), HTTP_IDEMPOTENCY_KEY="one")

    assert (without.status_code, without.json()["code"]) == (400, "idempotency_key_required")
    assert first.json()["id"] == again.json()["id"]
    assert again["Idempotency-Replayed"] == "true"
    assert Deal.objects.count() == 1


def test_an_upsert_creates_changes_and_recognises_what_is_the_same(
    crm: APIClient, by_crm_id: str, pinewood: Partner, ian: Integration
) -> None:
    ExternalId.objects.create(resource_type="partners", object_id=pinewood.pk, source=ian.source, value="P-1")
    reference = {"external_id": {"source": ian.source.key, "value": "P-1"}}
    said = body(partners=[{"partner": reference, "role": "refer", "split_percent": "10"}])

    made = crm.patch(by_crm_id, said)
    same = crm.patch(by_crm_id, said)
    moved = crm.patch(by_crm_id, {"partners": [{"partner": reference, "role": "resell"}]})

    assert [(each.status_code, each["Upsert-Result"]) for each in (made, same, moved)] == [
        (201, "created"),
        (200, "unchanged"),
        (200, "updated"),
    ]
    assert moved["ETag"] == '"2"'
    assert Deal.objects.get().participants.get().role == DealRole.RESELL


def test_a_change_by_id_leaves_what_is_not_named(crm: APIClient, by_crm_id: str) -> None:
    made = crm.patch(by_crm_id, body(expected_close_on="2026-05-01"))

    changed = crm.patch(f"{DEALS}/{made.json()['id']}", {"expected_close_on": None}, HTTP_IF_MATCH=made["ETag"])

    assert changed.status_code == 200
    assert (changed.json()["expected_close_on"], changed.json()["name"]) == (None, "Backup for Acme")


@pytest.mark.parametrize(
    ("differs", "pointer", "code"),
    [
        ({"colour": "red"}, "/colour", "unknown_field"),
        ({"version": 3}, "/version", "read_only_field"),
        ({"stage": "maybe"}, "/stage", "invalid_choice"),
        ({"closed_on": None}, "/closed_on", "required"),
        ({"amount": {"amount": 5, "currency": "EUR"}}, "/amount", "amount"),
        ({"amount": {"amount": "5", "currency": "CHF"}}, "/amount", "no_rate"),
        ({"amount": {"amount": "-5", "currency": "EUR"}}, "/amount", "negative"),
        ({"customer": {"name": "Acme", "id": "x"}}, "/customer/id", "read_only_field"),
        ({"customer": {"name": "Acme", "country": "Germany"}}, "/customer/country", "invalid"),
        ({"customer": {"domain": "acme.example"}}, "/customer/name", "required"),
        ({"customer": "Acme"}, "/customer", "invalid"),
        ({"products": [{"name": "A", "size": 3}]}, "/products/0/size", "unknown_field"),
        ({"products": ["A"]}, "/products/0", "invalid"),
        ({"partners": [{"partner": {"id": "odd"}, "role": "resell"}]}, "/partners/0/partner", "unresolved_reference"),
    ],
)
def test_what_is_wrong_is_named_where_it_stands(
    crm: APIClient, differs: dict[str, Any], pointer: str, code: str
) -> None:
    answer = crm.post(DEALS, body(**differs), HTTP_IDEMPOTENCY_KEY="one")

    assert answer.status_code == 422
    assert (pointer, code) in [(error["pointer"], error["code"]) for error in answer.json()["errors"]]
    assert not Deal.objects.exists()
    assert not Customer.objects.exists()


def test_shares_above_the_whole_are_refused_by_name(crm: APIClient, pinewood: Partner, oakhurst: Partner) -> None:
    partners = [
        {"partner": {"id": str(one.public_id)}, "role": "resell", "split_percent": "60"} for one in (pinewood, oakhurst)
    ]

    answer = crm.post(DEALS, body(partners=partners), HTTP_IDEMPOTENCY_KEY="one")

    assert [error["pointer"] for error in answer.json()["errors"]] == ["/partners"]
    assert not Deal.objects.exists()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Open", "Won"]),
        ("?stage=won", ["Won"]),
        ("?closed_on__gte=2030-01-01", ["Won"]),
        ("?closed_on__isnull=true", ["Open"]),
        ("?q=acme", []),
        ("?sort=-name", ["Won", "Open"]),
    ],
)
def test_lists_are_filtered_and_sorted(crm: APIClient, query: str, names: list[str]) -> None:
    DealFactory(name="Open")
    WonDealFactory(name="Won")

    answer = crm.get(DEALS + query)

    assert [deal["name"] for deal in answer.json()["data"]] == names


def test_the_deals_of_one_partner_each_once(crm: APIClient, pinewood: Partner) -> None:
    deal = DealParticipantFactory(partner=pinewood).deal
    DealParticipantFactory(partner=pinewood, deal=deal, role=DealRole.MANAGE)
    DealFactory()

    answer = crm.get(f"{DEALS}?partner={pinewood.public_id}")

    assert [one["id"] for one in answer.json()["data"]] == [str(deal.public_id)]


def test_people_of_partners_may_not_call(client_of: Any, paula: User) -> None:
    assert client_of(paula).get(DEALS).status_code == 403


def test_a_cam_reads_the_deals_of_assigned_partners_only(
    client_of: Any, vera: User, pinewood: Partner, oakhurst: Partner
) -> None:
    own = DealParticipantFactory(partner=pinewood).deal
    foreign = DealParticipantFactory(partner=oakhurst).deal
    client = client_of(vera)

    assert [one["id"] for one in client.get(DEALS).json()["data"]] == [str(own.public_id)]
    assert client.get(f"{DEALS}/{foreign.public_id}").status_code == 404


def test_a_list_takes_as_many_queries_for_many_as_for_few(
    crm: APIClient, pinewood: Partner, django_assert_max_num_queries: Any
) -> None:
    for _number in range(20):
        DealParticipantFactory(partner=pinewood)

    with django_assert_max_num_queries(12):
        assert len(crm.get(DEALS).json()["data"]) == 20
