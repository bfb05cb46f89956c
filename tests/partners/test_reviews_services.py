"""Reviews of memberships: opened when due, answered, decided; the clocks on the days around, in two time zones."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from core.models import OutboxMessage, Program
from core.services import outbox, versions
from partners.models import (
    MembershipReview,
    MembershipState,
    Partner,
    ReviewAnswer,
    ReviewDecision,
    ReviewEscalation,
    ReviewState,
)
from partners.services import categories, memberships, overrides, review_clocks, reviews
from tests.factories.partners import (
    CategoryMembershipFactory,
    CategoryVersionFactory,
    MembershipReviewFactory,
    RegionFactory,
)

pytestmark = pytest.mark.django_db
CRITERIA = {"combinator": "and", "not": False, "rules": [{"field": "employees", "operator": ">=", "value": 10}]}


@pytest.fixture
def msp(victor, now):
    return categories.define(key="msp", name="MSP", by=victor, at=now, criteria=CRITERIA, review_interval_months=6)


@pytest.fixture
def membership(pinewood, msp, victor, now):
    Partner.objects.filter(pk=pinewood.pk).update(employees=12)
    return memberships.assign(partner=pinewood, category=msp, by=victor, at=now)


@pytest.fixture
def due(now):
    return now.replace(month=9)


@pytest.fixture
def review(membership, due):
    review_clocks.open_due(at=due - timedelta(days=30))
    return MembershipReview.objects.get()


def heard(user):
    return list(user.notifications.order_by("pk").values_list("text", flat=True))


def deliver(at):
    outbox.deliver_due(at=at)
    assert not OutboxMessage.objects.filter(attempts__gt=0).exists()


# --- opening


def test_a_membership_is_due_after_the_interval_of_its_version(membership):
    assert membership.next_review_on == date(2030, 9, 18)


def test_a_membership_is_due_after_the_interval_of_its_region_and_again_after_its_renewal(
    pinewood, msp, victor, due, now
):
    region = RegionFactory(name="Nordics")
    override = overrides.create(subject=msp, region=region, by=victor, at=now, review_interval_months=3)
    overrides.publish(version=versions.existing_draft_of(override), by=victor, at=now)
    pinewood.region = region
    pinewood.save(update_fields=["region"])

    membership = memberships.assign(partner=pinewood, category=msp, by=victor, at=now)

    assert membership.next_review_on == date(2030, 6, 18)
    review_clocks.open_due(at=due.replace(month=6))
    reviews.decide(review=MembershipReview.objects.get(), by=victor, at=due.replace(month=6), decision="renewed")
    membership.refresh_from_db()
    assert membership.next_review_on == due.date()


def test_a_review_opens_ahead_of_the_due_day_once(membership, due):
    before = review_clocks.open_due(at=due - timedelta(days=31))
    opened = [review_clocks.open_due(at=due - timedelta(days=ago)) for ago in (30, 30, 12)]

    review = MembershipReview.objects.get()
    assert (before, opened) == (0, [1, 0, 0])
    assert (review.due_on, review.state, review.differs) == (due.date(), ReviewState.ASKED, False)
    assert review.found["criteria"]["met"] is True


@pytest.mark.parametrize(
    ("zone", "moment", "opens"),
    [
        ("Pacific/Auckland", datetime(2030, 4, 16, 11, 59, tzinfo=UTC), 0),
        ("Pacific/Auckland", datetime(2030, 4, 16, 12, 1, tzinfo=UTC), 1),
        ("America/Los_Angeles", datetime(2030, 4, 17, 6, 59, tzinfo=UTC), 0),
        ("America/Los_Angeles", datetime(2030, 4, 17, 7, 1, tzinfo=UTC), 1),
    ],
)
def test_a_review_opens_on_the_programs_day(zone, moment, opens):
    Program.current()
    Program.objects.update(timezone=zone)
    Program.forget()
    CategoryMembershipFactory(next_review_on=date(2030, 5, 17))

    assert review_clocks.open_due(at=moment) == opens


def test_memberships_from_before_reviews_are_due_on_the_next_day_of_their_interval(now):
    version = CategoryVersionFactory(published=True, review_interval_months=12)
    old = CategoryMembershipFactory(
        category=version.definition, category_version=version, starts_at=now.replace(year=2026, month=6)
    )

    review_clocks.open_due(at=now)

    old.refresh_from_db()
    assert old.next_review_on == date(2030, 6, 18)


def test_only_what_is_held_is_reviewed(now):
    for state in (MembershipState.PENDING, MembershipState.SUGGESTED):
        CategoryMembershipFactory(state=state, next_review_on=now.date())

    assert review_clocks.open_due(at=now) == 0


# --- the partner


def test_a_partner_confirms_and_may_think_again_until_it_is_decided(review, paula, due):
    reviews.answer(review=review, by=paula, at=due, answer=ReviewAnswer.CONFIRMED)
    reviews.answer(review=review, by=paula, at=due, answer=ReviewAnswer.CONFIRMED)
    reviews.answer(review=review, by=paula, at=due, answer=ReviewAnswer.NO_LONGER, statement="We sold that team")

    assert (review.state, review.answer, review.answered_by) == (ReviewState.ANSWERED, ReviewAnswer.NO_LONGER, paula)
    assert OutboxMessage.objects.filter(topic=reviews.REVIEW_CHANGED, payload__what="answered").count() == 2


def test_what_is_decided_cannot_be_answered(review, paula, vera, due):
    reviews.decide(review=review, by=vera, at=due, decision=ReviewDecision.RENEWED)

    with pytest.raises(reviews.AlreadyDecided):
        reviews.answer(review=review, by=paula, at=due, answer=ReviewAnswer.CONFIRMED)


# --- the vendor


def test_renewing_sets_the_next_day_and_keeps_what_criteria_said(review, membership, vera, due):
    later = due + timedelta(days=5)

    reviews.decide(review=review, by=vera, at=later, decision=ReviewDecision.RENEWED)

    membership.refresh_from_db()
    assert (membership.state, membership.next_review_on) == (MembershipState.ACTIVE, date(2031, 3, 23))
    move = membership.moves.latest("pk")
    assert (move.before, move.after, move.moved_by) == ("active", "active", vera)
    assert move.evidence["criteria"]["clauses"][0]["value"] == 12


def test_deciding_twice_decides_once_and_another_decision_is_refused(review, membership, vera, victor, due):
    reviews.decide(review=review, by=vera, at=due, decision=ReviewDecision.RENEWED)
    reviews.decide(review=review, by=victor, at=due, decision=ReviewDecision.RENEWED)

    assert review.decided_by == vera
    with pytest.raises(reviews.AlreadyDecided, match="Renewed"):
        reviews.decide(review=review, by=victor, at=due, decision=ReviewDecision.ENDED, note="No")


@pytest.mark.parametrize("decision", [ReviewDecision.CONDITION, ReviewDecision.GRACE, ReviewDecision.ENDED])
def test_everything_but_renewing_needs_words(review, vera, due, decision):
    with pytest.raises(reviews.NoteMissing):
        reviews.decide(review=review, by=vera, at=due, decision=decision, note=" ")


@pytest.mark.parametrize(
    ("decision", "state"),
    [(ReviewDecision.CONDITION, "active"), (ReviewDecision.GRACE, "grace"), (ReviewDecision.ENDED, "ended")],
)
def test_a_decision_changes_the_membership(review, membership, vera, due, decision, state):
    reviews.decide(review=review, by=vera, at=due, decision=decision, note="Two people short")

    membership.refresh_from_db()
    assert (membership.state, membership.reason) == (state, "Two people short")
    assert (review.state, review.decision) == (ReviewState.DECIDED, decision)


def test_a_membership_that_ends_drops_its_review(review, membership, vera, due):
    memberships.end(membership=membership, by=vera, at=due, reason="Left")

    review.refresh_from_db()
    assert review.state == ReviewState.DROPPED


def test_data_that_changed_since_the_last_decision_are_a_difference(review, pinewood, vera, due):
    Partner.objects.filter(pk=pinewood.pk).update(employees=3)

    outcome = reviews.renew_many(reviews=[review], by=vera, at=due)

    review.refresh_from_db()
    assert "something else" in outcome[0].refusal
    assert (review.state, review.differs) == (ReviewState.ASKED, False)


def test_fifty_are_renewed_and_one_that_cannot_be_stops_none(victor, now, msp):
    due = []
    for number in range(6):
        one = CategoryMembershipFactory(category=msp, next_review_on=now.date())
        Partner.objects.filter(pk=one.partner_id).update(employees=3 if number == 2 else 30)
        due.append(one)
    review_clocks.open_due(at=now)
    waiting = list(MembershipReview.objects.order_by("pk"))

    outcomes = reviews.renew_many(reviews=waiting, by=victor, at=now)

    assert [bool(one.refusal) for one in outcomes] == [False, False, True, False, False, False]
    assert MembershipReview.objects.filter(state=ReviewState.DECIDED).count() == 5


# --- the clocks


@pytest.mark.parametrize(
    ("zone", "hour_of_midnight"),
    [("Pacific/Auckland", -12), ("America/Los_Angeles", 7)],
    ids=["Auckland", "Los Angeles"],
)
def test_reminders_and_escalation_come_on_their_days(zone, hour_of_midnight):
    Program.current()
    Program.objects.update(timezone=zone)
    Program.forget()
    review = MembershipReviewFactory(due_on=date(2030, 5, 20))
    midnight = datetime(2030, 5, 20, tzinfo=UTC) + timedelta(hours=hour_of_midnight)

    def at(day, minutes):
        return midnight + timedelta(days=day, minutes=minutes)

    assert [review_clocks.remind(at=at(-14, minutes)) for minutes in (-1, 1, 2)] == [0, 1, 0]
    assert [review_clocks.remind(at=at(-3, minutes)) for minutes in (-1, 1, 2)] == [0, 1, 0]
    assert [review_clocks.escalate(at=at(1, minutes)) for minutes in (-1, 1, 2)] == [0, 1, 0]
    assert [review_clocks.escalate(at=at(8, minutes)) for minutes in (-1, 1, 2)] == [0, 1, 0]
    review.refresh_from_db()
    assert (review.reminded_days, review.escalation) == (3, ReviewEscalation.PROGRAM)


def test_who_answered_is_not_reminded(review, paula, due):
    reviews.answer(review=review, by=paula, at=due - timedelta(days=20), answer=ReviewAnswer.CONFIRMED)

    assert review_clocks.remind(at=due - timedelta(days=2)) == 0


def test_everybody_hears_what_is_theirs(review, paula, pete, olga, vera, victor, due):
    OutboxMessage.objects.exclude(topic=reviews.REVIEW_CHANGED).delete()
    review_clocks.remind(at=due - timedelta(days=14))
    review_clocks.escalate(at=due + timedelta(days=1))
    review_clocks.escalate(at=due + timedelta(days=8))
    deliver(due + timedelta(days=9))
    reviews.answer(review=review, by=paula, at=due + timedelta(days=9), answer=ReviewAnswer.CONFIRMED)
    deliver(due + timedelta(days=9))
    reviews.decide(
        review=review, by=vera, at=due + timedelta(days=9), decision=ReviewDecision.CONDITION, note="One more engineer"
    )
    deliver(due + timedelta(days=9))

    assert heard(paula) == [
        "Does MSP still describe you? Please answer by 18 September 2030.",
        "Please answer by 18 September 2030: does MSP still describe you?",
        "Your category MSP was renewed with a condition: One more engineer",
    ]
    assert heard(vera) == [
        "The review of MSP for Pinewood is late: it was due on 18 September 2030.",
        "Pinewood confirms MSP; the review waits for you.",
    ]
    assert heard(victor) == ["The review of MSP for Pinewood is late: it was due on 18 September 2030."]
    assert heard(pete) == ["Your category MSP was renewed with a condition: One more engineer"]
    assert heard(olga) == []


# --- what the database refuses


def test_the_database_keeps_one_review_per_day_and_one_open(membership):
    MembershipReviewFactory(membership=membership, due_on=date(2030, 9, 18))

    with pytest.raises(IntegrityError, match="membership_review_o"), transaction.atomic():
        MembershipReviewFactory(membership=membership, due_on=date(2030, 9, 18), state=ReviewState.DROPPED)
    with pytest.raises(IntegrityError, match="membership_review_one_open"), transaction.atomic():
        MembershipReviewFactory(membership=membership, due_on=date(2031, 9, 18))


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"state": "decided"}, "membership_review_decided_or_not"),
        ({"decision": "renewed"}, "membership_review_decided_or_not"),
        ({"state": "answered"}, "membership_review_answer_known"),
    ],
)
def test_the_database_keeps_state_and_what_was_said_together(wrong, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        MembershipReviewFactory(**wrong)


def test_a_stranger_sees_no_review(review, paula, olga, vera, vincent):
    seen = [MembershipReview.objects.visible_to(one).count() for one in (paula, olga, vera, vincent)]

    assert seen == [1, 0, 1, 0]
