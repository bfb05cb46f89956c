"""One's own account."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User

pytestmark = pytest.mark.django_db

FORM = {"name": "Pete P. Pratt", "language": "en-de", "timezone": "Europe/Berlin"}


def test_a_person_sets_name_language_and_time_zone(client_of: Callable[[User], Client], pete: User) -> None:
    client = client_of(pete)

    assert client.post("/profile/", FORM)["Location"] == "/profile/"

    pete.refresh_from_db()
    assert (pete.name, pete.language, pete.timezone) == ("Pete P. Pratt", "en-de", "Europe/Berlin")
    page = client.get("/profile/")
    assert page["Content-Language"] == "en-de"
    assert b'<html lang="en-de" dir="ltr"' in page.content


def test_a_language_without_a_catalogue_is_not_offered(client_of: Callable[[User], Client], pete: User) -> None:
    assert client_of(pete).post("/profile/", {**FORM, "language": "de"}).status_code == 422


def test_a_visitor_whose_browser_speaks_german_reads_whole_pages_in_english(client: Client) -> None:
    page = client.get("/sign-in/", headers={"Accept-Language": "de-DE,de;q=0.9"})

    assert b'<html lang="en" dir="ltr"' in page.content


def test_pages_turn_round_for_a_language_that_is_written_from_the_right(
    client_of: Callable[[User], Client], pete: User, settings: Any
) -> None:
    settings.LANGUAGES = [*settings.LANGUAGES, ("ar", "Arabic")]
    User.objects.filter(pk=pete.pk).update(language="ar")

    assert b'<html lang="ar" dir="rtl"' in client_of(pete).get("/profile/").content


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
