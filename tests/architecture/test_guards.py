"""Every address carries a guard, or says why it has none."""

import re

from rest_framework.permissions import AllowAny

from accounts.access import ApiPermission, permissions_for, scope_of
from accounts.scopes import SCOPES
from tests.architecture.walk import Address, addresses, describe_api_guard, unknown_names

#: Views of the API that anybody may call, with the reason.
OPEN_API_VIEWS = {
    "NowhereView": "It answers 404 to whatever is none of our addresses.",
    "AboutView": "It tells which versions of xAPI are spoken, which systems ask before they have a secret.",
}


#: Pages whose address is no folder, with the reason.
NO_SLASH = {
    "token": "OAuth's own spelling",
    "problem-detail": "it stands in the `type` of every problem",
}


def test_every_name_in_an_address_is_known() -> None:
    unknown = {str(address): names for address in addresses() if (names := unknown_names(address))}

    assert not unknown, (
        "Nobody knows what these stand for. Add @subject(name) to tests/architecture/subjects.py, with one for"
        f" Pinewood and one that Pinewood must not see: {unknown}"
    )


def test_every_page_is_guarded_or_says_why_not(every_address: list[Address]) -> None:
    bare = [str(address) for address in every_address if address.is_page and address.guard is None]
    mute = [
        str(address) for address in every_address if address.is_page and address.is_public and not address.guard.reason
    ]

    assert not bare, f"Put vendor_view, partner_view, signed_in_view or public_view(reason) on: {bare}"
    assert not mute, f"Say why these are public: {mute}"


def test_every_api_view_is_guarded_and_declares_each_method(every_address: list[Address]) -> None:
    wrong = []
    for address in every_address:
        if address.is_page or (AllowAny in address.api.permission_classes and address.api.__name__ in OPEN_API_VIEWS):
            continue
        if not describe_api_guard(address.api):
            wrong.append(f"{address}: no guard")
        if ApiPermission not in address.api.permission_classes:
            continue
        for method in address.methods:
            scope = scope_of(address.api, method)
            if scope not in SCOPES:
                wrong.append(f"{address}: {method} asks for the scope {scope!r}, which accounts/scopes.py has not")
            if not permissions_for(address.api, method):
                wrong.append(f"{address}: {method} names no permission for people")

    assert not wrong, "\n".join(wrong)


def test_the_list_of_open_api_views_has_no_stale_entries(every_address: list[Address]) -> None:
    names = {address.api.__name__ for address in every_address if not address.is_page}

    assert set(OPEN_API_VIEWS) <= names


def test_pages_stand_on_the_side_their_guard_names(every_address: list[Address]) -> None:
    wrong = [
        str(address)
        for address in every_address
        if address.is_page
        and address.guard
        and (
            (address.route.startswith("/vendor/") and address.guard.side != "vendor")
            or (address.route.startswith("/partner/") and address.guard.side != "partner")
        )
    ]

    assert not wrong


def test_addresses_have_names_and_pages_end_in_a_slash(every_address: list[Address]) -> None:
    nameless = [str(address) for address in every_address if not address.name]
    slashless = [
        str(address)
        for address in every_address
        if address.is_page and not address.route.endswith(("/", ".csv", ".json")) and address.name not in NO_SLASH
    ]

    assert not nameless
    assert not slashless


def test_no_address_shows_a_database_key(every_address: list[Address]) -> None:
    """A number in an address counts the versions of a definition; records have public ids."""
    assert not [str(one) for one in every_address if re.search(r"<int:(?!number>)", one.route)]
