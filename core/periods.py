"""Days and windows of the program. Periods are half-open: [starts, ends)."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


def today(*, at: datetime, zone: ZoneInfo) -> date:
    """Return the day it is at a moment in a time zone."""
    return at.astimezone(zone).date()


def add_months(day: date, months: int) -> date:
    """Return the same day of the month so many months on, or the month's last day where there is none."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last_day = (first_of_next - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last_day))
