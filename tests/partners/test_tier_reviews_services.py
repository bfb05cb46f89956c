"""Reviews: opened on their day, prepared with evidence, looked at where the track says so, carried out once."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction

from core.refusals import Refusal
from partners.models import TierMove, TierReview
from partners.queries import tier_reviews as reads
from partners.services import manual_overrides, tier_reviews
from segmentation.services import recompute
from tests.factories.partners import PartnerFactory, TierReviewFactory, TierReviewOutcomeFactory
from tests.partners.tier_ladders import ZONES, grow, held, in_zone, ladder, moves, work

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
#: Between reviews of a quarterly calendar: the next is on 1 April.
FEBRUARY = datetime(2030, 2, 10, 12, tzinfo=UTC)
APRIL = datetime(2030, 4, 1, 12, tzinfo=UTC)
QUARTERLY = {"upward": "at_review", "downward": "at_review", "grace_days": 60}


def review_on(at):
    """Do what the day brings."""
    recompute.everything(at=at)
    tier_reviews.open_due(at=at)
    work(at)


@pytest.fixture
def track(victor, now):
    return ladder(by=victor, at=FEBRUARY, **QUARTERLY)


@pytest.fixture
def waiting(victor, now):
    return ladder(by=victor, at=FEBRUARY, **QUARTERLY, reviews_wait=True)


def test_partners_rise_at_the_review_and_not_before(pinewood, track):
    grow(pinewood, 60, at=FEBRUARY)
    assert held(pinewood) == ""

    review_on(APRIL - DAY)
    assert held(pinewood) == ""
    review_on(APRIL)

    move = TierMove.objects.get()
    assert held(pinewood) == "gold"
    assert (move.review.day, move.source, move.decided_by) == (APRIL.date(), "review", None)
    assert move.evidence["values"][0] == 60


def test_partners_enter_grace_at_the_review_and_not_before(pinewood, track):
    grow(pinewood, 60, at=FEBRUARY)
    review_on(APRIL)
    grow(pinewood, 20, at=APRIL + DAY)
    assert held(pinewood) == "gold"

    july = datetime(2030, 7, 1, 12, tzinfo=UTC)
    review_on(july)

    assert held(pinewood) == "gold in grace"
    assert pinewood.tier_holdings.get().grace_ends_on == (july + 60 * DAY).date()


def test_who_stays_has_it_in_the_history_with_evidence(pinewood, track):
    grow(pinewood, 60, at=FEBRUARY)
    review_on(APRIL)

    review_on(datetime(2030, 7, 1, 12, tzinfo=UTC))

    kept = TierMove.objects.get(kind="kept")
    assert (kept.from_tier.key, kept.to_tier.key) == ("gold", "gold")
    assert kept.evidence["values"][0] == 60


def test_a_review_is_held_once_however_often_it_is_looked_for(pinewood, track):
    grow(pinewood, 60, at=FEBRUARY)

    for _ in range(3):
        review_on(APRIL)

    assert TierReview.objects.count() == 1
    assert moves(pinewood) == ["promoted"]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2030-03-31 23:59", ""),
        ("2030-04-01 00:01", "gold"),
        ("2030-04-01 23:59", "gold"),
        ("2030-04-02 12:00", "gold"),
    ],
)
def test_the_day_begins_in_the_programs_time_zone(pinewood, victor, now, zone, moment, expected):
    here = in_zone(zone)
    ladder(by=victor, at=FEBRUARY, **QUARTERLY)
    grow(pinewood, 60, at=FEBRUARY)

    review_on(datetime.fromisoformat(moment).replace(tzinfo=here))

    assert held(pinewood) == expected


def test_a_day_that_nobody_looked_at_is_made_up_for(pinewood, track):
    grow(pinewood, 60, at=FEBRUARY)

    review_on(APRIL + 10 * DAY)

    assert (held(pinewood), TierReview.objects.get().day) == ("gold", APRIL.date())


def test_no_review_is_made_up_for_from_before_the_policy(pinewood, victor, now):
    ladder(by=victor, at=APRIL + DAY, **QUARTERLY)
    grow(pinewood, 60, at=APRIL + DAY)

    review_on(APRIL + 10 * DAY)

    assert not TierReview.objects.exists()


def test_up_and_down_have_calendars_of_their_own(pinewood, oakhurst, victor, now):
    ladder(by=victor, at=FEBRUARY, **QUARTERLY, down_calendar="dates", down_dates=["05-02"])
    grow(pinewood, 60, at=FEBRUARY)
    review_on(APRIL)
    grow(pinewood, 20, at=APRIL)
    may = datetime(2030, 5, 2, 12, tzinfo=UTC)

    review_on(may - DAY)
    assert held(pinewood) == "gold"
    grow(oakhurst, 60, at=may - DAY)
    review_on(may)

    assert (held(pinewood), held(oakhurst)) == ("gold in grace", "")


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("began", "year_on"), [("2027-06-10", "2028-06-10"), ("2028-02-29", "2029-02-28"), ("2027-02-28", "2028-02-28")]
)
@pytest.mark.parametrize(("days_after", "expected"), [(-1, "gold"), (0, "gold in grace")])
def test_on_anniversaries_each_partner_has_its_own_day(
    pinewood, victor, now, zone, began, year_on, days_after, expected
):
    here = in_zone(zone)
    start = datetime.combine(datetime.fromisoformat(began), time(23, 30), tzinfo=here)
    ladder(by=victor, at=start - DAY, downward="at_review", down_calendar="anniversary")
    grow(pinewood, 60, at=start)
    grow(pinewood, 20, at=start)
    day = datetime.combine(datetime.fromisoformat(year_on), time(0, 30), tzinfo=here) + days_after * DAY

    review_on(day)

    assert held(pinewood) == expected


@pytest.mark.parametrize(("any_day_counts", "expected"), [(True, "gold"), (False, "silver")])
def test_any_day_since_the_last_review_counts_where_the_policy_says_so(pinewood, victor, now, any_day_counts, expected):
    ladder(by=victor, at=FEBRUARY, **QUARTERLY, any_day_counts=any_day_counts)
    grow(pinewood, 60, at=FEBRUARY + DAY)
    grow(pinewood, 20, at=FEBRUARY + 5 * DAY)

    review_on(APRIL)

    assert held(pinewood) == expected


def test_a_review_that_waits_moves_nobody_until_it_is_carried_out(pinewood, waiting, victor):
    grow(pinewood, 60, at=FEBRUARY)
    review_on(APRIL)
    review = TierReview.objects.get()
    assert (review.state, held(pinewood), reads.counted(review.outcomes)) == ("waiting", "", {"rises": 1})

    assert tier_reviews.execute(review=review, by=victor, at=APRIL + DAY) is True
    assert tier_reviews.execute(review=review, by=victor, at=APRIL + DAY) is False

    review.refresh_from_db()
    assert (review.state, review.decided_by, held(pinewood)) == ("done", victor, "gold")
    assert TierMove.objects.get().decided_by == victor


def test_carrying_out_costs_as_many_statements_for_many_as_for_few(waiting, victor, django_assert_max_num_queries):
    PartnerFactory.create_batch(25, employees=60)  # who hold nothing yet
    review_on(APRIL)
    review = TierReview.objects.get()

    with django_assert_max_num_queries(24):
        tier_reviews.execute(review=review, by=victor, at=APRIL + DAY)

    assert TierMove.objects.count() == 25


def test_an_exception_keeps_a_partner_where_it_is_for_a_reason(pinewood, oakhurst, waiting, victor):
    grow(pinewood, 60, at=FEBRUARY)
    grow(oakhurst, 60, at=FEBRUARY)
    review_on(APRIL)
    review = TierReview.objects.get()
    one = review.outcomes.filter(partner=pinewood)

    assert tier_reviews.exempt(outcomes=one, by=victor, at=APRIL, reason="Audit pending") == 1
    assert tier_reviews.exempt(outcomes=one, by=victor, at=APRIL, reason="Audit pending") == 0
    tier_reviews.execute(review=review, by=victor, at=APRIL)

    kept = TierMove.objects.get(partner=pinewood)
    assert (held(pinewood), held(oakhurst)) == ("", "gold")
    assert (kept.kind, kept.reason) == ("kept", "Audit pending")


def test_an_exception_can_be_taken_back(pinewood, waiting, victor):
    grow(pinewood, 60, at=FEBRUARY)
    review_on(APRIL)
    review = TierReview.objects.get()
    tier_reviews.exempt(outcomes=review.outcomes.all(), by=victor, at=APRIL, reason="Audit pending")

    assert tier_reviews.restore(outcomes=review.outcomes.all(), by=victor, at=APRIL) == 1
    tier_reviews.execute(review=review, by=victor, at=APRIL)

    assert held(pinewood) == "gold"


def test_what_was_decided_meanwhile_is_not_overturned(pinewood, waiting, victor):
    grow(pinewood, 60, at=FEBRUARY)
    review_on(APRIL)
    manual_overrides.begin(
        partner=pinewood, track=waiting, kind="cap", tier=waiting.tiers.get(key="silver"), reason="Audit",
        wording="During the audit", last_day_on=APRIL.date() + timedelta(days=30), by=victor, at=APRIL,
    )  # fmt: skip
    review = TierReview.objects.get()

    tier_reviews.execute(review=review, by=victor, at=APRIL)

    assert held(pinewood) == ""
    assert review.outcomes.get().was_overtaken is True


def test_a_skipped_review_moves_nobody_ever(pinewood, waiting, victor):
    grow(pinewood, 60, at=FEBRUARY)
    review_on(APRIL)
    review = TierReview.objects.get()

    assert tier_reviews.skip(review=review, by=victor, at=APRIL, note="Figures were late") is True
    assert tier_reviews.skip(review=review, by=victor, at=APRIL, note="Figures were late") is False
    with pytest.raises(Refusal, match="not waiting"):
        tier_reviews.execute(review=review, by=victor, at=APRIL)
    with pytest.raises(Refusal, match="not waiting"):
        tier_reviews.exempt(outcomes=review.outcomes.all(), by=victor, at=APRIL, reason="Late")

    assert held(pinewood) == ""


def test_batches_go_on_where_they_stopped(track, victor, monkeypatch):
    monkeypatch.setattr(tier_reviews, "BATCH", 2)
    many = PartnerFactory.create_batch(5, employees=60)
    recompute.everything(at=APRIL)
    [review] = tier_reviews.open_due(at=APRIL)

    tier_reviews.continue_one(at=APRIL)
    assert review.outcomes.count() == 2
    while tier_reviews.continue_one(at=APRIL):
        pass

    assert {held(partner) for partner in many} == {"gold"}
    assert TierMove.objects.count() == 5


def test_a_partner_rises_by_one_tier_a_review_where_the_policy_says_so(pinewood, victor, now):
    ladder(by=victor, at=FEBRUARY, **QUARTERLY, most_rungs_up=1)
    grow(pinewood, 500, at=FEBRUARY)

    review_on(APRIL)
    assert held(pinewood) == "silver"
    review_on(datetime(2030, 7, 1, 12, tzinfo=UTC))

    assert held(pinewood) == "gold"


def test_the_coming_reviews_stand_in_the_order_of_their_days(track):
    coming = reads.coming(at=FEBRUARY)

    assert [f"{one.day:%Y-%m-%d}" for one in coming] == ["2030-04-01", "2030-07-01", "2030-10-01", "2031-01-01"]
    assert all(one.raises and one.lowers for one in coming)


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("tier_review_does_something", {"raises": False, "lowers": False}),
        ("tier_review_state_known", {"state": "lost"}),
        ("tier_review_window", {"since_on": "2035-01-01"}),
    ],
)
def test_the_database_keeps_reviews_sound(constraint, fields):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        TierReviewFactory(**fields)


def test_the_database_keeps_one_review_a_day():
    first = TierReviewFactory()

    with pytest.raises(IntegrityError, match="tier_review_once_a_day"), transaction.atomic():
        TierReviewFactory(track=first.track)


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("tier_review_outcome_known", {"outcome": "vanishes"}),
        ("tier_review_outcome_exempted_for_a_reason", {"exempted_at": "2030-01-01T00:00Z"}),
    ],
)
def test_the_database_keeps_outcomes_sound(constraint, fields):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        TierReviewOutcomeFactory(**fields)


def test_the_database_keeps_one_outcome_for_each_partner():
    first = TierReviewOutcomeFactory()

    with pytest.raises(IntegrityError, match="tier_review_outcome_once"), transaction.atomic():
        TierReviewOutcomeFactory(review=first.review, partner=first.partner)
