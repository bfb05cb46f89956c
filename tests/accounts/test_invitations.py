"""Invitations: sent once, accepted once."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from accounts.models import Invitation, User
from accounts.roles import VendorRole
from accounts.services import invitations, users
from core.models import OutboxMessage
from core.refusals import Refusal
from core.services import outbox

pytestmark = pytest.mark.django_db

PASSWORD = "three quiet words"


@pytest.fixture
def invited(victor: User, now: datetime) -> User:
    return invitations.invite(email="Nina@Vendor.example", name="Nina", role=VendorRole.CAM, by=victor, at=now)


def link(user: User) -> str:
    token = invitations.token_of(user.invitations.get(accepted_at=None, revoked_at=None))
    return f"/invitations/{token}/"


def test_an_invitation_is_mailed_with_a_link_that_lets_in(client: Client, invited: User, now: datetime) -> None:
    outbox.deliver_due(at=now)

    message = mail.outbox[0]
    assert message.to == ["nina@vendor.example"]
    assert link(invited) in message.body
    assert "Victor Voss has invited you" in message.body
    assert link(invited) in str(message.alternatives[0][0])

    page = client.get(link(invited))
    assert b"nina@vendor.example" in page.content
    response = client.post(link(invited), {"name": "Nina Novak", "password": PASSWORD})
    assert response["Location"] == "/"
    invited.refresh_from_db()
    assert (invited.name, invited.check_password(PASSWORD)) == ("Nina Novak", True)
    assert client.get("/profile/").status_code == 200


def test_only_a_digest_of_the_token_is_kept(invited: User) -> None:
    token = link(invited).split("/")[2]

    kept = [*Invitation.objects.values_list("token_digest", flat=True), *map(str, OutboxMessage.objects.values_list())]
    assert token not in " ".join(kept)


def test_an_invitation_works_once(client: Client, invited: User) -> None:
    address = link(invited)
    client.post(address, {"name": "Nina", "password": PASSWORD})

    again = Client().post(address, {"name": "Eve", "password": "another password!"})

    assert again.status_code == 410
    assert b"accepted it already" in again.content
    invited.refresh_from_db()
    assert invited.check_password(PASSWORD)


def test_an_invitation_ends_after_seven_days(client: Client, invited: User, now: datetime) -> None:
    address = link(invited)

    with time_machine.travel(now + timedelta(days=7) - timedelta(seconds=1), tick=False):
        assert client.get(address).status_code == 200
    with time_machine.travel(now + timedelta(days=7), tick=False):
        late = client.get(address)
    assert late.status_code == 410
    assert b"older" in late.content


def test_sending_it_again_ends_the_old_link(client: Client, invited: User, victor: User, now: datetime) -> None:
    old = link(invited)

    invitations.resend(user=invited, by=victor, at=now)

    assert b"taken back or replaced" in client.get(old).content
    assert client.get(link(invited)).status_code == 200


def test_an_unknown_link_is_told_so(client: Client, victor: User) -> None:
    response = client.get("/invitations/0123456789abcdef/")

    assert response.status_code == 410
    assert b"do not know this link" in response.content


def test_a_weak_password_leaves_the_invitation_open(client: Client, invited: User) -> None:
    assert client.post(link(invited), {"name": "Nina", "password": "short"}).status_code == 422
    assert client.get(link(invited)).status_code == 200


def test_inviting_twice_makes_one_user_with_one_open_link(invited: User, victor: User, now: datetime) -> None:
    again = invitations.invite(email="nina@vendor.example", name="Nina", role=VendorRole.CAM, by=victor, at=now)

    assert again == invited
    assert Invitation.objects.filter(user=invited, revoked_at=None).count() == 1


def test_somebody_who_signs_in_already_needs_no_invitation(pete: User, paula: User, now: datetime) -> None:
    pete.set_password(PASSWORD)
    pete.save()

    assert invitations.invite(email=pete.email, name="Pete", by=paula, at=now) == pete
    assert not Invitation.objects.exists()


def test_an_address_of_the_vendor_cannot_be_invited_by_a_partner(vera: User, paula: User, now: datetime) -> None:
    with pytest.raises(Refusal):
        invitations.invite(email=vera.email, name="Vera", by=paula, at=now)


def test_an_accepted_invitation_is_not_sent_again(pete: User, victor: User, now: datetime) -> None:
    pete.set_password(PASSWORD)
    pete.save()

    with pytest.raises(Refusal):
        invitations.resend(user=pete, by=victor, at=now)


def test_the_mail_of_a_replaced_invitation_is_not_sent(invited: User, victor: User, now: datetime) -> None:
    invitations.resend(user=invited, by=victor, at=now)

    outbox.deliver_due(at=now)

    assert len(mail.outbox) == 1


def test_letting_somebody_go_ends_their_invitation(client: Client, invited: User, victor: User, now: datetime) -> None:
    address = link(invited)

    users.deactivate(user=invited, by=victor, at=now)

    assert client.get(address).status_code == 410
