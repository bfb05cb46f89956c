"""How much is recomputed a minute: a figure for operators, written beside the work and never in its way."""

from datetime import datetime, timedelta

from django.db import connection

from segmentation.models import Pace

KEPT = timedelta(days=1)

_ADD = """
INSERT INTO segmentation_pace (minute_at, marks, partners, seconds) VALUES (%s, %s, %s, %s)
ON CONFLICT (minute_at) DO UPDATE SET marks = segmentation_pace.marks + excluded.marks,
  partners = segmentation_pace.partners + excluded.partners, seconds = segmentation_pace.seconds + excluded.seconds"""


def note(*, marks: int, partners: int, seconds: float, at: datetime) -> None:
    """Add a batch to its minute. Called after the batch is committed, so that nobody waits for this row."""
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [at.replace(second=0, microsecond=0), marks, partners, seconds])


def forget_old(*, at: datetime) -> int:
    """Forget minutes of more than a day ago. Returns how many."""
    return Pace.objects.filter(minute_at__lt=at - KEPT).delete()[0]
