"""How far figures have come: shares, even paces, quarters, and whole plans."""

from datetime import date
from decimal import Decimal

import pytest

from core.models import Program
from scorecards.attainment import Term, even_targets, from_start, overall, share, stand, starting
from scorecards.models import Pace, PlanObjective
from scorecards.quarters import Quarter, quarter_of, quarters_between

START, END = date(2030, 1, 1), date(2030, 12, 31)
SINCE = {"field": "employees"}
ANEW = {"collection": "deals", "aggregate": "count", "window": {"this": "quarter"}}
QUARTERS = [Quarter(date(2030, month, 1)) for month in (1, 4, 7, 10)]
TARGETS = dict(zip([one.starts_on for one in QUARTERS], map(Decimal, (10, 20, 30, 40)), strict=True))


def standing(figures, today, *, expression=SINCE, targets=TARGETS, floor=0, weight=1):
    objective = PlanObjective(name="Anything", expression=expression, floor=Decimal(floor), weight=weight)
    known = [(day, Decimal(value)) for day, value in figures]
    return stand(objective, targets=targets, quarters=QUARTERS, figures=known, term=Term(START, END, today))


@pytest.mark.parametrize(
    ("value", "floor", "target", "done"),
    [
        (5, 0, 10, 50),
        (12, 0, 10, 100),
        (-3, 0, 10, 0),
        (8, 10, 5, 40),
        (3, 10, 5, 100),
        (7, 7, 7, 100),
        (None, 0, 1, 0),
    ],
)
def test_the_share_of_the_way_from_floor_to_target(value, floor, target, done):
    number = None if value is None else Decimal(value)

    assert share(number, floor=Decimal(floor), target=Decimal(target)) == done


def test_the_start_of_a_plan_becomes_a_day_and_a_day_the_start():
    counted = {"collection": "deals", "aggregate": "count", "window": {"since": "start"}}

    assert starting(counted, START)["window"] == {"since": "2030-01-01"}
    assert from_start(starting(counted, START), START) == counted
    assert from_start(starting(counted, START), END) != counted
    assert starting(SINCE, START) == SINCE


def test_before_it_starts_nothing_is_known_of_it():
    found = standing([], date(2029, 12, 31))

    assert (found.pace, found.value, found.progress) == (Pace.UNKNOWN, None, 0)


def test_an_even_pace_asks_for_whole_things_only():
    halfway = date(2030, 2, 13)

    assert standing([(START, 4)], halfway).pace == Pace.ON_TRACK
    assert standing([(START, 5)], halfway).asked == 4
    assert standing([(START, 3)], date(2030, 2, 14)).pace == Pace.BEHIND
    assert standing([(START, 40)], halfway).pace == Pace.REACHED


def test_quarters_keep_what_was_there_at_their_end():
    figures = [(date(2030, 1, 10), 4), (date(2030, 3, 31), 9), (date(2030, 4, 1), 15)]
    first, second, third, _fourth = standing(figures, date(2030, 4, 2)).quarters

    assert (first.value, first.attained, first.is_over, first.is_missed) == (9, 90, True, True)
    assert (second.value, second.attained, second.is_current) == (15, 75, True)
    assert (third.value, third.attained) == (None, None)


def test_what_begins_anew_each_quarter_counts_every_quarter():
    same = dict.fromkeys(TARGETS, Decimal(10))
    figures = [(date(2030, 3, 1), 10), (date(2030, 4, 1), 0), (date(2030, 5, 1), 5)]
    found = standing(figures, date(2030, 5, 16), expression=ANEW, targets=same)

    assert [one.attained for one in found.quarters] == [100, 50, None, None]
    assert (found.progress, found.due, found.asked) == (37, 37, 5)
    assert found.pace == Pace.ON_TRACK


def test_less_may_be_better():
    falling = dict(zip(TARGETS, map(Decimal, (8, 6, 4, 2)), strict=True))

    assert standing([(START, 9)], date(2030, 3, 31), targets=falling, floor=10).pace == Pace.BEHIND
    assert standing([(START, 8)], date(2030, 3, 31), targets=falling, floor=10).pace == Pace.ON_TRACK
    assert standing([(START, 2)], date(2030, 3, 31), targets=falling, floor=10).pace == Pace.REACHED


def test_a_plan_is_the_weighted_mean_of_its_objectives():
    day = date(2030, 3, 31)
    good, bad = standing([(START, 20)], day, weight=3), standing([(START, 0)], day, weight=1)

    assert overall([good, bad]).progress == 37
    assert overall([good, bad]).pace == Pace.ON_TRACK
    assert overall([bad]).pace == Pace.BEHIND
    assert overall([]).pace == Pace.UNKNOWN


def test_targets_go_evenly_by_days_and_end_at_what_is_asked():
    term = Term(date(2030, 2, 1), END, START)
    found = even_targets(QUARTERS, floor=Decimal(0), target=Decimal(8), term=term, anew=False)

    assert list(found.values()) == [1, 4, 6, 8]
    assert set(even_targets(QUARTERS, floor=Decimal(0), target=Decimal(8), term=term, anew=True).values()) == {8}


@pytest.mark.django_db
def test_quarters_are_those_of_the_fiscal_year():
    Program.objects.filter(pk=Program.current().pk).update(fiscal_year_start_month=11)
    Program.forget()

    assert str(quarter_of(date(2030, 1, 31))) == "Q1 2030"
    assert quarter_of(date(2030, 1, 31)).starts_on == date(2029, 11, 1)
    assert str(quarter_of(date(2030, 2, 1))) == "Q2 2030"
    assert [str(one) for one in quarters_between(date(2029, 10, 31), date(2030, 2, 1))] == [
        "Q4 2029",
        "Q1 2030",
        "Q2 2030",
    ]
