"""What a CRM does with the resources of version 1."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Integration, User
from core.services import versions
from partners.models import Category, CategoryMembership, Partner
from partners.services import agreements
from segmentation.models import Classification, Segment
from segmentation.services import measures
from tests.api.test_openapi import RESOURCES
from tests.factories.enablement import HeldSpecializationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def crm(ian: Integration, api_of: Any) -> APIClient:
    """The API as Ian's system calls it."""
    return api_of(ian)  # type: ignore[no-any-return]


@pytest.fixture
def at_source(ian: Integration) -> str:
    """The part of an address that names Ian's source."""
    return f"by-external-id/{ian.source.key}"


def test_a_crm_upserts_a_partner_its_people_and_a_deal(crm: APIClient, at_source: str, ian: Integration) -> None:
    partner = crm.patch(
        f"/api/v1/partners/{at_source}/A-1",
        {"name": "Larch", "domain": "larch.example", "country": "DE", "status": "active", "industries": ["retail"]},
    )
    reference = {"external_id": {"source": ian.source.key, "value": "A-1"}}
    person = crm.patch(
        f"/api/v1/people/{at_source}/C-1", {"partner": reference, "name": "Ada Alder", "email": "ada@larch.example"}
    )
    body = {
        "name": "Rollout",
        "customer": {"name": "Hillside", "domain": "hillside.example"},
        "amount": {"amount": "1250.00", "currency": "EUR"},
        "stage": "won",
        "opened_on": "2026-01-05",
        "closed_on": "2026-02-01",
        "partners": [{"partner": reference, "role": "resell"}],
    }
    deal = crm.patch(f"/api/v1/deals/{at_source}/D-1", body)
    again = crm.patch(f"/api/v1/deals/{at_source}/D-1", body)

    assert [each.status_code for each in (partner, person, deal, again)] == [201, 201, 201, 200], (
        partner.json(), person.json(), deal.json(), again.json(),
    )  # fmt: skip
    assert again["Upsert-Result"] == "unchanged"
    assert person.json()["partner"] == {"id": partner.json()["id"]}
    assert deal.json()["amount"] == {"amount": "1250.00", "currency": "EUR"}
    assert deal.json()["partners"][0]["partner"] == {"id": partner.json()["id"]}
    assert crm.get(f"/api/v1/deals?partner={partner.json()['id']}").json()["data"][0]["id"] == deal.json()["id"]


def test_a_deal_whose_partners_change_has_a_new_version(crm: APIClient, at_source: str, ian: Integration) -> None:
    for value in ("A-1", "A-2"):
        crm.patch(f"/api/v1/partners/{at_source}/{value}", {"name": value})
    roles = [
        {
            "partner": {"external_id": {"source": ian.source.key, "value": value}},
            "role": "resell",
            "split_percent": "50",
        }
        for value in ("A-1", "A-2")
    ]
    body = {"name": "Rollout", "customer": {"name": "Hillside"}, "amount": {"amount": "10.00", "currency": "EUR"}}
    first = crm.patch(f"/api/v1/deals/{at_source}/D-1", {**body, "partners": roles[:1]})
    second = crm.patch(f"/api/v1/deals/{at_source}/D-1", {"partners": roles})

    assert second["Upsert-Result"] == "updated", second.json()
    assert second["ETag"] != first["ETag"]


@pytest.mark.parametrize("resource", RESOURCES)
def test_every_list_is_short_to_ask_and_counts_itself(
    crm: APIClient, resource: str, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(12):
        answer = crm.get(f"/api/v1/{resource}")

    assert answer.status_code == 200
    assert answer.json() == {"data": [], "has_more": False, "next": None}
    assert crm.get(f"/api/v1/{resource}/count").json() == {"count": 0, "exact": True}


def test_the_members_of_a_segment_are_those_you_may_see(
    crm: APIClient, client_of: Any, vera: User, pinewood: Partner, oakhurst: Partner
) -> None:
    segment = Segment.objects.create(key="all", name="All")
    for partner in (pinewood, oakhurst):
        Classification.objects.update_or_create(partner=partner, defaults={"segment_ids": [segment.pk]})
    address = f"/api/v1/segments/{segment.public_id}/members"
    vera_sees: Client = client_of(vera)

    assert sorted(row["name"] for row in crm.get(address).json()["data"]) == ["Oakhurst", "Pinewood"]
    assert [row["name"] for row in vera_sees.get(address).json()["data"]] == ["Pinewood"]


def test_measures_are_read_with_their_formula_and_what_partners_are_worth(
    now: datetime, crm: APIClient, client_of: Any, vera: User, victor: User, pinewood: Partner, oakhurst: Partner
) -> None:
    Partner.objects.filter(pk=pinewood.pk).update(employees=12)
    heads = {"field": "employees"}
    measure = measures.define(key="size", name="Size", formula=heads, by=victor, at=now)
    measures.create(key="later", name="Later", by=victor, at=now)
    address = f"/api/v1/measures/{measure.public_id}/values"
    vera_sees: Client = client_of(vera)

    listed = {row["key"]: row for row in crm.get("/api/v1/measures").json()["data"]}

    assert (listed["size"]["field"], listed["size"]["formula"]) == ("measure_size", heads)
    assert listed["later"]["formula"] is None
    values = {row["name"]: row["value"] for row in crm.get(address).json()["data"]}
    assert values == {"Oakhurst": None, "Pinewood": "12"}
    assert [row["name"] for row in vera_sees.get(address).json()["data"]] == ["Pinewood"]
    later = crm.get(f"/api/v1/measures/{listed['later']['id']}/values").json()["data"]
    assert {row["value"] for row in later} == {None}


def test_a_measure_that_cannot_be_worked_out_says_so(
    now: datetime, crm: APIClient, victor: User, pinewood: Partner
) -> None:
    Partner.objects.filter(pk=pinewood.pk).update(employees=12)
    formula: dict[str, Any] = {"function": "product", "of": [{"field": "employees"}, *[{"number": 10**15}] * 40]}
    for key in ("huge", "huger", "hugest"):
        measure = measures.define(key=key, name=key, formula=formula, by=victor, at=now)
        formula = {"function": "product", "of": [{"field": measure.field_key}] * 50}

    answer = crm.get(f"/api/v1/measures/{measure.public_id}/values")

    assert (answer.status_code, answer.json()["code"]) == (409, "invalid_transition")


def test_segments_made_for_one_asset_are_not_listed(crm: APIClient) -> None:
    hidden = Segment.objects.create(key="one-asset", name="One", is_audience=True)
    Segment.objects.create(key="all", name="All")

    assert [row["key"] for row in crm.get("/api/v1/segments?is_retired=false").json()["data"]] == ["all"]
    assert crm.get("/api/v1/segments?is_retired=true").json()["data"] == []
    assert crm.get(f"/api/v1/segments/{hidden.public_id}").status_code == 404


def test_memberships_are_read_by_partner_and_category(
    now: datetime, crm: APIClient, pinewood: Partner, oakhurst: Partner
) -> None:
    category = Category.objects.create(key="var", name="Value-Added Reseller")
    for partner in (pinewood, oakhurst):
        CategoryMembership.objects.create(
            partner=partner, category=category, state="active", source="assigned", starts_at=now
        )

    answer = crm.get(f"/api/v1/memberships?category=var&partner={pinewood.public_id}&ends_at__isnull=true").json()

    assert [row["partner"]["id"] for row in answer["data"]] == [str(pinewood.public_id)]
    assert answer["data"][0]["category"]["name"] == "Value-Added Reseller"
    assert answer["data"][0]["starts_at"] == "2030-03-18T10:00:00Z"


@pytest.mark.parametrize("resource", ["measures", "segments", "agreements", "conversations"])
def test_what_can_only_be_read_is_not_written(crm: APIClient, resource: str) -> None:
    answer = crm.post(f"/api/v1/{resource}", {})

    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


def test_people_of_partners_reach_only_what_is_theirs(client_of: Any, olga: User, pinewood: Partner) -> None:
    client = client_of(olga)

    for resource in ("partners", "people", "deals", "segments", "memberships"):
        answer = client.get(f"/api/v1/{resource}")
        assert answer.status_code == 403, resource
        assert "Pinewood" not in answer.content.decode()


def test_agreements_say_who_accepted_and_where_each_partner_stands(
    now: datetime, crm: APIClient, client_of: Any, vera: User, victor: User, paula: User, oakhurst: Partner
) -> None:
    made = agreements.create(key="terms", name="Terms", text="Be fair.", valid_months=12, by=victor, at=now)
    address = f"/api/v1/agreements/{made.public_id}/partners"
    assert crm.get(address).json()["data"] == []
    version = versions.draft_of(definition=made, by=victor, at=now)
    agreements.publish(version=version, by=victor, at=now)
    agreements.accept(version=version, person=paula.person, at=now, text_hash=agreements.hash_of(version))  # type: ignore[attr-defined]

    standing = {row["name"]: (row["standing"], row["ends_on"]) for row in crm.get(address).json()["data"]}
    accepted = crm.get("/api/v1/acceptances?agreement=terms").json()["data"]
    vera_sees: Client = client_of(vera)

    assert standing == {"Pinewood": ("valid", "2031-03-18"), "Oakhurst": ("due", None)}
    assert [(row["agreement"], row["number"]) for row in accepted] == [("terms", 1)]
    assert [row["name"] for row in vera_sees.get(address).json()["data"]] == ["Pinewood"]


def test_specializations_are_read_with_who_holds_them(
    crm: APIClient, client_of: Any, vera: User, pinewood: Partner, oakhurst: Partner
) -> None:
    held = HeldSpecializationFactory(partner=pinewood)
    HeldSpecializationFactory(partner=oakhurst, specialization=held.specialization)
    vera_sees: Client = client_of(vera)

    named = crm.get("/api/v1/specializations?is_retired=false").json()["data"]
    address = f"/api/v1/held-specializations?specialization={held.specialization.key}&state=active"

    assert [row["key"] for row in named] == [held.specialization.key]
    assert len(crm.get(address).json()["data"]) == 2
    assert [row["partner"]["id"] for row in vera_sees.get(address).json()["data"]] == [str(pinewood.public_id)]
