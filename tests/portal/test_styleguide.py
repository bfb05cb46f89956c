"""The gallery and the shell around every page."""

import re
from collections.abc import Callable

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import User
from core.errors import server_error

ClientOf = Callable[[User], Client]


def test_the_gallery_shows_every_part_to_anybody_signed_in(client_of: ClientOf, vera: User, paula: User) -> None:
    for person in (vera, paula):
        response = client_of(person).get(reverse("styleguide"))

        assert response.status_code == 200
        assert "<c-" not in response.text
        assert "style=" not in response.text


def test_no_id_appears_twice(client_of: ClientOf, vera: User) -> None:
    text = client_of(vera).get(reverse("styleguide")).text

    ids = re.findall(r'\sid="([^"]+)"', text)
    assert sorted(ids) == sorted(set(ids))


def test_strangers_are_sent_to_sign_in(client: Client, db: None) -> None:
    assert client.get(reverse("styleguide")).status_code == 302


@pytest.mark.parametrize(("cookie", "theme"), [("dark", "hub-dark"), ("light", "hub-light")])
def test_the_chosen_theme_is_there_before_any_script_runs(
    client_of: ClientOf, vera: User, cookie: str, theme: str
) -> None:
    client = client_of(vera)
    client.cookies["theme"] = cookie

    assert f'data-theme="{theme}"' in client.get(reverse("styleguide")).text


def test_a_theme_nobody_offers_is_ignored(client_of: ClientOf, vera: User) -> None:
    client = client_of(vera)
    client.cookies["theme"] = '"><script>'

    assert "data-theme=" not in client.get(reverse("styleguide")).text.partition("<head>")[0]


def test_one_heading_of_the_first_rank_and_a_way_past_the_navigation(client_of: ClientOf, vera: User) -> None:
    text = client_of(vera).get(reverse("styleguide")).text

    assert len(re.findall(r"<h1[ >]", text)) == 1
    assert text.index('href="#main"') < text.index("<nav")


@pytest.mark.parametrize("template", ["400.html", "500.html"])
def test_pages_of_last_resort_need_neither_context_nor_database(template: str) -> None:
    text = render_to_string(template)

    assert "<h1" in text
    assert " · </title>" not in text


def test_a_missing_page_says_so_in_words(client: Client, db: None) -> None:
    response = client.get("/nothing/of/the/kind/")

    assert response.status_code == 404
    assert "There is nothing here" in response.text


def test_a_failure_is_told_with_the_number_the_logs_know(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.request_id = "3f0c"

    response = server_error(request)

    assert response.status_code == 500
    assert "give this number: 3f0c" in response.text
