"""Merging in the browser: the queue, side by side, what leads where, undoing it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import Integration, User
from core.services import external_ids, outbox
from partners.models import DuplicatePair, Merge, Partner
from partners.services import conversations, merging
from tests.conftest import NOW
from tests.factories.core import SourceFactory
from tests.factories.partners import (
    AttributeDefinitionFactory,
    DuplicatePairFactory,
    PartnerFactory,
    PersonFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
SignIn = Callable[[User], Client]


@pytest.fixture
def other() -> Partner:
    """What turns out to be Pinewood as well."""
    return PartnerFactory(name="Pinewood GmbH", city="Hamburg", industries=["Health"])


@pytest.fixture
def pair(pinewood: Partner, other: Partner) -> DuplicatePair:
    """The two, found alike."""
    first, second = sorted([pinewood, other], key=lambda one: one.pk)
    reasons = [{"kind": "name", "points": 60}, {"kind": "abroad", "points": -5}]
    return DuplicatePairFactory(first=first, second=second, score=75, reasons=reasons)


def compare_url(kept: Partner, gone: Partner) -> str:
    """Return the address where two are compared."""
    return reverse("vendor:merge-compare", args=[kept.public_id, gone.public_id])


def test_the_queue_shows_pairs_with_reasons_in_few_queries(
    pair: DuplicatePair, victor: User, client_of: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_of(victor)

    with django_assert_max_num_queries(12):
        page = client.get("/vendor/duplicates/").text

    assert "Pinewood GmbH" in page
    assert "Names alike" in page
    assert "Different countries" in page


def test_without_pairs_the_queue_says_so(victor: User, client_of: SignIn) -> None:
    assert "No two partners look alike now" in client_of(victor).get("/vendor/duplicates/").text


def test_not_duplicates_leaves_the_queue_and_can_come_back(
    pair: DuplicatePair, victor: User, client_of: SignIn
) -> None:
    client = client_of(victor)

    client.post(f"/vendor/duplicates/{pair.public_id}/dismiss/")
    assert "Pinewood GmbH" not in client.get("/vendor/duplicates/").text
    assert "Pinewood GmbH" in client.get("/vendor/duplicates/?show=dismissed").text
    client.post(f"/vendor/duplicates/{pair.public_id}/reopen/")

    assert "Pinewood GmbH" in client.get("/vendor/duplicates/").text


def test_only_program_admins_merge(
    pinewood: Partner, other: Partner, vera: User, erin: User, client_of: SignIn
) -> None:
    for user in (vera, erin):
        assert client_of(user).get(compare_url(pinewood, other)).status_code == 403


def test_side_by_side_in_few_queries(
    pinewood: Partner,
    other: Partner,
    victor: User,
    client_of: SignIn,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    AttributeDefinitionFactory(key="labs", label="Labs")
    Partner.objects.filter(pk=other.pk).update(attributes={"labs": "three"})
    PersonFactory(partner=other)
    client = client_of(victor)

    with django_assert_max_num_queries(12):
        page = client.get(compare_url(pinewood, other)).text

    assert "Which value survives" in page
    assert "Hamburg" in page
    assert "three" in page
    assert "Somebody known to both" in page


def test_posted_choices_are_merged_and_people_are_told(
    pinewood: Partner, other: Partner, victor: User, vera: User, paula: User, client_of: SignIn
) -> None:
    posted = {"name": "merged", "city": "merged", "industries": "merged", "domain": "wrong", "note": "Same office."}

    answer = client_of(victor).post(compare_url(pinewood, other), posted)
    outbox.deliver_due(at=NOW)

    pinewood.refresh_from_db()
    merge = Merge.objects.get()
    assert answer["Location"] == f"/vendor/merges/{merge.public_id}/"
    assert (pinewood.name, pinewood.city, pinewood.industries) == ("Pinewood GmbH", "Hamburg", ["Health"])
    assert pinewood.domain == "pinewood.example"
    assert [one.text for one in paula.notifications.all()] == ["Pinewood GmbH is part of your record now."]
    assert "Same office." in paula.notifications.get().detail
    assert vera.notifications.filter(text__contains="is part of").exists()


@pytest.mark.parametrize("name", ["partner-detail", "partner-people", "partner-history", "partner-edit"])
def test_pages_of_the_merged_partner_lead_to_the_survivor(
    name: str, pinewood: Partner, other: Partner, victor: User, vincent: User, client_of: SignIn
) -> None:
    gone = reverse(f"vendor:{name}", args=[other.public_id])
    merging.merge(survivor=pinewood, merged=other, by=victor, at=NOW)

    answer = client_of(victor).get(f"{gone}?a=b")

    assert answer["Location"] == reverse(f"vendor:{name}", args=[pinewood.public_id]) + "?a=b"
    assert client_of(vincent).get(gone).status_code == 404
    assert Client().get(gone).status_code == 302


def test_the_api_answers_for_old_ids_with_the_survivor(
    pinewood: Partner, other: Partner, victor: User, ian: Integration, api_of: Callable[[Integration], APIClient]
) -> None:
    crm: Any = SourceFactory(key="erp")
    external_ids.attach("partners", crm, {other.pk: "77", pinewood.pk: "12"})
    merging.merge(survivor=pinewood, merged=other, by=victor, at=NOW)
    api = api_of(ian)

    by_value = api.get("/api/v1/partners/by-external-id/erp/77").json()
    by_id = api.get(f"/api/v1/partners/{other.public_id}", follow=True).json()

    assert by_value["id"] == by_id["id"] == str(pinewood.public_id)


def test_undo_in_the_browser_and_its_refusal_when_late(
    pinewood: Partner, other: Partner, victor: User, client_of: SignIn
) -> None:
    made = merging.merge(survivor=pinewood, merged=other, by=victor, at=NOW)
    PersonFactory(partner=pinewood, created_at=NOW)
    client, page = client_of(victor), f"/vendor/merges/{made.public_id}/"

    assert "It can be undone until" in client.get(page).text
    client.post(f"{page}undo/")
    assert Partner.objects.filter(pk=other.pk).exists()
    assert "Undone" in client.get(page).text

    again = merging.merge(
        survivor=pinewood, merged=Partner.objects.get(pk=other.pk), by=victor, at=NOW.replace(year=2029)
    )
    answer = client.post(f"/vendor/merges/{again.public_id}/undo/", follow=True)
    assert "A merge can be undone for 30 days" in answer.text


def test_choosing_the_other_by_typing(
    pinewood: Partner, other: Partner, pair: DuplicatePair, victor: User, client_of: SignIn
) -> None:
    client, page = client_of(victor), f"/vendor/partners/{pinewood.public_id}/merge/"

    assert "Names alike" in client.get(page).text
    assert client.post(page, {"other": "pinewood gmbh"})["Location"] == compare_url(pinewood, other)
    wrong = client.post(page, {"other": "Nobody"})
    assert wrong.status_code == 422
    assert "No partner has this domain or name." in wrong.text


def test_what_was_said_with_the_merged_partner_stays_readable(
    pinewood: Partner, other: Partner, victor: User, client_of: SignIn
) -> None:
    for partner in (pinewood, other):
        thread = conversations.thread_of(subject=partner, by=victor, at=NOW)
        conversations.post(thread=thread, by=victor, at=NOW, text=f"Hello {partner.name}")

    made = merging.merge(survivor=pinewood, merged=other, by=victor, at=NOW)

    page = client_of(victor).get(reverse("vendor:conversation-detail", args=["merge", made.public_id]))
    assert "Hello Pinewood GmbH" in page.text
