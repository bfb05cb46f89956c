"""Days, windows and periods: half-open, in the program's zone, right at the ends of months and years."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from criteria.clock import Clock
from criteria.operators import PERIODS
from criteria.tree import Window


def clock(at: str, zone: str = "UTC", fiscal_start: int = 1) -> Clock:
    return Clock(datetime.fromisoformat(at).replace(tzinfo=UTC), ZoneInfo(zone), fiscal_start)


@pytest.mark.parametrize(
    ("at", "zone", "today"),
    [
        ("2030-03-18T23:59", "UTC", date(2030, 3, 18)),
        ("2030-03-18T23:00", "Europe/Berlin", date(2030, 3, 19)),
        ("2030-03-18T22:59", "Europe/Berlin", date(2030, 3, 18)),
        ("2030-07-01T22:00", "Europe/Berlin", date(2030, 7, 2)),  # summer time: an hour earlier
        ("2030-07-01T21:59", "Europe/Berlin", date(2030, 7, 1)),
        ("2030-03-31T00:30", "Europe/Berlin", date(2030, 3, 31)),  # the night the clocks go forward
        ("2030-03-31T01:30", "Europe/Berlin", date(2030, 3, 31)),
        ("2030-10-27T00:30", "Europe/Berlin", date(2030, 10, 27)),  # the night the clocks go back
        ("2030-01-01T04:59", "America/New_York", date(2029, 12, 31)),
        ("2030-01-01T10:00", "Pacific/Auckland", date(2030, 1, 1)),
        ("2030-01-01T11:00", "Pacific/Auckland", date(2030, 1, 2)),
        ("2030-01-01T18:14", "Asia/Kathmandu", date(2030, 1, 1)),
        ("2030-01-01T18:15", "Asia/Kathmandu", date(2030, 1, 2)),
    ],
)
def test_today_is_the_programs_day(at: str, zone: str, today: date) -> None:
    assert clock(at, zone).today == today


@pytest.mark.parametrize(
    ("today", "n", "unit", "expected"),
    [
        ("2030-03-31", -1, "months", date(2030, 2, 28)),
        ("2032-03-31", -1, "months", date(2032, 2, 29)),
        ("2030-01-31", 1, "months", date(2030, 2, 28)),
        ("2030-12-31", 2, "months", date(2031, 2, 28)),
        ("2030-01-15", -1, "months", date(2029, 12, 15)),
        ("2032-02-29", 1, "years", date(2033, 2, 28)),
        ("2032-02-29", -4, "years", date(2028, 2, 29)),
        ("2030-03-18", -2, "weeks", date(2030, 3, 4)),
        ("2030-03-01", -1, "days", date(2030, 2, 28)),
    ],
)
def test_months_without_the_day_end_on_their_last(today: str, n: int, unit: str, expected: date) -> None:
    assert clock(today).shifted(n, unit) == expected


def test_beyond_the_calendar_is_an_error_not_a_wrong_day() -> None:
    with pytest.raises(OverflowError):
        clock("2030-03-18").shifted(9_000, "years")


@pytest.mark.parametrize(
    ("window", "first", "end"),
    [
        (Window("last", 1, "days"), date(2030, 3, 31), date(2030, 4, 1)),
        (Window("last", 7, "days"), date(2030, 3, 25), date(2030, 4, 1)),
        (Window("last", 1, "months"), date(2030, 3, 1), date(2030, 4, 1)),
        (Window("last", 12, "months"), date(2029, 4, 1), date(2030, 4, 1)),
        (Window("last", 1, "years"), date(2029, 4, 1), date(2030, 4, 1)),
        (Window("next", 1, "days"), date(2030, 3, 31), date(2030, 4, 1)),
        (Window("next", 2, "weeks"), date(2030, 3, 31), date(2030, 4, 14)),
        (Window("since", day="2030-01-01"), date(2030, 1, 1), date(2030, 4, 1)),
        (Window("this", unit="day"), date(2030, 3, 31), date(2030, 4, 1)),
        (Window("this", unit="week"), date(2030, 3, 25), date(2030, 4, 1)),  # the 31st is a Sunday
        (Window("this", unit="month"), date(2030, 3, 1), date(2030, 4, 1)),
        (Window("previous", unit="month"), date(2030, 2, 1), date(2030, 3, 1)),
        (Window("this", unit="quarter"), date(2030, 1, 1), date(2030, 4, 1)),
        (Window("previous", unit="quarter"), date(2029, 10, 1), date(2030, 1, 1)),
        (Window("this", unit="year"), date(2030, 1, 1), date(2031, 1, 1)),
        (Window("previous", unit="year"), date(2029, 1, 1), date(2030, 1, 1)),
        (Window("this", unit="fiscal_year"), date(2030, 2, 1), date(2031, 2, 1)),
        (Window("previous", unit="fiscal_year"), date(2029, 2, 1), date(2030, 2, 1)),
        (Window("this", unit="fiscal_quarter"), date(2030, 2, 1), date(2030, 5, 1)),
        (Window("previous", unit="fiscal_quarter"), date(2029, 11, 1), date(2030, 2, 1)),
    ],
)
def test_windows_are_half_open(window: Window, first: date, end: date) -> None:
    assert clock("2030-03-31", fiscal_start=2).bounds(window) == (first, end)


@settings(max_examples=300, derandomize=True, database=None)
@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.times(), st.sampled_from(PERIODS), st.integers(1, 12))
def test_periods_follow_each_other_without_gap_and_hold_today(
    day: date, hour: time, unit: str, fiscal_start: int
) -> None:
    mine = Clock(datetime.combine(day, hour, UTC), ZoneInfo("Europe/Berlin"), fiscal_start)

    first, end = mine.period(unit)

    assert first <= mine.today < end
    assert mine.period(unit, -1)[1] == first
    assert mine.period(unit, 1)[0] == end
