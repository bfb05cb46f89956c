"""What a policy decides on the days around each of its limits, and on which days it reviews."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from partners.tier_policy import (
    Calendar,
    Outcome,
    OutcomeKind,
    Standing,
    decide,
    may_fall_on,
    next_anniversary,
    notice_due,
    proposed,
)

TODAY = date(2030, 3, 18)
DAY = timedelta(days=1)
RANKS = (1, 2, 3)
STAYS, RISES, RESCUED, GRACE, FALLS, LEAVES = OutcomeKind


@dataclass
class Policy:
    """A policy of which a test sets what it is about."""

    upward: str = "at_once"
    downward: str = "never"
    grace_days: int = 90
    up_calendar: str = "months"
    down_calendar: str = "months"
    minimum_stay_months: int = 0
    most_rungs_up: int | None = None
    most_rungs_down: int | None = None


def kind_and_rank(policy, standing, today=TODAY, **occasion):
    outcome = decide(policy, standing, RANKS, today, **occasion)
    return outcome.kind, outcome.rank


@pytest.mark.parametrize(
    ("upward", "occasion", "expected"),
    [
        ("at_once", {}, (RISES, 3)),
        ("at_once", {"rising": True}, (RISES, 3)),
        ("at_review", {}, (STAYS, 1)),
        ("at_review", {"falling": True}, (STAYS, 1)),
        ("at_review", {"rising": True}, (RISES, 3)),
        ("by_approval", {"rising": True}, (STAYS, 1)),
        ("by_approval", {"approved": True}, (RISES, 3)),
    ],
)
def test_who_qualifies_for_more_rises_when_the_policy_says_so(upward, occasion, expected):
    assert kind_and_rank(Policy(upward=upward), Standing(held=1, qualified=3), **occasion) == expected


@pytest.mark.parametrize(
    ("downward", "grace_days", "occasion", "expected"),
    [
        ("never", 90, {"falling": True}, (STAYS, 3)),
        ("at_once", 90, {}, (GRACE, 3)),
        ("at_once", 0, {}, (FALLS, 1)),
        ("at_review", 90, {}, (STAYS, 3)),
        ("at_review", 90, {"rising": True}, (STAYS, 3)),
        ("at_review", 90, {"falling": True}, (GRACE, 3)),
        ("at_review", 0, {"falling": True}, (FALLS, 1)),
    ],
)
def test_who_qualifies_for_less_falls_when_the_policy_says_so(downward, grace_days, occasion, expected):
    policy = Policy(downward=downward, grace_days=grace_days)

    assert kind_and_rank(policy, Standing(held=3, qualified=1), **occasion) == expected


@pytest.mark.parametrize("began", [date(2030, 3, 18), date(2028, 2, 28), date(2027, 12, 1), date(2030, 2, 28)])
@pytest.mark.parametrize(("days_after", "expected"), [(-1, STAYS), (0, STAYS), (1, LEAVES)])
def test_grace_lasts_to_the_end_of_its_last_day(began, days_after, expected):
    policy = Policy(downward="at_once", grace_days=90)
    last_day = decide(policy, Standing(held=2), RANKS, began).grace_ends_on
    standing = Standing(held=2, in_grace=True, grace_ends_on=last_day)

    assert last_day == began + timedelta(days=90)
    assert decide(policy, standing, RANKS, last_day + days_after * DAY).kind == expected


@pytest.mark.parametrize("days_after", [-90, -1, 0, 1])
def test_who_qualifies_again_in_grace_is_rescued_on_any_day(days_after):
    standing = Standing(held=2, qualified=2, in_grace=True, grace_ends_on=TODAY)

    assert kind_and_rank(Policy(downward="at_once"), standing, TODAY + days_after * DAY) == (RESCUED, 2)


@pytest.mark.parametrize(
    ("reached", "months", "first_day"),
    [
        (date(2027, 3, 18), 12, date(2028, 3, 18)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
    ],
)
@pytest.mark.parametrize(("days_after", "expected"), [(-1, STAYS), (0, GRACE), (1, GRACE)])
def test_a_tier_is_kept_for_its_minimum_stay(reached, months, first_day, days_after, expected):
    policy = Policy(downward="at_once", minimum_stay_months=months)
    standing = Standing(held=2, may_fall_on=may_fall_on(policy, reached))

    assert standing.may_fall_on == first_day
    assert decide(policy, standing, RANKS, first_day + days_after * DAY).kind == expected


@pytest.mark.parametrize(("most", "expected"), [(None, 0), (1, 2), (2, 1), (3, 0), (9, 0)])
def test_nobody_falls_further_than_the_policy_allows(most, expected):
    policy = Policy(downward="at_once", grace_days=0, most_rungs_down=most)

    assert decide(policy, Standing(held=3), RANKS, TODAY).rank == expected


@pytest.mark.parametrize(("most", "expected"), [(None, 3), (1, 1), (2, 2), (9, 3)])
def test_nobody_rises_further_at_a_review_than_the_policy_allows(most, expected):
    policy = Policy(upward="at_review", most_rungs_up=most)

    assert decide(policy, Standing(qualified=3), RANKS, TODAY, rising=True).rank == expected


def test_ranks_of_retired_tiers_are_stepped_over():
    policy = Policy(upward="at_review", downward="at_once", grace_days=0, most_rungs_up=1, most_rungs_down=1)

    assert decide(policy, Standing(held=1, qualified=5), (1, 3, 5), TODAY, rising=True).rank == 3
    assert decide(policy, Standing(held=4), (1, 3, 5), TODAY).rank == 3


def test_a_partner_in_grace_that_qualifies_for_more_at_a_review_is_rescued_until_then():
    standing = Standing(held=1, qualified=3, in_grace=True, grace_ends_on=TODAY)

    assert kind_and_rank(Policy(upward="at_review", downward="at_once"), standing) == (RESCUED, 1)


def test_reviewed_on_its_anniversary_a_partner_that_holds_nothing_comes_in_at_once():
    policy = Policy(upward="at_review", up_calendar="anniversary")

    assert kind_and_rank(policy, Standing(qualified=2)) == (RISES, 2)
    assert kind_and_rank(policy, Standing(held=1, qualified=2)) == (STAYS, 1)


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (Standing(held=1, qualified=1, floor=3), (RISES, 3)),
        (Standing(held=3, qualified=0, floor=3), (STAYS, 3)),
        (Standing(held=3, qualified=0, floor=3, in_grace=True, grace_ends_on=TODAY - DAY), (RESCUED, 3)),
        (Standing(held=1, qualified=3, cap=2), (RISES, 2)),
        (Standing(held=2, qualified=3, cap=2), (STAYS, 2)),
        (Standing(held=3, qualified=3, cap=2), (FALLS, 2)),
    ],
)
@pytest.mark.parametrize("downward", ["never", "at_once"])
def test_a_manual_override_comes_before_everything(standing, expected, downward):
    assert kind_and_rank(Policy(downward=downward, grace_days=0), standing, rising=True, falling=True) == expected


def test_what_waits_for_an_approval_is_what_the_partner_would_rise_to():
    policy = Policy(upward="by_approval", most_rungs_up=1)

    assert proposed(policy, Standing(held=1, qualified=3), RANKS) == 2
    assert proposed(policy, Standing(held=3, qualified=3), RANKS) == 0
    assert proposed(Policy(), Standing(held=1, qualified=3), RANKS) == 0


@pytest.mark.parametrize(
    ("calendar", "expected"),
    [
        (Calendar("months", months=3), ["01-01", "04-01", "07-01", "10-01"]),
        (Calendar("months", months=3, fiscal_start=2), ["02-01", "05-01", "08-01", "11-01"]),
        (Calendar("months", months=6, fiscal_start=7), ["01-01", "07-01"]),
        (Calendar("months", months=12, fiscal_start=4), ["04-01"]),
        (Calendar("dates", dates=("07-15", "01-31")), ["01-31", "07-15"]),
        (Calendar("dates", dates=("02-29",)), ["02-28"]),
        (Calendar("anniversary"), []),
    ],
)
def test_reviews_are_on_the_days_of_their_calendar(calendar, expected):
    days = [f"{day:%m-%d}" for day in calendar.days(date(2027, 1, 1), date(2027, 12, 31))]

    assert days == expected


def test_the_29th_of_february_is_itself_in_a_leap_year():
    assert list(Calendar("dates", dates=("02-29",)).days(date(2028, 1, 1), date(2028, 12, 31))) == [date(2028, 2, 29)]


@pytest.mark.parametrize(
    ("began", "after", "expected"),
    [
        (date(2026, 6, 10), date(2026, 6, 10), date(2027, 6, 10)),
        (date(2026, 6, 10), date(2027, 6, 9), date(2027, 6, 10)),
        (date(2026, 6, 10), date(2027, 6, 10), date(2028, 6, 10)),
        (date(2028, 2, 29), date(2028, 12, 31), date(2029, 2, 28)),
        (date(2028, 2, 29), date(2032, 2, 28), date(2032, 2, 29)),
    ],
)
def test_the_next_anniversary_is_later_than_today(began, after, expected):
    assert next_anniversary(began, after) == expected
    assert Calendar("anniversary").next_day(after, began=began) == expected


@pytest.mark.parametrize(
    ("left", "told", "expected"),
    [(61, None, None), (60, None, 60), (59, 60, None), (58, None, 60), (30, 60, 30), (8, 30, None), (7, 30, 7)]
    + [(1, 7, 1), (0, 7, 1), (0, 1, None), (-1, 7, None)],
)
def test_a_notice_is_due_once_and_the_nearest_after_days_without_a_look(left, told, expected):
    last_day = TODAY + timedelta(days=left)

    assert notice_due([60, 30, 7, 1], last_day=last_day, today=TODAY, told=told) == expected


def test_what_stays_says_until_when_its_grace_goes():
    standing = Standing(held=2, in_grace=True, grace_ends_on=TODAY)

    assert decide(Policy(downward="at_once"), standing, RANKS, TODAY) == Outcome(STAYS, 2, TODAY)
