"""Setting a new password by e-mail, and changing it when signed in."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import User
from core.models import OutboxMessage, Program
from core.services import outbox

pytestmark = pytest.mark.django_db

NEW = "a rather new password"


@pytest.fixture
def pete_with_password(pete: User) -> User:
    pete.set_password("three quiet words")
    pete.save()
    return pete


def link_in_mail() -> str:
    outbox.deliver_due(at=timezone.now() + timedelta(seconds=1))
    return re.search(r"https?://[^/]+(/\S+)", mail.outbox[-1].body)[1]  # type: ignore[index]


def ask(client: Client, email: str = "pete@pinewood.example"):
    return client.post("/password/", {"email": email})


def test_the_link_in_the_mail_sets_a_new_password(client: Client, pete_with_password: User) -> None:
    assert ask(client)["Location"] == "/password/sent/"
    link = link_in_mail()
    assert client.get(link).status_code == 200

    assert client.post(link, {"password": NEW})["Location"] == "/sign-in/"

    pete_with_password.refresh_from_db()
    assert pete_with_password.check_password(NEW)


def test_the_link_works_once_and_for_two_hours(client: Client, pete_with_password: User) -> None:
    ask(client)
    link = link_in_mail()
    with time_machine.travel(timezone.now() + timedelta(hours=2, minutes=1)):
        assert client.get(link).status_code == 410
    client.post(link, {"password": NEW})

    assert client.get(link).status_code == 410
    assert client.post(link, {"password": "yet another password"}).status_code == 410


def test_an_unknown_address_gets_the_same_answer_and_no_mail(client: Client, program: Program) -> None:
    assert ask(client, "nobody@pinewood.example")["Location"] == "/password/sent/"

    assert not OutboxMessage.objects.exists()


def test_somebody_who_never_accepted_gets_the_invitation_again(client: Client, pete: User) -> None:
    ask(client)

    assert link_in_mail().startswith("/invitations/")


def test_one_network_cannot_flood_an_inbox(client: Client, pete_with_password: User) -> None:
    for _ in range(15):
        ask(client)

    assert OutboxMessage.objects.count() == 10


def test_a_weak_password_is_refused_with_the_reason(client: Client, pete_with_password: User) -> None:
    ask(client)
    link = link_in_mail()

    for weak in ("short", "passwordpassword"[:8], "pete@pinewood.example"):
        response = client.post(link, {"password": weak})
        assert response.status_code == 422
        assert b"field-error" in response.content


def test_the_page_after_asking_says_what_happens_next(client: Client, program: Program) -> None:
    assert b"inbox" in client.get("/password/sent/").content


def test_changing_the_password_keeps_this_session_and_ends_the_others(
    client_of: Callable[[User], Client], pete_with_password: User
) -> None:
    here, elsewhere = client_of(pete_with_password), client_of(pete_with_password)

    response = here.post("/profile/password/", {"password-current": "three quiet words", "password-password": NEW})

    assert response["Location"] == "/profile/"
    assert here.get("/profile/").status_code == 200
    assert elsewhere.get("/profile/").status_code == 302


def test_changing_the_password_asks_for_the_one_in_use(
    client_of: Callable[[User], Client], pete_with_password: User
) -> None:
    response = client_of(pete_with_password).post(
        "/profile/password/", {"password-current": "wrong", "password-password": NEW}
    )

    assert response.status_code == 422
    assert b"not your current password" in response.content
