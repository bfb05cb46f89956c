"""Pages where the vendor decides who is in which category."""

import pytest
from django.urls import reverse

from partners.models import CategoryMembership, MembershipState
from partners.services import categories, memberships
from tests.factories.partners import CategoryMembershipFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def msp(victor, now):
    return categories.define(key="msp", name="Managed Service Provider", by=victor, at=now)


@pytest.fixture
def pending(pinewood, msp, paula, now):
    return memberships.declare(partner=pinewood, category=msp, by=paula, at=now, statement="Forty contracts")


def url(name, thing):
    return reverse(f"vendor:{name}", args=[thing.public_id])


def test_what_waits_is_listed_for_the_partners_manager_only(client_of, pending, vera, vincent):
    page = reverse("vendor:membership-list")

    assert "Forty contracts" in client_of(vera).get(page).content.decode()
    assert "Forty contracts" not in client_of(vincent).get(page).content.decode()


def test_a_manager_confirms_what_a_partner_declared(client_of, pending, vera, now):
    answer = client_of(vera).post(url("membership-confirm", pending), {"back": "waiting"})

    pending.refresh_from_db()
    assert answer.headers["Location"] == reverse("vendor:membership-list")
    assert (pending.state, pending.decided_by) == (MembershipState.ACTIVE, vera)


def test_confirming_within_the_page_answers_with_the_panel(client_of, pending, vera, now):
    answer = client_of(vera).post(url("membership-confirm", pending), headers=HTMX)

    assert "toast" in answer.headers["HX-Trigger"]
    assert "Make primary" not in answer.content.decode()
    assert "Primary" in answer.content.decode()


def test_a_refusal_is_said_in_the_panel(client_of, pending, vera, now):
    answer = client_of(vera).post(url("membership-primary", pending), headers=HTMX)

    assert "cannot be made primary" in answer.content.decode()
    assert "HX-Trigger" not in answer.headers


def test_turning_down_asks_for_a_reason(client_of, pending, vera, now):
    client = client_of(vera)

    assert client.get(url("membership-end", pending)).status_code == 200
    assert client.post(url("membership-end", pending), {"reason": ""}).status_code == 422
    client.post(url("membership-end", pending), {"reason": "They resell only"})

    pending.refresh_from_db()
    assert (pending.state, pending.reason) == (MembershipState.ENDED, "They resell only")


def test_a_manager_puts_a_partner_into_a_category(client_of, pinewood, msp, vera, now):
    answer = client_of(vera).post(url("membership-assign", pinewood), {"category": msp.pk, "is_primary": "on"})

    membership = CategoryMembership.objects.get()
    assert answer.headers["Location"] == url("membership-history", pinewood)
    assert (membership.category, membership.is_primary, membership.decided_by) == (msp, True, vera)


def test_a_category_held_already_is_not_offered(client_of, pinewood, msp, vera, victor, now):
    memberships.assign(partner=pinewood, category=msp, by=victor, at=now)

    page = client_of(vera).get(url("membership-assign", pinewood))

    assert list(page.context["form"].fields["category"].queryset) == []


def test_the_history_shows_what_ended_and_why(client_of, pinewood, pending, vera, now):
    memberships.end(membership=pending, by=vera, at=now, reason="They resell only")

    page = client_of(vera).get(url("membership-history", pinewood)).content.decode()

    assert "They resell only" in page


@pytest.mark.parametrize("name", ["membership-confirm", "membership-primary", "membership-end"])
def test_a_manager_of_others_decides_nothing(name, client_of, pending, vincent, now):
    assert client_of(vincent).post(url(name, pending), {"reason": "No"}).status_code == 404
    pending.refresh_from_db()
    assert pending.state == MembershipState.PENDING


@pytest.mark.parametrize("name", ["membership-history", "partner-memberships-panel", "membership-assign"])
def test_a_manager_of_others_sees_nothing(name, client_of, pinewood, pending, vincent):
    assert client_of(vincent).get(url(name, pinewood)).status_code == 404


@pytest.mark.parametrize("name", ["membership-confirm", "membership-primary", "membership-end"])
def test_an_executive_reads_and_decides_nothing(name, client_of, pending, erin, now):
    assert client_of(erin).post(url(name, pending), {"reason": "No"}).status_code == 403


def test_an_executive_sees_no_buttons(client_of, pinewood, pending, erin):
    page = client_of(erin).get(url("partner-memberships-panel", pinewood)).content.decode()

    assert "Forty contracts" in page
    assert "Confirm" not in page


@pytest.mark.parametrize("name", ["membership-confirm", "membership-primary"])
def test_deciding_needs_a_post(name, client_of, pending, vera):
    assert client_of(vera).get(url(name, pending)).status_code == 405


def test_pages_stay_within_their_queries(client_of, pinewood, pending, vera, django_assert_max_num_queries):
    CategoryMembershipFactory.create_batch(10, partner=pinewood)
    client = client_of(vera)
    pages = [
        reverse("vendor:membership-list"),
        *(url(name, pinewood) for name in ("membership-history", "partner-memberships-panel", "membership-assign")),
    ]

    for page in pages:
        client.get(page)
        with django_assert_max_num_queries(12):
            assert client.get(page).status_code == 200
