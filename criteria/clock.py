"""What time it is for a rule. The clock is always given, never read."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from core.periods import add_months
from criteria.tree import Window


@dataclass(frozen=True)
class Clock:
    """A moment in a program: its time zone, and the month in which its fiscal year starts (1 to 12)."""

    at: datetime
    zone: ZoneInfo
    fiscal_start: int = 1

    @cached_property
    def today(self) -> date:
        """The day it is in the program's time zone."""
        return self.at.astimezone(self.zone).date()

    def shifted(self, n: int, unit: str) -> date:
        """Return today plus n days, weeks, months or years; the month's last day where there is no such day.

        Raises OverflowError beyond the calendar.
        """
        if unit == "days":
            return self.today + timedelta(days=n)
        if unit == "weeks":
            return self.today + timedelta(weeks=n)
        return add_months(self.today, n * (12 if unit == "years" else 1))

    def period(self, unit: str, offset: int = 0) -> tuple[date, date]:
        """Return the half-open period [first, end) of a unit that today is in, moved by so many periods."""
        today = self.today
        if unit == "day":
            first = today + timedelta(days=offset)
            return first, first + timedelta(days=1)
        if unit == "week":
            first = today - timedelta(days=today.weekday()) + timedelta(weeks=offset)
            return first, first + timedelta(weeks=1)
        months = {
            "month": 1,
            "quarter": 3,
            "fiscal_quarter": 3,
            "year": 12,
            "fiscal_year": 12,
        }[unit]
        start_month = self.fiscal_start if unit.startswith("fiscal") else 1
        behind = (today.month - start_month) % months
        first = add_months(today.replace(day=1), offset * months - behind)
        return first, add_months(first, months)

    def bounds(self, window: Window) -> tuple[date | None, date | None]:
        """Return the half-open days [first, end) of a window. The last N days include today."""
        tomorrow = self.today + timedelta(days=1)
        if window.kind == "since":
            return date.fromisoformat(window.day), tomorrow
        if window.kind == "last":
            return self.shifted(-window.n, window.unit) + timedelta(days=1), tomorrow
        if window.kind == "next":
            return self.today, self.shifted(window.n, window.unit)
        return self.period(window.unit, 0 if window.kind == "this" else -1)
