"""Periods of scores in the program's calendar: quarters, half-years and years begin with the fiscal year."""

from datetime import date, datetime

from core.models import Program
from criteria.clock import Clock
from scorecards.models import Period

#: What the clock calls a period.
UNITS = {
    Period.MONTH: "month",
    Period.QUARTER: "fiscal_quarter",
    Period.HALF: "fiscal_half",
    Period.YEAR: "fiscal_year",
}


def bounds(period: str, *, at: datetime, back: int = 0) -> tuple[date, date]:
    """Return the half-open days of the period a moment is in, or of the one so many periods back."""
    program = Program.current()
    clock = Clock(at, program.zone, program.fiscal_year_start_month)
    return clock.period(UNITS[Period(period)], -back)


def starts_on(period: str, *, at: datetime, back: int = 0) -> date:
    """Return the first day of the period a moment is in, or of the one so many periods back."""
    return bounds(period, at=at, back=back)[0]
