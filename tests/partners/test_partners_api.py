"""A CRM writes partners and people; what it may not write, or may not see, is told precisely."""

from decimal import Decimal

import pytest
from rest_framework.test import APIClient

from core.models import CurrencyRate
from partners.models import Partner, Person
from tests.factories.partners import AttributeDefinitionFactory, PersonFactory, RegionFactory

pytestmark = pytest.mark.django_db
PARTNERS = "/api/v1/partners"
PEOPLE = "/api/v1/people"


@pytest.fixture
def crm(now, ian, api_of) -> APIClient:
    return api_of(ian)


def address_of(ian, value: str) -> str:
    return f"{PARTNERS}/by-external-id/{ian.source.key}/{value}"


def test_a_crm_creates_a_partner_by_its_own_id_and_changes_it(crm, ian, now):
    RegionFactory(key="emea")
    AttributeDefinitionFactory(key="labs", kind="number")
    body = {
        "name": "Pinewood", "domain": "pinewood.example", "region": "emea", "country": "DE", "industries": ["Retail"],
        "annual_revenue": {"amount": "5000000.00", "currency": "EUR"}, "attributes": {"labs": 3},
        "latitude": 53.5511, "longitude": 9.9937,
    }  # fmt: skip

    made = crm.patch(address_of(ian, "001A"), body)
    again = crm.patch(address_of(ian, "001A"), body)
    changed = crm.patch(address_of(ian, "001A"), {"city": "Ulm", "region": None, "attributes": {"labs": None}})

    assert (made.status_code, made["Upsert-Result"]) == (201, "created")
    assert made.json()["external_ids"] == {ian.source.key: "001A"}
    assert {name: made.json()[name] for name in body} == body
    assert (again.status_code, again["Upsert-Result"], again["ETag"]) == (200, "unchanged", made["ETag"])
    assert (changed.status_code, changed["Upsert-Result"]) == (200, "updated")
    assert (changed.json()["city"], changed.json()["region"], changed.json()["attributes"]) == ("Ulm", None, {})


def test_revenue_is_kept_in_the_currency_of_the_program(crm, ian, now):
    CurrencyRate.objects.create(currency="USD", starts_on=now.date(), rate=Decimal("0.9"))

    made = crm.patch(address_of(ian, "1"), {"name": "A", "annual_revenue": {"amount": "100.00", "currency": "USD"}})
    odd = crm.patch(address_of(ian, "2"), {"name": "B", "annual_revenue": {"amount": "100.00", "currency": "CHF"}})
    gone = crm.patch(address_of(ian, "1"), {"annual_revenue": None})

    assert made.json()["annual_revenue"] == {"amount": "90.00", "currency": "EUR"}
    assert odd.json()["errors"][0]["pointer"] == "/annual_revenue"
    assert gone.json()["annual_revenue"] is None


def test_every_wrong_field_has_its_pointer(crm, now):
    AttributeDefinitionFactory(key="labs", kind="number")

    answer = crm.post(PARTNERS, {"name": "A", "country": "de1", "colour": "red", "last_active_at": None})
    deeper = crm.post(
        PARTNERS, {"name": "A", "region": "nowhere", "websites": ["x y"], "attributes": {"labs": "many", "no": 1}}
    )

    pointers = {error["pointer"]: error["code"] for error in answer.json()["errors"]}
    assert answer.status_code == deeper.status_code == 422
    assert pointers["/colour"] == "unknown_field"
    assert pointers["/last_active_at"] == "read_only_field"
    assert {error["pointer"] for error in deeper.json()["errors"]} == {
        "/region", "/websites", "/attributes/labs", "/attributes/no",
    }  # fmt: skip


def test_a_taken_domain_is_told(crm, pinewood, now):
    answer = crm.post(PARTNERS, {"name": "Other", "domain": "pinewood.example"})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/domain"


def test_a_list_is_filtered_by_region_and_manager(crm, pinewood, oakhurst, vera, now):
    emea = RegionFactory(key="emea")
    Partner.objects.filter(pk=pinewood.pk).update(region=RegionFactory(key="dach", parent=emea))

    def names(query: str) -> list[str]:
        return [row["name"] for row in crm.get(f"{PARTNERS}?{query}").json()["data"]]

    assert names("region=dach") == ["Pinewood"]
    assert names("region=emea") == []
    assert names("region__in_tree=emea") == ["Pinewood"]
    assert names(f"cam={vera.public_id}") == ["Pinewood"]
    assert names("status=active&sort=name") == ["Oakhurst", "Pinewood"]


def test_a_list_takes_few_queries_however_long(crm, now, django_assert_max_num_queries):
    Partner.objects.bulk_create(Partner(name=f"Partner {n}") for n in range(60))

    with django_assert_max_num_queries(12):
        assert len(crm.get(f"{PARTNERS}?limit=60").json()["data"]) == 60


def test_a_manager_sees_their_own_partners_only(client_of, vera, pinewood, oakhurst, now):
    client = client_of(vera)

    assert [row["name"] for row in client.get(PARTNERS).json()["data"]] == ["Pinewood"]
    assert client.get(f"{PARTNERS}/{oakhurst.public_id}").status_code == 404


def test_partner_people_have_no_part_in_the_api(client_of, paula, now):
    assert client_of(paula).get(PARTNERS).status_code == 403


def test_a_person_is_added_once_per_key_and_leaves(crm, ian, pinewood, now):
    body = {"partner": {"id": str(pinewood.public_id)}, "name": "Ada", "email": "ada@pinewood.example"}

    refused = crm.post(PEOPLE, body)
    made = crm.post(PEOPLE, body, HTTP_IDEMPOTENCY_KEY="one")
    replayed = crm.post(PEOPLE, body, HTTP_IDEMPOTENCY_KEY="one")
    left = crm.post(f"{PEOPLE}/{made.json()['id']}/leave", HTTP_IDEMPOTENCY_KEY="two")

    assert refused.json()["code"] == "idempotency_key_required"
    assert (made.status_code, replayed.status_code, replayed.json()) == (201, 201, made.json())
    assert left.status_code == 200
    assert left.json()["left_at"] == "2030-03-18T10:00:00Z"
    assert Person.objects.count() == 1


def test_a_person_is_upserted_with_a_reference_to_the_partner(crm, ian, pinewood, oakhurst, now):
    crm.patch(address_of(ian, "P1"), {"name": "New"})
    address = f"{PEOPLE}/by-external-id/{ian.source.key}/77"
    reference = {"external_id": {"source": ian.source.key, "value": "P1"}}

    made = crm.patch(address, {"partner": reference, "name": "Ada", "email": "ada@new.example"})
    moved = crm.patch(address, {"partner": {"id": str(oakhurst.public_id)}})
    changed = crm.patch(address, {"job_function": "sales", "partner": reference})

    assert (made.status_code, made["Upsert-Result"]) == (201, "created")
    assert moved.json()["errors"][0]["pointer"] == "/partner"
    assert (changed.json()["job_function"], changed["Upsert-Result"]) == ("sales", "updated")


def test_people_of_other_partners_stay_unseen(client_of, vera, pinewood, oakhurst, now):
    PersonFactory(partner=oakhurst, name="Hidden")
    PersonFactory(partner=pinewood, name="Seen")

    assert [row["name"] for row in client_of(vera).get(PEOPLE).json()["data"]] == ["Seen"]
