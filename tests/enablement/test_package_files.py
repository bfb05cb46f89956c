"""The packages' own origin: what it answers to whom, and that it is a world apart from the portal."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from enablement.services import package_addresses
from prm import environment
from tests.factories.learning import PackageFileFactory, PackageVersionFactory

pytestmark = pytest.mark.django_db

PORTAL, PACKAGES = "http://localhost:8000", "http://packages.localhost:8000"
HOST = "packages.localhost:8000"


@pytest.fixture(autouse=True)
def _origins(settings):
    settings.PUBLIC_URL, settings.PACKAGES_URL = PORTAL, PACKAGES


@pytest.fixture
def version():
    version = PackageVersionFactory()
    PackageFileFactory(version=version)
    PackageFileFactory(version=version, path="shared/a b.js", content_type="text/javascript")
    return version


def ask(path, **headers):
    return Client().get(path, headers={"Host": HOST, "Sec-Fetch-Dest": "iframe", **headers})


def addresses(version, user):
    """Return the paths of the frame and of the files, as the player gets them."""
    frame = package_addresses.player(version, user=user, place=0)
    assert frame.startswith(f"{PACKAGES}/")
    frame = frame.removeprefix(PACKAGES)
    return frame, frame.replace("/play/0/", "/files/")


def test_the_frame_leads_to_the_item_and_speaks_with_the_portal_only(version, pete):
    frame, _files = addresses(version, pete)

    answer = ask(frame)

    assert answer.status_code == 200
    assert 'data-href="../../files/one/index.html"' in answer.text
    assert f'data-portal="{PORTAL}"' in answer.text
    assert answer["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none';"
        f" frame-ancestors {PORTAL}; sandbox allow-scripts allow-same-origin allow-forms"
    )


def test_a_file_may_do_what_it_likes_with_its_own_and_nothing_else(version, pete):
    _frame, files = addresses(version, pete)

    answer = ask(f"{files}one/index.html")

    assert (answer.status_code, answer.getvalue(), answer["Content-Type"]) == (200, b"<p>One</p>", "text/html")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self' data: blob:" in policy
    assert f"frame-ancestors {PACKAGES} {PORTAL}; sandbox allow-scripts allow-same-origin allow-forms" in policy
    assert "https:" not in policy
    assert "allow-top-navigation" not in policy
    assert (answer["X-Content-Type-Options"], answer["Referrer-Policy"]) == ("nosniff", "no-referrer")
    assert "X-Frame-Options" not in answer
    assert ask(f"{files}shared/a%20b.js").status_code == 200


@pytest.mark.parametrize("path", ["one/other.html", "../one/index.html", "one/../one/index.html", "ONE/index.html", ""])
def test_only_names_that_the_package_lists_are_there(version, pete, path):
    assert ask(addresses(version, pete)[1] + path).status_code == 404


def test_a_stranger_cannot_make_an_address(version, pete, olga):
    _frame, files = addresses(version, pete)
    signed = files.split("/")[1]

    assert ask("/files/one/index.html").status_code == 404
    assert ask(f"/{signed[:-1]}{'A' if signed[-1] != 'A' else 'B'}/files/one/index.html").status_code == 404
    assert ask(f"/{version.public_id}/files/one/index.html").status_code == 404


def test_an_address_ends_after_some_hours(version, pete):
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    with time_machine.travel(at, tick=False):
        _frame, files = addresses(version, pete)
    address = f"{files}one/index.html"

    with time_machine.travel(at + timedelta(hours=3, minutes=59), tick=False):
        assert ask(address).status_code == 200
    with time_machine.travel(at + timedelta(hours=4, seconds=2), tick=False):
        assert ask(address).status_code == 404


def test_an_address_ends_when_its_person_does(version, pete, victor):
    addresses_of = {user: f"{addresses(version, user)[1]}one/index.html" for user in (pete, victor)}
    assert {ask(address).status_code for address in addresses_of.values()} == {200}

    type(pete.person).objects.filter(pk=pete.person.pk).update(left_at="2026-01-01T00:00Z")
    type(victor).objects.filter(pk=victor.pk).update(is_active=False)

    assert {ask(address).status_code for address in addresses_of.values()} == {404}


@pytest.mark.parametrize("wants", ["document", "serviceworker", "object", "embed"])
def test_nothing_of_a_package_runs_outside_of_a_frame(version, pete, wants):
    frame, files = addresses(version, pete)

    for path in (frame, f"{files}one/index.html"):
        assert ask(path, **{"Sec-Fetch-Dest": wants}).status_code == 404


def test_the_packages_host_answers_nothing_of_the_portal(version, client_of, victor):
    client = client_of(victor)
    for path in ("/", "/sign-in/", "/vendor/", "/api/v1/partners", "/livez", "/readyz", "/static/app.js", "/o/token"):
        answer = client.get(path, headers={"Host": HOST})
        assert answer.status_code == 404, path
        assert not answer.cookies
        assert answer.content == b"Not found"
        assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert client.post("/sign-in/", headers={"Host": HOST}).status_code == 405


def test_the_portal_never_serves_a_packages_file(version, pete, client_of):
    frame, files = addresses(version, pete)
    client = client_of(pete)

    for path in (frame, f"{files}one/index.html", "/frame.js"):
        assert client.get(path, headers={"Host": "localhost:8000"}).status_code == 404


def test_the_frames_script_is_served_there(built_assets):
    answer = ask("/frame.js", **{"Sec-Fetch-Dest": "script"})

    assert (answer.status_code, answer["Content-Type"]) == (200, "text/javascript; charset=utf-8")


def test_pieces_of_a_video_are_sent(version, pete):
    _frame, files = addresses(version, pete)

    answer = ask(f"{files}one/index.html", Range="bytes=0-2")

    assert (answer.status_code, answer.getvalue()) == (206, b"<p>")


# --- the setting


@pytest.mark.parametrize(
    ("portal", "packages"),
    [
        ("http://localhost:8103", "http://packages.localhost:8103"),
        ("https://portal.example", ""),
    ],
)
def test_on_this_machine_the_origin_has_a_default(monkeypatch, portal, packages):
    monkeypatch.delenv("PACKAGES_URL", raising=False)

    assert environment.separate_origin("PACKAGES_URL", beside=portal) == packages


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("packages.example", "an origin"),
        ("https://packages.example/files", "an origin"),
        ("https://portal.example:8443", "another host name"),
        ("http://packages.example", "https"),
    ],
)
def test_an_origin_that_is_none_or_not_apart_stops_the_start(monkeypatch, value, said):
    monkeypatch.setenv("PACKAGES_URL", value)

    with pytest.raises(ImproperlyConfigured, match=said):
        environment.separate_origin("PACKAGES_URL", beside="https://portal.example")
