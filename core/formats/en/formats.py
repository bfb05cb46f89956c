"""Long dates name their month, so that nobody mistakes it for the day; the rest is Django's."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y, P"
MONTH_DAY_FORMAT = "j F"
