"""What time it is for a rule. The clock is always given, never read."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from core.periods import add_months
from criteria.tree import Span, Window

#: How many months a period has; those that begin with the fiscal year have a name of their own.
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12, "fiscal_quarter": 3, "fiscal_half": 6, "fiscal_year": 12}


@dataclass(frozen=True)
class Clock:
    """A moment in a program: its time zone, and the month in which its fiscal year starts (1 to 12).

    `day` is taken for today instead of the moment's own day, to look at windows as of another day.
    """

    at: datetime
    zone: ZoneInfo
    fiscal_start: int = 1
    day: date | None = None

    @cached_property
    def today(self) -> date:
        """The day it is in the program's time zone."""
        return self.day or self.at.astimezone(self.zone).date()

    def on(self, day: date) -> "Clock":
        """Return this clock as of another day."""
        return replace(self, day=day)

    def shifted(self, n: int, unit: str) -> date:
        """Return today plus n days, weeks, months or years; the month's last day where there is no such day.

        Raises OverflowError beyond the calendar.
        """
        return moved(self.today, n, unit)

    def period(self, unit: str, offset: int = 0) -> tuple[date, date]:
        """Return the half-open period [first, end) of a unit that today is in, moved by so many periods."""
        today = self.today
        if unit == "day":
            first = today + timedelta(days=offset)
            return first, first + timedelta(days=1)
        if unit == "week":
            first = today - timedelta(days=today.weekday()) + timedelta(weeks=offset)
            return first, first + timedelta(weeks=1)
        months = MONTHS[unit]
        start_month = self.fiscal_start if unit.startswith("fiscal") else 1
        behind = (today.month - start_month) % months
        first = add_months(today.replace(day=1), offset * months - behind)
        return first, add_months(first, months)

    def bounds(self, window: Window, earlier: Span | None = None) -> tuple[date, date]:
        """Return the half-open days [first, end) of a window, or of the same one so much earlier.

        The last N days include today. Raises OverflowError beyond the calendar.
        """
        day, first = date.fromisoformat(window.as_of) if window.as_of else self.today, self.today
        if window.kind == "since":
            first = date.fromisoformat(window.day)
        for back in (window.back, earlier):
            if back is not None:
                day, first = moved(day, -back.n, back.unit), moved(first, -back.n, back.unit)
        if window.kind == "since":
            return first, day + timedelta(days=1)
        return self.on(day)._bounds(window)

    def _bounds(self, window: Window) -> tuple[date, date]:
        tomorrow = self.today + timedelta(days=1)
        if window.kind == "last":
            return self.shifted(-window.n, window.unit) + timedelta(days=1), tomorrow
        if window.kind == "next":
            return self.today, self.shifted(window.n, window.unit)
        return self.period(window.unit, 0 if window.kind == "this" else -1)


def moved(day: date, n: int, unit: str) -> date:
    """Return a day plus n days, weeks, months or years; the month's last day where there is no such day.

    Raises OverflowError beyond the calendar.
    """
    if unit == "days":
        return day + timedelta(days=n)
    if unit == "weeks":
        return day + timedelta(weeks=n)
    return add_months(day, n * (12 if unit == "years" else 1))
