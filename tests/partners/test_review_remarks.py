"""What somebody says of the differences of a review one by one: accepted, noted, taken back; on the page as well."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from partners.models import CategoryMembership, MembershipReview, Partner, RemarkMark, ReviewRemark
from partners.queries import reviews as reads
from partners.services import categories, memberships, review_clocks, review_remarks, reviews
from tests.factories.partners import MembershipReviewFactory, ReviewRemarkFactory

pytestmark = pytest.mark.django_db
CRITERIA = {
    "combinator": "and",
    "not": False,
    "rules": [
        {"field": "employees", "operator": ">=", "value": 10},
        {"field": "city", "operator": "equals", "value": "Bonn"},
    ],
}


@pytest.fixture
def review(pinewood, victor, now):
    """Two differences: fewer people than last time, and another city."""
    msp = categories.define(key="msp", name="MSP", by=victor, at=now, criteria=CRITERIA)
    Partner.objects.filter(pk=pinewood.pk).update(employees=12, city="Bonn")
    memberships.assign(partner=pinewood, category=msp, by=victor, at=now)
    CategoryMembership.objects.update(next_review_on=(now + timedelta(days=9)).date())
    Partner.objects.filter(pk=pinewood.pk).update(employees=4, city="Ulm")
    review_clocks.open_due(at=now)
    return MembershipReview.objects.get()


@pytest.fixture
def people(review, now):
    return next(one.key for one in reads.checked(review, now).clauses if "mployees" in one.asked)


def test_a_difference_is_accepted_once(review, people, vera, now):
    changed = [review_remarks.accept(review=review, clause=people, by=vera, at=now) for _twice in range(2)]

    remark = ReviewRemark.objects.get()
    assert changed == [True, False]
    assert (remark.mark, remark.marked_by, remark.note) == (RemarkMark.ACCEPTED, vera, "")
    assert reads.checked(review, now).to_look_at == 1


def test_a_note_needs_words_and_stands_in_the_note_to_the_partner(review, people, vera, now):
    with pytest.raises(reviews.NoteMissing):
        review_remarks.note(review=review, clause=people, by=vera, at=now, text=" ")
    review_remarks.accept(review=review, clause=people, by=vera, at=now)
    review_remarks.note(review=review, clause=people, by=vera, at=now, text="Six more by June")

    checked = reads.checked(review, now)
    assert ReviewRemark.objects.get().mark == RemarkMark.NOTED
    assert checked.notes.endswith(": Six more by June")


def test_what_was_said_is_taken_back(review, people, vera, now):
    review_remarks.accept(review=review, clause=people, by=vera, at=now)

    taken = [review_remarks.take_back(review=review, clause=people, by=vera, at=now) for _twice in range(2)]

    assert taken == [True, False]
    assert not ReviewRemark.objects.exists()


def test_what_is_no_difference_any_more_is_refused(review, people, pinewood, vera, now):
    Partner.objects.filter(pk=pinewood.pk).update(employees=30)

    for clause in (people, "nothing"):
        with pytest.raises(review_remarks.Gone):
            review_remarks.accept(review=review, clause=clause, by=vera, at=now)


def test_nothing_is_said_of_a_closed_review(review, people, vera, now):
    reviews.decide(review=review, by=vera, at=now, decision="renewed")

    with pytest.raises(reviews.AlreadyDecided):
        review_remarks.accept(review=review, clause=people, by=vera, at=now)
    with pytest.raises(reviews.AlreadyDecided):
        review_remarks.take_back(review=review, clause=people, by=vera, at=now)


@pytest.mark.parametrize(
    "wrong", [{"mark": "noted", "note": ""}, {"mark": "accepted", "note": "But"}, {"clause": "a" * 64}]
)
def test_the_database_refuses_what_is_no_remark(wrong):
    review = MembershipReviewFactory()
    ReviewRemarkFactory(review=review, clause="a" * 64)

    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewRemarkFactory(review=review, **wrong)


# --- on the page


def page_of(review):
    return reverse("vendor:membership-review-detail", args=[review.public_id])


def remark(client, review, **data):
    return client.post(reverse("vendor:membership-review-remark", args=[review.public_id]), data)


def test_each_difference_is_accepted_with_one_press(client_of, review, vera, now):
    client = client_of(vera)
    first = client.get(page_of(review)).text
    assert "Accept the differences and renew" in first

    for one in reads.checked(review, now).clauses:
        assert remark(client, review, clause=one.key, act="accept").status_code == 302

    page = client.get(page_of(review)).text
    assert "Accept the differences and renew" not in page
    assert ReviewRemark.objects.filter(mark="accepted").count() == 2


def test_a_noted_difference_stands_in_the_note_and_stays_readable_after_the_decision(
    client_of, review, people, vera, now
):
    client = client_of(vera)
    remark(client, review, clause=people, act="note", note="Six more by June")

    page = client.get(page_of(review))
    assert page.context["form"].initial["reply"].endswith(": Six more by June")
    assert "Renew all the same" in page.text
    reviews.decide(review=review, by=vera, at=now, decision="condition", note="Six more by June")
    assert "Noted" in client.get(page_of(review)).text


def test_an_empty_note_is_said_at_its_field(client_of, review, people, vera, now):
    answer = remark(client_of(vera), review, clause=people, act="note", note="")

    assert answer.status_code == 422
    assert "Say what is to be mended." in answer.text


def test_strangers_find_no_review_to_remark(client_of, review, people, vincent, erin, now):
    assert remark(client_of(vincent), review, clause=people, act="accept").status_code == 404
    assert remark(client_of(erin), review, clause=people, act="accept").status_code == 403
    assert not ReviewRemark.objects.exists()
