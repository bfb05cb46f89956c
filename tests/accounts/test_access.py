"""Who passes which guard."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone
from django.views.generic import View

from accounts import access
from accounts.models import Integration, User
from accounts.permissions import Permission

pytestmark = pytest.mark.django_db


@access.vendor_view(Permission.MANAGE_TIERS)
def tiers(request: HttpRequest) -> HttpResponse:
    return HttpResponse("tiers")


@access.partner_view()
def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{request.partner_person} at {request.partner}")  # type: ignore[attr-defined]


@access.signed_in_view
class Profile(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("profile")


def ask(view: object, user: object, path: str = "/there/?page=2", **headers: str) -> HttpResponse:
    request = RequestFactory().get(path, headers=headers)
    request.user = user  # type: ignore[assignment]
    request.session = SessionStore()
    return view(request)  # type: ignore[operator,no-any-return]


def test_a_stranger_is_sent_to_sign_in_and_back() -> None:
    response = ask(tiers, AnonymousUser())

    assert response.status_code == 302
    assert response["Location"] == "/sign-in/?next=/there/%3Fpage%3D2"


def test_a_fragment_sends_its_whole_page_to_sign_in() -> None:
    response = ask(
        tiers, AnonymousUser(), "/panel/", **{"HX-Request": "true", "HX-Current-URL": "https://portal.example/home/"}
    )

    assert response.status_code == 401
    assert response["HX-Redirect"] == "/sign-in/?next=/home/"


def test_the_right_opens_the_page_and_its_answer_is_not_stored(victor: User) -> None:
    response = ask(tiers, victor)

    assert response.content == b"tiers"
    assert "no-store" in response["Cache-Control"]


def test_without_the_right_the_page_is_refused(vera: User, paula: User) -> None:
    for user in (vera, paula):
        with pytest.raises(PermissionDenied):
            ask(tiers, user)


def test_people_of_the_vendor_have_no_partner_pages(victor: User) -> None:
    with pytest.raises(PermissionDenied):
        ask(home, victor)


def test_a_partner_page_knows_the_person_and_the_partner(pete: User) -> None:
    assert ask(home, pete).content == b"Pete Pratt at Pinewood"


def test_somebody_who_left_the_partner_is_out_at_once(pete: User) -> None:
    type(pete.person).objects.filter(user=pete).update(left_at=timezone.now())

    assert ask(home, pete).status_code == 302
    assert ask(Profile.as_view(), pete).status_code == 302


def test_a_class_view_is_guarded_and_marked_alike(vera: User, pete: User) -> None:
    assert ask(Profile.as_view(), vera).content == b"profile"
    assert ask(Profile.as_view(), pete).content == b"profile"
    assert Profile.as_view().guard.side == access.Side.SIGNED_IN  # type: ignore[attr-defined]


def test_permissions_follow_the_role_on_either_side(victor: User, paula: User, pete: User, ian: Integration) -> None:
    assert access.allowed(victor, Permission.MANAGE_TIERS)
    assert access.allowed(paula, Permission.MANAGE_OWN_PEOPLE)
    assert not access.allowed(pete, Permission.MANAGE_OWN_PEOPLE)
    assert not access.allowed(paula, Permission.MANAGE_TIERS)
    assert not access.allowed(ian, Permission.VIEW_PARTNERS)
    assert not access.allowed(AnonymousUser(), Permission.VIEW_PARTNERS)
