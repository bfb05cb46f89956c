"""Executives read figures and records and change nothing; what people write to each other stays closed to them."""

import pytest
from django.urls import reverse

from accounts.permissions import Permission
from tests.factories.deals import CustomerReferenceFactory
from tests.factories.partners import AcceptanceFactory, TouchFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def records(pinewood, victor):
    """A touch, a reference and an acceptance of an agreement, all of Pinewood."""
    return {
        "touch": TouchFactory(partner=pinewood, logged_by=victor, note="They want a price list"),
        "reference": CustomerReferenceFactory(partner=pinewood, customer_name="Millstone Works"),
        "acceptance": AcceptanceFactory(partner=pinewood),
    }


def address(name, *ids):
    return reverse(f"vendor:{name}", args=[one.public_id for one in ids])


def test_they_read_touches_references_and_agreements(records, pinewood, erin, client_of):
    client, agreement = client_of(erin), records["acceptance"].agreement
    pages = {
        address("touch-list"): "They want a price list",
        address("partner-touches-panel", pinewood): "They want a price list",
        f"{address('reference-list')}?show=": "Millstone Works",
        address("reference-detail", records["reference"]): "Millstone Works",
        address("agreement-list"): agreement.name,
        address("agreement-detail", agreement): agreement.name,
        address("acceptance-detail", records["acceptance"]): "Pinewood",
        address("partner-agreements-panel", pinewood): agreement.name,
    }

    for page, expected in pages.items():
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert expected in answer.content.decode(), page


def test_they_are_offered_nothing_that_changes_them(records, pinewood, erin, client_of):
    client, agreement = client_of(erin), records["acceptance"].agreement
    for page in (
        address("touch-list"),
        address("partner-touches-panel", pinewood),
        address("reference-detail", records["reference"]),
        address("agreement-detail", agreement),
        address("acceptance-detail", records["acceptance"]),
        address("partner-agreements-panel", pinewood),
    ):
        main = client.get(page).content.decode().split("<main", 1)[-1]
        assert 'method="post"' not in main.split("</main>", 1)[0], page


def test_what_they_send_all_the_same_is_refused(records, pinewood, erin, client_of):
    client, agreement = client_of(erin), records["acceptance"].agreement
    for page in (
        address("touch-log", pinewood),
        address("touch-edit", records["touch"]),
        address("touch-finish", records["touch"]),
        address("agreement-edit", agreement),
        address("agreement-publish", agreement),
        address("agreement-remind", agreement),
    ):
        assert client.post(page).status_code == 403, page
    client.post(address("reference-detail", records["reference"]), {"act": "validate"})
    before = records["reference"].state
    records["reference"].refresh_from_db()
    assert records["reference"].state == before


def test_conversations_stay_closed(pinewood, erin, client_of):
    client = client_of(erin)

    assert not erin.has(Permission.VIEW_CONVERSATIONS)
    assert client.get(address("conversation-list")).status_code == 403
    thread = reverse("vendor:conversation-detail", args=["partner", pinewood.public_id])
    assert client.get(thread).status_code in {403, 404}
    assert thread not in client.get(address("partner-detail", pinewood)).content.decode()
