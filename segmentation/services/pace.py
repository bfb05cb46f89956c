"""How much is recomputed a minute: written beside the work and never in its way.

It is a figure for operators, and full runs see by it whether people are writing meanwhile.
"""

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


def people_write(*, at: datetime) -> bool:
    """Whether partners that a write touched were recomputed in this minute or in the one before it."""
    since = at.replace(second=0, microsecond=0) - timedelta(minutes=1)
    return Pace.objects.filter(minute_at__gte=since, minute_at__lte=at, marks__gt=0).exists()


def forget_old(*, at: datetime) -> int:
    """Forget minutes of more than a day ago. Returns how many."""
    return Pace.objects.filter(minute_at__lt=at - KEPT).delete()[0]
