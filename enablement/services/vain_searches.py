"""What people of partners looked for and did not find, counted by day."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from core.models import Program
from core.periods import today
from enablement.models import VainSearch
from partners.models import Partner

#: Who goes on typing, takes letters away or asks again within this time means one search.
GOES_ON = timedelta(minutes=1)
KEPT_DAYS = 365
COUNT_ONE_MORE = """
    INSERT INTO {table} AS known (partner_id, day, text, times, last_at) VALUES (%s, %s, %s, 1, %s)
    ON CONFLICT (partner_id, day, text) DO UPDATE SET times = known.times + 1, last_at = excluded.last_at
"""


def note(*, partner: Partner, text: str, at: datetime) -> None:
    """Count one more search for words, such as `kubernetes backup`, that found nothing.

    The library is searched while somebody types, and again at the end: what was only the beginning of the words is not
    counted beside them, and the same words count once a minute.
    """
    day = today(at=at, zone=Program.current().zone)
    with transaction.atomic():
        newest = VainSearch.objects.filter(partner=partner, day__gte=day - timedelta(days=1), last_at__gt=at - GOES_ON)
        just_now = list(newest.select_for_update().order_by("pk"))
        if any(row.text.startswith(text) for row in just_now):
            return
        for row in just_now:
            if text.startswith(row.text):
                _count_one_less(row, at=at)
        with connection.cursor() as cursor:
            cursor.execute(COUNT_ONE_MORE.format(table=VainSearch._meta.db_table), [partner.pk, day, text, at])


def forget_old(*, at: datetime) -> int:
    """Remove what was looked for more than a year ago. Returns how many rows that were."""
    last_kept = today(at=at, zone=Program.current().zone) - timedelta(days=KEPT_DAYS)
    return VainSearch.objects.filter(day__lt=last_kept).delete()[0]


def _count_one_less(row: VainSearch, *, at: datetime) -> None:
    """Take back the search that went on, once: what is left of the day was looked for before it."""
    if row.times == 1:
        row.delete()
    else:
        row.times, row.last_at = row.times - 1, at - GOES_ON
        row.save(update_fields=["times", "last_at"])
