"""Signing in and out."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import SignInAttempt, User
from accounts.services import users
from accounts.signals import signed_in
from core.models import Program

pytestmark = pytest.mark.django_db

PASSWORD = "three quiet words"
SIGN_IN = "/sign-in/"


@pytest.fixture
def pete_with_password(pete: User) -> User:
    pete.set_password(PASSWORD)
    pete.save()
    return pete


def try_password(client: Client, password: str = PASSWORD, **extra: str):
    return client.post(SIGN_IN, {"email": "Pete@Pinewood.example", "password": password, **extra})


def test_the_page_asks_for_address_and_password(client: Client, program: Program) -> None:
    page = client.get(SIGN_IN)

    assert page.status_code == 200
    assert b'autocomplete="current-password"' in page.content


def test_the_right_password_leads_in_whatever_the_case_of_the_address(client: Client, pete_with_password: User) -> None:
    heard: list[User] = []
    signed_in.connect(listener := lambda user, **_: heard.append(user))

    response = try_password(client)

    signed_in.disconnect(listener)
    assert response.status_code == 302
    assert response["Location"] == "/"
    assert client.get("/profile/").status_code == 200
    assert heard == [pete_with_password]


def test_signing_in_leads_on_to_our_own_pages_only(client: Client, pete_with_password: User) -> None:
    assert try_password(client, next="/profile/?a=1")["Location"] == "/profile/?a=1"

    for elsewhere in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"):
        assert try_password(Client(), next=elsewhere)["Location"] == "/"


def test_signed_in_already_the_page_leads_on(client_of: Callable[[User], Client], pete: User) -> None:
    assert client_of(pete).get(SIGN_IN + "?next=/profile/")["Location"] == "/profile/"


def test_an_unknown_address_and_a_wrong_password_are_told_alike(client: Client, pete_with_password: User) -> None:
    wrong = try_password(client, "something else")
    unknown = client.post(SIGN_IN, {"email": "nobody@pinewood.example", "password": PASSWORD})

    assert wrong.status_code == unknown.status_code == 422
    assert b"do not match" in wrong.content
    assert b"do not match" in unknown.content


def test_after_ten_failures_even_the_right_password_waits(
    client: Client, pete_with_password: User, now: datetime
) -> None:
    for _ in range(10):
        try_password(client, "wrong")

    assert b"too many tries" in try_password(client).content

    with time_machine.travel(now + timedelta(minutes=16), tick=False):
        assert try_password(client).status_code == 302


def test_failures_elsewhere_lock_nobody_out(client: Client, pete_with_password: User) -> None:
    stranger = Client(REMOTE_ADDR="198.51.100.7")
    for _ in range(12):
        try_password(stranger, "wrong")

    assert try_password(client).status_code == 302


def test_getting_it_right_forgets_the_failures(client: Client, pete_with_password: User) -> None:
    try_password(client, "wrong")
    try_password(client)

    assert not SignInAttempt.objects.exists()


def test_the_session_has_a_new_key_after_signing_in(client: Client, pete_with_password: User) -> None:
    session = client.session
    session["before"] = 1
    session.save()
    before = session.session_key

    try_password(client)

    assert client.session.session_key != before


def test_a_user_who_was_let_go_is_out_with_the_next_request(
    client_of: Callable[[User], Client], pete: User, victor: User
) -> None:
    client = client_of(pete)
    assert client.get("/profile/").status_code == 200

    users.deactivate(user=pete, by=victor, at=timezone.now())

    assert client.get("/profile/")["Location"].startswith(SIGN_IN)


def test_somebody_who_left_the_partner_is_told_so(client: Client, pete_with_password: User) -> None:
    type(pete_with_password.person).objects.update(left_at=timezone.now())

    response = try_password(client)

    assert response.status_code == 422
    assert b"access has ended" in response.content


def test_signing_out_ends_the_session_and_twice_is_fine(client_of: Callable[[User], Client], pete: User) -> None:
    client = client_of(pete)

    assert client.post("/sign-out/")["Location"] == SIGN_IN
    assert client.post("/sign-out/")["Location"] == SIGN_IN
    assert client.get("/profile/").status_code == 302


def test_signing_out_takes_a_post(client_of: Callable[[User], Client], pete: User) -> None:
    client = client_of(pete)

    assert client.get("/sign-out/").status_code == 405
    assert client.get("/profile/").status_code == 200
