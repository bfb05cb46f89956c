"""Lists, pages, filters, one record."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Integration, User
from core.models import Source
from core.services import external_ids
from partners.models import Partner

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.probe_api")]
PROBES = "/api/v1/probes"


@pytest.fixture
def crm(ian: Integration, api_of: Any) -> APIClient:
    """The API as Ian's system calls it."""
    return api_of(ian)  # type: ignore[no-any-return]


def make(count: int) -> list[Partner]:
    """Make partners, several of one name."""
    return Partner.objects.bulk_create(
        [Partner(name=f"Partner {number % 4}", employees=number or None) for number in range(count)]
    )


def names(answer: Any) -> list[str]:
    """Return the names in a list's answer."""
    return [row["name"] for row in answer.json()["data"]]


@pytest.mark.parametrize("sort", ["", "name", "-name", "-updated_at,name"])
def test_following_next_gives_every_row_once(crm: APIClient, sort: str) -> None:
    make(11)
    seen: list[str] = []
    address = f"{PROBES}?limit=3" + (f"&sort={sort}" if sort else "")

    while address:
        page = crm.get(address).json()
        seen += [row["id"] for row in page["data"]]
        address = page["next"]
        assert page["has_more"] is (address is not None)

    assert len(seen) == len(set(seen)) == 11


@pytest.mark.parametrize("extra", ["&sort=name", "&status=active", "x"])
def test_a_cursor_serves_the_list_it_came_from_only(crm: APIClient, extra: str) -> None:
    make(3)
    address = crm.get(f"{PROBES}?limit=1").json()["next"]

    answer = crm.get(address + extra)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")


def test_a_cursor_does_not_last(crm: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    make(3)
    address = crm.get(f"{PROBES}?limit=1").json()["next"]
    monkeypatch.setattr("core.api.pagination.CURSOR_SECONDS", -1)

    assert crm.get(address).json()["code"] == "invalid_cursor"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("name=Pinewood", ["Pinewood"]),
        ("name__contains=WOOD", ["Pinewood"]),
        ("name__in=Pinewood,Oakhurst&sort=name", ["Oakhurst", "Pinewood"]),
        ("status=active&sort=name", ["Oakhurst", "Pinewood"]),
        ("status=ended", []),
        ("employees__isnull=true&sort=name", ["Oakhurst", "Pinewood"]),
        ("employees__gte=1", []),
        ("updated_at__gte=2000-01-01T00:00:00Z&sort=-name", ["Pinewood", "Oakhurst"]),
        ("q=oak", ["Oakhurst"]),
    ],
)
def test_a_list_is_filtered(
    crm: APIClient, pinewood: Partner, oakhurst: Partner, query: str, expected: list[str]
) -> None:
    assert names(crm.get(f"{PROBES}?{query}")) == expected


def test_a_list_is_filtered_by_external_id(crm: APIClient, pinewood: Partner, oakhurst: Partner) -> None:
    external_ids.attach("partners", Source.objects.create(key="erp", label="ERP"), {oakhurst.pk: "77"})

    assert names(crm.get(f"{PROBES}?external_ids.erp=77")) == ["Oakhurst"]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("colour=red", "colour"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=many", "limit"),
        ("sort=secret", "sort"),
        ("sort=name,-name", "sort"),
        ("fields=name,secret", "fields"),
        ("status=odd", "status"),
        ("status=active&status=ended", "status"),
        ("name=", "name"),
        ("updated_at__gte=yesterday", "updated_at__gte"),
        ("updated_at__gte=2026-01-01T00:00:00", "updated_at__gte"),
        ("employees__gte=many", "employees__gte"),
        ("employees__isnull=perhaps", "employees__isnull"),
        ("name=%00", "name"),
        ("q=" + "x" * 201, "q"),
        ("format=xml", "format"),
    ],
)
def test_a_parameter_that_cannot_be_read_is_refused(crm: APIClient, query: str, parameter: str) -> None:
    make(1)
    answer = crm.get(f"{PROBES}?{query}")

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_parameter")
    assert [error["parameter"] for error in answer.json()["errors"]] == [parameter]


def test_a_count_takes_the_filters_of_the_list(crm: APIClient) -> None:
    make(5)

    assert crm.get(f"{PROBES}/count?employees__gte=3").json() == {"count": 2, "exact": True}
    assert crm.get(f"{PROBES}/count?limit=3").status_code == 400


def test_one_record_is_not_sent_again_while_it_is_the_same(crm: APIClient, pinewood: Partner) -> None:
    address = f"{PROBES}/{pinewood.public_id}"
    first = crm.get(address)

    again = crm.get(address, HTTP_IF_NONE_MATCH=first["ETag"])

    assert (first.status_code, again.status_code) == (200, 304)
    assert again.content == b""
    assert first["Cache-Control"] == "private, no-cache"


def test_only_the_fields_asked_for_are_shown(crm: APIClient, pinewood: Partner) -> None:
    answer = crm.get(f"{PROBES}/{pinewood.public_id}?fields=name,city")

    assert set(answer.json()) == {"id", "name", "city"}


def test_a_foreign_record_answers_as_a_missing_one(
    client_of: Any, vera: User, pinewood: Partner, oakhurst: Partner
) -> None:
    client = client_of(vera)
    missing = "01890000-0000-7000-8000-000000000000"

    own, foreign, none = (client.get(f"{PROBES}/{each}") for each in (pinewood.public_id, oakhurst.public_id, missing))

    assert (own.status_code, foreign.status_code, none.status_code) == (200, 404, 404)
    assert {**foreign.json(), "instance": ""} == {**none.json(), "instance": ""}


@pytest.mark.parametrize("address", [f"{PROBES}/", f"{PROBES}/1", f"{PROBES}/count/", "/api/v1/", "/api/v1/nothing"])
def test_any_other_address_is_a_plain_404(crm: APIClient, address: str) -> None:
    answer = crm.get(address)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_refusals_name_what_is_missing(ian: Integration, api_of: Any, pinewood: Partner) -> None:
    ian.scopes = ["people:read"]
    ian.save()
    stranger = APIClient().get(PROBES)
    limited = api_of(ian).get(PROBES)

    assert (stranger.status_code, stranger.json()["code"]) == (401, "unauthenticated")
    assert stranger["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    assert (limited.status_code, limited.json()["code"]) == (403, "insufficient_scope")
    assert "partners:read" in limited.json()["detail"]


def test_other_methods_and_types_are_refused(crm: APIClient, pinewood: Partner) -> None:
    address = f"{PROBES}/{pinewood.public_id}"

    assert crm.delete(address).json()["code"] == "method_not_allowed"
    assert crm.get(address, HTTP_ACCEPT="text/html").json()["code"] == "not_acceptable"
    assert crm.post(PROBES, b"name=x", content_type="text/plain").json()["code"] == "unsupported_media_type"


@pytest.mark.parametrize(
    "body",
    [
        b'{"name": "a", "name": "b"}',
        b'{"name": NaN}',
        b'{"employees": 1e999}',
        b'{"name": "a\\u0000b"}',
        b'{"name": "\\ud800"}',
        b'{"name": "\xff"}',
        b'{"name": ',
        b"[" * 100_000,
        b'{"industries": ' + b"[" * 21 + b"]" * 21 + b"}",
        b'{"employees": ' + b"9" * 5000 + b"}",
    ],
)
def test_json_that_two_readers_could_read_differently_is_refused(crm: APIClient, body: bytes) -> None:
    answer = crm.post(PROBES, body, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_json")


def test_a_body_over_one_mebibyte_is_refused(crm: APIClient) -> None:
    answer = crm.post(PROBES, b'{"name": "' + b"x" * 1024 * 1024 + b'"}', content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_plain_http_is_refused_where_the_portal_speaks_https(crm: APIClient, settings: Any) -> None:
    settings.SECURE = True

    assert crm.get(PROBES).json()["code"] == "https_required"
