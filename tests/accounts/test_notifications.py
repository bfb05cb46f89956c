"""Short messages to people, in a list and on the bell."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import Notification, User
from accounts.services import notifications
from core.services import outbox

pytestmark = pytest.mark.django_db


def tell(*people: User, key: str = "asset-1", url: str = "/profile/") -> None:
    notifications.notify(
        user_ids=[user.pk for user in people], kind="asset", text="A new asset is for you.", url=url, dedupe_key=key
    )


def test_people_are_told_once(pete: User, paula: User) -> None:
    tell(pete, paula)
    tell(pete, paula)

    assert Notification.objects.filter(user=pete).count() == 1
    assert Notification.objects.filter(user=paula).count() == 1


def test_what_matters_comes_by_mail_once_with_why_and_where(pete: User, now: datetime, mailoutbox: Any) -> None:
    for _each in range(2):
        notifications.notify(
            user_ids=[pete.pk],
            kind="tier",
            text="You are Gold & proud.",
            detail="You met what Gold asks.\n\nAsk for your new logo.",
            url="/partner/tiers/",
            dedupe_key="tier-1",
            by_mail=True,
        )
        outbox.deliver_due(at=now)

    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == ([pete.email], "You are Gold & proud.")
    assert "Ask for your new logo." in mail.body
    assert f"{settings.PUBLIC_URL}/partner/tiers/" in mail.body
    assert "Gold &amp; proud" in mail.alternatives[0][0]


def test_nobody_gets_mail_who_may_not_sign_in_any_more(pete: User, now: datetime, mailoutbox: Any) -> None:
    notifications.notify(user_ids=[pete.pk], kind="tier", text="News", dedupe_key="tier-1", by_mail=True)
    User.objects.filter(pk=pete.pk).update(is_active=False)

    outbox.deliver_due(at=now)

    assert mailoutbox == []


def test_a_notification_leads_to_our_own_pages_only(pete: User) -> None:
    for url in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        with pytest.raises(ValueError, match="own pages"):
            tell(pete, url=url)


def test_the_list_shows_ones_own(client_of: Callable[[User], Client], pete: User, paula: User) -> None:
    tell(pete)

    assert b"A new asset is for you." in client_of(pete).get("/notifications/").content
    assert b"Nothing yet." in client_of(paula).get("/notifications/").content


def test_the_bell_answers_only_when_its_number_is_wrong(client_of: Callable[[User], Client], pete: User) -> None:
    client = client_of(pete)
    assert client.get("/notifications/badge/", {"shown": "0"}).status_code == 204

    tell(pete)

    fresh = client.get("/notifications/badge/", {"shown": "0"})
    assert fresh.status_code == 200
    assert b"1 unread" in fresh.content


def test_opening_one_marks_it_read_and_goes_to_its_page(client_of: Callable[[User], Client], pete: User) -> None:
    tell(pete)
    found = Notification.objects.get()
    address = f"/notifications/{found.public_id}/read/"

    assert client_of(pete).post(address)["Location"] == "/profile/"
    found.refresh_from_db()
    first = found.read_at
    client_of(pete).post(address)
    found.refresh_from_db()

    assert first is not None
    assert found.read_at == first


def test_somebody_elses_notification_is_not_there(client_of: Callable[[User], Client], pete: User, olga: User) -> None:
    tell(pete)

    response = client_of(olga).post(f"/notifications/{Notification.objects.get().public_id}/read/")

    assert response.status_code == 404
    assert Notification.objects.get().read_at is None


def test_all_are_marked_read_at_once(client_of: Callable[[User], Client], pete: User, paula: User) -> None:
    tell(pete, paula)
    tell(pete, key="asset-2")

    client_of(pete).post("/notifications/read/")

    assert not Notification.objects.filter(user=pete, read_at=None).exists()
    assert Notification.objects.filter(user=paula, read_at=None).exists()


def test_marking_takes_a_post(client_of: Callable[[User], Client], pete: User) -> None:
    assert client_of(pete).get("/notifications/read/").status_code == 405
