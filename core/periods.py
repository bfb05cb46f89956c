"""Days and windows of the program. Periods are half-open: [starts, ends)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

#: A moment in an address, to the microsecond.
MOMENT_FORMAT = "%Y%m%dT%H%M%S%fZ"


def in_address(at: datetime) -> str:
    """Return a moment as addresses write it."""
    return at.astimezone(UTC).strftime(MOMENT_FORMAT)


def today(*, at: datetime, zone: ZoneInfo) -> date:
    """Return the day it is at a moment in a time zone."""
    return at.astimezone(zone).date()


def add_months(day: date, months: int) -> date:
    """Return the same day so many months on, or the month's last day where there is none.

    Raises OverflowError beyond the calendar.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9998:
        raise OverflowError("beyond the calendar")
    end_of_month = date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)
    return date(year, month + 1, min(day.day, end_of_month.day))
