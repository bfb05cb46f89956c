"""The description of the API: complete, valid, and changed only on purpose."""

import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from drf_spectacular.validation import validate_schema
from rest_framework.test import APIClient

from accounts.models import Integration
from accounts.scopes import SCOPES
from core.api.views import description

SNAPSHOT = Path(__file__).parent / "openapi.yaml"
RESOURCES = [
    *("partners", "people", "deals", "assets", "measures", "segments", "memberships"),
    *("agreements", "acceptances", "specializations", "held-specializations"),
    *("success-plans", "tasks"),
    *("scorecards", "assessments", "alerts"),
    *("applications", "application-questions", "flags", "reviews", "merges"),
    *("conversations", "messages", "touches", "references"),
    *("courses", "certifications", "held-certifications", "package-results"),
    *("news", "events", "event-registrations"),
    *("walks", "proofs", "surveys", "survey-rounds", "survey-answers"),
]
METHODS = {"get", "post", "put", "patch", "delete"}


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    """Return every operation with its method and address."""
    return [
        (method, address, operation)
        for address, item in description()["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]


def test_the_committed_description_is_the_generated_one() -> None:
    """Run with UPDATE_OPENAPI=1 to write it anew, and read the difference before committing it."""
    generated = yaml.safe_dump(description(), sort_keys=True, allow_unicode=True, width=120)
    if os.environ.get("UPDATE_OPENAPI"):
        SNAPSHOT.write_text(generated)

    assert SNAPSHOT.read_text() == generated


def test_the_description_is_valid_openapi() -> None:
    validate_schema(description())


@pytest.mark.parametrize("resource", RESOURCES)
def test_every_resource_is_there(resource: str) -> None:
    assert f"/api/v1/{resource}" in description()["paths"]


def test_every_operation_names_one_scope_there_is() -> None:
    named = {(method, address): operation["security"] for method, address, operation in operations()}

    assert all([list(each) for each in security] == [["oauth2"]] for security in named.values())
    assert {scope for security in named.values() for scope in security[0]["oauth2"]} <= set(SCOPES)
    assert all(len(security[0]["oauth2"]) == 1 for security in named.values())


def test_every_operation_documents_its_refusals() -> None:
    for method, address, operation in operations():
        expected = {"400", "401", "403", "406", "429", "500", "503"}
        expected |= {"422", "415", "413"} if method != "get" else set()
        expected |= {"404"} if "{" in address else set()

        assert expected <= set(operation["responses"]), (method, address)


def test_operation_names_are_unique() -> None:
    names = [operation["operationId"] for _method, _address, operation in operations()]

    assert len(names) == len(set(names))


@pytest.mark.django_db
def test_callers_who_have_shown_who_they_are_may_read_it(ian: Integration, api_of: Any) -> None:
    assert APIClient().get("/api/v1/openapi.json").status_code == 401
    assert api_of(ian).get("/api/v1/openapi.json").json()["openapi"].startswith("3.")
