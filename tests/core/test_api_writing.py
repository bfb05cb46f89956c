"""Writes by id and by external id."""

import threading
from collections import Counter
from typing import Any

import pytest
from django.db import connections
from rest_framework.test import APIClient

from accounts.models import Integration
from core.models import ExternalId
from partners.models import Partner

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.probe_api")]
PROBES = "/api/v1/probes"


@pytest.fixture
def crm(ian: Integration, api_of: Any) -> APIClient:
    """The API as Ian's system calls it."""
    return api_of(ian)  # type: ignore[no-any-return]


@pytest.fixture
def by_crm_id(ian: Integration) -> str:
    """The address of a record by the id of Ian's source."""
    return f"{PROBES}/by-external-id/{ian.source.key}/A-1"


def alike(client: APIClient, count: int) -> list[APIClient]:
    """Return clients with the credentials of one: threads cannot share a client."""
    clients = [APIClient() for _number in range(count)]
    for each in clients:
        each.credentials(**client._credentials)
    return clients


def test_a_created_record_is_answered_with_its_address_and_version(crm: APIClient) -> None:
    answer = crm.post(PROBES, {"name": "Larch", "employees": 12})

    assert answer.status_code == 201
    assert answer["Location"] == f"{PROBES}/{answer.json()['id']}"
    assert answer["ETag"] == '"1"'
    assert answer["Cache-Control"] == "no-store"
    assert answer.json()["name"] == "Larch"
    assert answer.json()["created_at"].endswith("Z")


def test_everything_wrong_with_a_body_is_told_at_once(crm: APIClient) -> None:
    answer = crm.post(PROBES, {"employees": "many", "colour": "red", "version": 7, "status": "odd"})

    problem = answer.json()
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json; charset=utf-8"
    assert problem["code"] == "validation_failed"
    assert {error["pointer"]: error["code"] for error in problem["errors"]} == {
        "/name": "required",
        "/employees": "invalid",
        "/colour": "unknown_field",
        "/version": "read_only_field",
        "/status": "invalid_choice",
    }


def test_a_change_needs_the_version_it_is_based_on(crm: APIClient, pinewood: Partner) -> None:
    answer = crm.patch(f"{PROBES}/{pinewood.public_id}", {"city": "Ulm"})

    assert answer.status_code == 428
    assert answer.json()["code"] == "precondition_required"


def test_a_change_of_an_old_version_is_refused_with_the_new_one(crm: APIClient, pinewood: Partner) -> None:
    address = f"{PROBES}/{pinewood.public_id}"
    crm.patch(address, {"city": "Ulm"}, HTTP_IF_MATCH='"1"')

    answer = crm.patch(address, {"city": "Bonn"}, HTTP_IF_MATCH='"1"')

    assert answer.status_code == 412
    assert answer.json()["code"] == "version_conflict"
    assert answer["ETag"] == '"2"'
    assert Partner.objects.get(pk=pinewood.pk).city == "Ulm"


def test_null_clears_and_absence_leaves(crm: APIClient) -> None:
    made = crm.post(PROBES, {"name": "Larch", "city": "Ulm", "employees": 3, "industries": ["retail"]})
    cleared = {"city": None, "employees": None, "industries": None}

    answer = crm.patch(made["Location"], cleared, HTTP_IF_MATCH=made["ETag"])

    assert answer.status_code == 200
    assert {key: answer.json()[key] for key in ("name", "city", "employees", "industries")} == {
        "name": "Larch",
        "city": "",
        "employees": None,
        "industries": [],
    }


def test_an_upsert_creates_changes_and_recognises_what_is_the_same(crm: APIClient, by_crm_id: str) -> None:
    made = crm.patch(by_crm_id, {"name": "Larch"})
    changed = crm.patch(by_crm_id, {"city": "Ulm"})
    same = crm.patch(by_crm_id, {"city": "Ulm"})

    assert [(each.status_code, each["Upsert-Result"]) for each in (made, changed, same)] == [
        (201, "created"),
        (200, "updated"),
        (200, "unchanged"),
    ]
    assert made["Location"] == f"{PROBES}/{made.json()['id']}"
    assert same["ETag"] == changed["ETag"] == '"2"'
    assert list(made.json()["external_ids"].values()) == ["A-1"]
    assert crm.get(by_crm_id).json()["id"] == made.json()["id"]


def test_an_upsert_can_be_told_only_to_change_or_only_to_create(crm: APIClient, by_crm_id: str) -> None:
    absent = crm.patch(f"{by_crm_id}?mode=update_only", {"name": "Larch"})
    crm.patch(by_crm_id, {"name": "Larch"})
    present = crm.patch(f"{by_crm_id}?mode=create_only", {"name": "Larch"})

    assert absent.status_code == 404
    assert (present.status_code, present.json()["code"]) == (409, "already_exists")


def test_a_write_older_than_the_last_one_is_not_applied(crm: APIClient, by_crm_id: str) -> None:
    crm.patch(by_crm_id, {"name": "New", "source_updated_at": "2026-02-01T00:00:00Z"})

    stale = crm.patch(by_crm_id, {"name": "Old", "source_updated_at": "2026-01-01T00:00:00Z"})

    assert (stale.status_code, stale["Upsert-Result"]) == (200, "stale")
    assert stale.json()["name"] == "New"


def test_a_system_speaks_for_its_own_source_only(crm: APIClient, by_crm_id: str, ian: Integration) -> None:
    other = by_crm_id.replace(ian.source.key, "unheard-of")

    assert crm.patch(other, {"name": "Larch"}).status_code == 404
    assert Partner.objects.count() == 0


def test_a_reference_is_resolved_by_either_id(crm: APIClient, by_crm_id: str, ian: Integration) -> None:
    parent = crm.patch(by_crm_id, {"name": "Larch"}).json()["id"]
    by_value = {"external_id": {"source": ian.source.key, "value": "A-1"}}

    first = crm.post(PROBES, {"name": "Fir", "parent": {"id": parent}})
    second = crm.post(PROBES, {"name": "Spruce", "parent": by_value})

    assert first.json()["parent"] == second.json()["parent"] == {"id": parent}


def test_a_reference_to_nothing_names_the_field(crm: APIClient) -> None:
    answer = crm.post(PROBES, {"name": "Fir", "parent": {"external_id": {"source": "x", "value": "y"}}})

    assert answer.status_code == 422
    assert answer.json()["code"] == "unresolved_reference"
    assert answer.json()["errors"][0]["pointer"] == "/parent"


def test_external_ids_are_attached_and_taken_away(crm: APIClient, ian: Integration) -> None:
    made = crm.post(PROBES, {"name": "Larch", "external_ids": {ian.source.key: "A-7"}})
    taken = crm.post(PROBES, {"name": "Fir", "external_ids": {ian.source.key: "A-7"}})
    freed = crm.patch(made["Location"], {"external_ids": {ian.source.key: None}}, HTTP_IF_MATCH=made["ETag"])

    assert made.json()["external_ids"] == {ian.source.key: "A-7"}
    assert (taken.status_code, taken.json()["code"]) == (409, "already_exists")
    assert freed.json()["external_ids"] == {}
    assert Partner.objects.filter(name="Fir").count() == 0


def test_repeating_a_post_with_its_key_does_it_once(crm: APIClient) -> None:
    first = crm.post(PROBES, {"name": "Larch"}, HTTP_IDEMPOTENCY_KEY="k1")
    again = crm.post(PROBES, {"name": "Larch"}, HTTP_IDEMPOTENCY_KEY="k1")
    other = crm.post(PROBES, {"name": "Fir"}, HTTP_IDEMPOTENCY_KEY="k1")

    assert again.status_code == 201
    assert again.json() == first.json()
    assert again["Location"] == first["Location"]
    assert again["Idempotency-Replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert Partner.objects.count() == 1


def test_a_refused_post_leaves_its_key_free(crm: APIClient) -> None:
    refused = crm.post(PROBES, {"name": ""}, HTTP_IDEMPOTENCY_KEY="k1")
    mended = crm.post(PROBES, {"name": "Larch"}, HTTP_IDEMPOTENCY_KEY="k1")

    assert (refused.status_code, mended.status_code) == (422, 201)


@pytest.mark.parametrize("key", [None, "", "with space", "é", "x" * 256])
def test_some_posts_need_a_key(crm: APIClient, key: str | None) -> None:
    headers = {} if key is None else {"HTTP_IDEMPOTENCY_KEY": key}

    answer = crm.post("/api/v1/keyed-probes", {"name": "Larch"}, **headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_required")


@pytest.mark.django_db(transaction=True)
def test_of_many_callers_with_one_external_id_exactly_one_creates(
    ian: Integration, api_of: Any, by_crm_id: str
) -> None:
    start = threading.Barrier(20)
    answers: list[tuple[int, str]] = []
    clients = alike(api_of(ian), 20)

    def call(number: int, client: APIClient) -> None:
        start.wait()
        answer = client.patch(by_crm_id, {"name": "Larch", "employees": number})
        answers.append((answer.status_code, answer.get("Upsert-Result", "")))
        connections.close_all()

    threads = [threading.Thread(target=call, args=pair) for pair in enumerate(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Counter(answers) == {(201, "created"): 1, (200, "updated"): 19}
    assert Partner.objects.count() == 1
    assert ExternalId.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_posts_with_one_key_exactly_one_works(ian: Integration, api_of: Any) -> None:
    start = threading.Barrier(10)
    statuses: list[int] = []
    clients = alike(api_of(ian), 10)

    def call(client: APIClient) -> None:
        start.wait()
        statuses.append(client.post(PROBES, {"name": "Larch"}, HTTP_IDEMPOTENCY_KEY="one").status_code)
        connections.close_all()

    threads = [threading.Thread(target=call, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    assert Partner.objects.count() == 1
