"""The vendor's people: pages and services."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import VendorRole
from accounts.services import users
from core.refusals import Refusal

pytestmark = pytest.mark.django_db

USERS = "/vendor/users/"


@pytest.fixture
def admin(client_of: Callable[[User], Client], victor: User) -> Client:
    return client_of(victor)


def of(user: User, verb: str = "") -> str:
    return f"{USERS}{user.public_id}/{verb}"


def test_the_list_shows_the_vendors_people_only(admin: Client, vera: User, pete: User) -> None:
    page = admin.get(USERS).content.decode()

    assert "vera@vendor.example" in page
    assert "pete@pinewood.example" not in page


def test_the_list_is_searched_by_name_or_address(admin: Client, vera: User) -> None:
    assert "vera@vendor.example" in admin.get(USERS, {"q": "ance"}).content.decode()
    assert "Nobody matches" in admin.get(USERS, {"q": "zzz"}).content.decode()


def test_an_admin_invites_somebody_and_the_list_says_so(admin: Client) -> None:
    response = admin.post(
        f"{USERS}invite/", {"name": "Nina", "email": "nina@vendor.example", "role": "cam"}, follow=True
    )

    assert "An invitation is on its way to nina@vendor.example." in response.content.decode()
    assert "Invited" in response.content.decode()


def test_inviting_an_address_in_use_is_refused_beside_the_field(admin: Client, pete: User) -> None:
    response = admin.post(f"{USERS}invite/", {"name": "Pete", "email": pete.email, "role": "cam"})

    assert response.status_code == 422
    assert b"works elsewhere" in response.content


def test_a_role_is_changed_and_counts_from_the_next_request(
    admin: Client, client_of: Callable[[User], Client], vera: User
) -> None:
    hers = client_of(vera)
    assert hers.get(USERS).status_code == 403

    admin.post(of(vera), {"role": "program_admin"})

    assert hers.get(USERS).status_code == 200


def test_an_unknown_role_is_refused(admin: Client, vera: User) -> None:
    assert admin.post(of(vera), {"role": "partner_admin"}).status_code == 422


def test_access_is_ended_and_given_again(admin: Client, client_of: Callable[[User], Client], vera: User) -> None:
    hers = client_of(vera)

    admin.post(of(vera, "deactivate/"))
    assert hers.get("/profile/").status_code == 302

    admin.post(of(vera, "reactivate/"))
    vera.refresh_from_db()
    assert vera.is_active


def test_ending_access_twice_changes_nothing_the_second_time(vera: User, victor: User, now: datetime) -> None:
    assert users.deactivate(user=vera, by=victor, at=now)
    assert not users.deactivate(user=vera, by=victor, at=now)


def test_nobody_ends_their_own_access(admin: Client, victor: User) -> None:
    response = admin.post(of(victor, "deactivate/"), follow=True)

    assert "You cannot end your own access" in response.content.decode()


def test_the_last_program_admin_stays_one(victor: User, vera: User, now: datetime) -> None:
    with pytest.raises(Refusal):
        users.change_role(user=victor, role=VendorRole.CAM, by=victor, at=now)
    with pytest.raises(Refusal):
        users.deactivate(user=victor, by=vera, at=now)


def test_an_invitation_is_sent_again_from_the_page(admin: Client, vera: User) -> None:
    response = admin.post(of(vera, "resend/"), follow=True)

    assert "A new invitation is on its way" in response.content.decode()


def test_actions_take_a_post_and_the_right(admin: Client, client_of: Callable[[User], Client], vera: User) -> None:
    for verb in ("deactivate/", "reactivate/", "resend/"):
        assert admin.get(of(vera, verb)).status_code == 405
        assert client_of(vera).post(of(vera, verb)).status_code == 403


def test_people_of_partners_have_no_page_here(admin: Client, pete: User) -> None:
    assert admin.get(of(pete)).status_code == 404


def test_a_change_of_role_is_in_the_trail_with_who_and_what(victor: User, vera: User, now: datetime) -> None:
    users.change_role(user=vera, role=VendorRole.EXECUTIVE, by=victor, at=now)

    event = vera.events.latest("pgh_id")
    assert event.role == "executive"
    assert event.pgh_context["by"] == victor.pk
    assert event.pgh_context["action"] == "user.change_role"
