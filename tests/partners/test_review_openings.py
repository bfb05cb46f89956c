"""Reviews opened by hand before their time, one or many, and the list of what comes due."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from core.services import outbox
from partners.models import MembershipReview, ReviewDecision
from partners.queries import reviews as reads
from partners.services import categories, memberships, review_clocks, review_openings, reviews
from tests.factories.partners import CategoryMembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def msp(victor, now):
    return categories.define(key="msp", name="MSP", by=victor, at=now, review_interval_months=6)


@pytest.fixture
def membership(pinewood, msp, victor, now):
    return memberships.assign(partner=pinewood, category=msp, by=victor, at=now)


@pytest.fixture
def elsewhere(oakhurst, msp, victor, now):
    return memberships.assign(partner=oakhurst, category=msp, by=victor, at=now)


def deliver(at):
    outbox.deliver_due(at=at + timedelta(minutes=1))


# --- opened by hand


def test_the_partner_is_asked_at_once_and_reads_why(membership, vera, paula, now):
    review = review_openings.open_early(membership=membership, by=vera, at=now, reason="You merged with Oak.")
    deliver(now)

    assert (review.opened_by, review.reason, review.due_on) == (vera, "You merged with Oak.", date(2030, 4, 17))
    heard = paula.notifications.get(kind="review")
    assert heard.text == "Does MSP still describe you? Please answer by 17 April 2030."
    assert "You merged with Oak." in heard.detail


def test_said_twice_there_is_one_review(membership, vera, now):
    first = review_openings.open_early(membership=membership, by=vera, at=now)

    assert review_openings.open_early(membership=membership, by=vera, at=now) == first
    assert review_clocks.open_due(at=now + timedelta(days=180)) == 0


def test_it_is_due_no_later_than_it_would_have_been(membership, vera, now):
    almost = now + timedelta(days=180)

    assert review_openings.open_early(membership=membership, by=vera, at=almost).due_on == membership.next_review_on


def test_decided_the_next_interval_begins_then_and_it_can_be_opened_again_the_same_day(membership, vera, now):
    for round_ in range(2):
        review = review_openings.open_early(membership=membership, by=vera, at=now)
        reviews.decide(review=review, by=vera, at=now, decision=ReviewDecision.RENEWED)
        assert review.due_on == date(2030, 4, 17) + timedelta(days=round_)

    membership.refresh_from_db()
    assert membership.next_review_on == date(2030, 9, 18)


def test_a_day_that_is_over_is_refused_at_its_field(membership, vera, now):
    with pytest.raises(review_openings.CannotReview) as refused:
        review_openings.open_early(membership=membership, by=vera, at=now, due_on=date(2030, 3, 17))

    assert list(refused.value.message_dict) == ["due_on"]


def test_what_is_not_active_has_nothing_to_renew(pinewood, vera, now):
    membership = CategoryMembershipFactory(partner=pinewood, state="suggested")

    with pytest.raises(review_openings.CannotReview, match="not active"):
        review_openings.open_early(membership=membership, by=vera, at=now)


def test_of_many_one_that_cannot_be_reviewed_stops_no_other(membership, oakhurst, vera, now):
    waiting = CategoryMembershipFactory(partner=oakhurst, state="suggested")

    refused, opened = review_openings.open_many(memberships=[waiting, membership], by=vera, at=now)

    assert refused.refusal
    assert opened.is_new
    assert [one.is_new for one in review_openings.open_many(memberships=[membership], by=vera, at=now)] == [False]


# --- pages


def test_a_review_is_opened_from_the_membership(membership, vera, client_of, now):
    client = client_of(vera)
    detail = reverse("vendor:membership-detail", args=[membership.public_id])
    page = reverse("vendor:membership-review-open", args=[membership.public_id])
    assert page in client.get(detail).content.decode()
    assert "It would come due on" in client.get(page).content.decode()

    client.post(page, {"reason": "New owners."})

    review = MembershipReview.objects.get()
    assert (review.reason, review.opened_by) == ("New owners.", vera)
    assert page not in client.get(detail).content.decode()
    shown = client.get(reverse("vendor:membership-review-detail", args=[review.public_id])).content.decode()
    assert "Opened before its time by Vera Vance" in shown


def test_the_partner_reads_why_it_is_asked_now(membership, vera, paula, client_of, now):
    review = review_openings.open_early(membership=membership, by=vera, at=now, reason="New owners.")

    page = client_of(paula).get(reverse("partner:membership-review-detail", args=[review.public_id])).content.decode()

    assert "New owners." in page


def test_the_list_tells_what_comes_due_in_its_days_to_whom_it_concerns(membership, elsewhere, vera, now):
    due = membership.next_review_on

    assert list(reads.coming_due(vera, since=due, until=due)) == [membership]
    assert not reads.coming_due(vera, since=due + timedelta(days=1), until=due + timedelta(days=9))
    assert not reads.coming_due(vera, since=due, until=due, category="other")


def test_the_calendar_leads_to_the_list_and_opens_in_place(membership, vera, client_of):
    client = client_of(vera)
    page = client.get(reverse("vendor:membership-review-calendar")).content.decode()
    listed = reverse("vendor:membership-due-list")
    assert f"{listed}?since=2030-09-01&amp;until=2030-09-30" in page

    days = {"since": "2030-09-01", "until": "2030-09-30"}
    assert "Pinewood" in client.get(listed, days).content.decode()
    part = client.get(listed, days, headers={"HX-Request": "true"}).content.decode()
    assert "Pinewood" in part
    assert "<html" not in part


def test_without_days_the_list_shows_the_coming_months(membership, vera, client_of):
    for days in ({}, {"since": "nonsense", "until": "2030-01-01"}, {"since": "2030-05-01", "until": "2030-04-01"}):
        assert client_of(vera).get(reverse("vendor:membership-due-list"), days).status_code == 200


def test_the_chosen_are_opened_together_and_strangers_are_not(membership, elsewhere, vera, client_of):
    chosen = [str(membership.public_id), str(elsewhere.public_id), "nonsense"]

    answer = client_of(vera).post(
        reverse("vendor:membership-review-open-many"),
        {"membership": chosen, "reason": "A new price list."},
        follow=True,
    )

    assert "1 review was opened." in answer.content.decode()
    assert [one.membership for one in MembershipReview.objects.all()] == [membership]


def test_who_only_reads_opens_nothing(membership, erin, client_of):
    for page in (
        reverse("vendor:membership-review-open", args=[membership.public_id]),
        reverse("vendor:membership-review-open-many"),
    ):
        assert client_of(erin).post(page).status_code == 403
    assert "Review now" not in client_of(erin).get(reverse("vendor:membership-due-list")).content.decode()
