"""Readers find in the navigation what they may open, and are told where they are."""

from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.urls import reverse

from accounts.models import User
from partners.models import Partner
from portal.context import PARTNER, VENDOR, nav_items, navigation
from tests.conftest import NOW


def urls_of(user: User, path: str = "/") -> set[str]:
    return {item.url for item in nav_items(user, path)}


def test_places_are_shown_to_those_who_may_go_there(victor: User, vera: User, paula: User) -> None:
    users = reverse("vendor:user-list")

    assert users in urls_of(victor)
    assert users not in urls_of(vera)
    assert users not in urls_of(paula)


def test_the_sides_share_no_place(victor: User, paula: User) -> None:
    assert not urls_of(victor) & urls_of(paula)
    assert not {entry.url_name for entry in VENDOR} & {entry.url_name for entry in PARTNER}


def test_a_page_below_a_place_belongs_to_it(victor: User) -> None:
    users = reverse("vendor:user-list")

    current = [item.url for item in nav_items(victor, f"{users}some/person/") if item.current]
    assert current == [users]


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/vendor/tiers/some/", "vendor:track-list"),
        ("/vendor/criteria/stage/some/", "vendor:life-stage-list"),
        ("/vendor/flags/some/", "vendor:membership-list"),
        ("/vendor/why/tier/some/other/", "vendor:partner-list"),
    ],
)
def test_a_page_that_lies_elsewhere_belongs_to_its_place_all_the_same(victor: User, path: str, place: str) -> None:
    assert [item.url for item in nav_items(victor, path) if item.current] == [reverse(place)]


def test_a_partner_is_told_who_looks_after_it(rf: RequestFactory, paula: User, vera: User, pinewood: Partner) -> None:
    request = rf.get("/partner/")
    request.user, request.partner = paula, pinewood

    assert navigation(request)["partner_manager"]() == (vera.name, vera.email)

    pinewood.assignments.update(ends_at=NOW + timedelta(days=1))
    assert navigation(request)["partner_manager"]() is None
