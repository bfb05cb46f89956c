"""One's own account."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User

pytestmark = pytest.mark.django_db

FORM = {"name": "Pete P. Pratt", "language": "de", "timezone": "Europe/Berlin"}


def test_a_person_sets_name_language_and_time_zone(client_of: Callable[[User], Client], pete: User) -> None:
    client = client_of(pete)

    assert client.post("/profile/", FORM)["Location"] == "/profile/"

    pete.refresh_from_db()
    assert (pete.name, pete.language, pete.timezone) == ("Pete P. Pratt", "de", "Europe/Berlin")
    page = client.get("/profile/")
    assert page["Content-Language"] == "de"
    assert b'<html lang="de"' in page.content


def test_saving_what_is_there_changes_nothing(client_of: Callable[[User], Client], pete: User) -> None:
    client = client_of(pete)
    client.post("/profile/", FORM)
    pete.refresh_from_db()
    version = pete.version

    client.post("/profile/", FORM)

    pete.refresh_from_db()
    assert pete.version == version


def test_a_time_zone_that_is_none_is_refused(client_of: Callable[[User], Client], pete: User) -> None:
    assert client_of(pete).post("/profile/", {**FORM, "timezone": "Mars/Olympus"}).status_code == 422


def test_the_role_cannot_be_slipped_in(client_of: Callable[[User], Client], pete: User) -> None:
    client_of(pete).post("/profile/", {**FORM, "role": "program_admin", "email": "x@y.example", "is_active": ""})

    pete.refresh_from_db()
    assert (pete.role, pete.email) == ("", "pete@pinewood.example")


def test_a_change_is_in_the_trail_with_request_and_address(client_of: Callable[[User], Client], pete: User) -> None:
    response = client_of(pete).post("/profile/", FORM)

    context = pete.events.latest("pgh_id").pgh_context
    assert context["by"] == pete.pk
    assert context["request_id"] == response["Request-Id"]
    assert context["address"] == "127.0.0.1"
