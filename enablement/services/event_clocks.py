"""What hours bring to events: who comes is reminded a day before, once."""

from datetime import datetime, timedelta

from core.audit import action
from core.services import outbox
from enablement.models import EventRegistration

NEAR = "enablement.event_near"
AHEAD = timedelta(days=1)
ROUND = 1000


def remind(*, at: datetime) -> int:
    """Put a message for everybody with a seat at an event within a day who was not reminded. Returns how many."""
    near = EventRegistration.objects.coming().filter(
        reminded_at__isnull=True,
        event__starts_at__gt=at,
        event__starts_at__lte=at + AHEAD,
        event__published_at__isnull=False,
        event__cancelled_at__isnull=True,
    )
    told = 0
    while True:
        with action("event.remind", by=None):
            ids = list(near.select_for_update(of=("self",), skip_locked=True).values_list("pk", flat=True)[:ROUND])
            EventRegistration.objects.filter(pk__in=ids).update(reminded_at=at)
            outbox.put_many(topic=NEAR, payloads=({"registration": pk} for pk in ids))
        told += len(ids)
        if len(ids) < ROUND:
            return told
