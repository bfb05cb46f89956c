"""Certificates that run out: who is told, 60, 30 and 7 days before and on the day, once each."""

from datetime import date, datetime, timedelta

from django.db.models import Q

from core.audit import action
from core.models import Program
from core.periods import today
from core.services import outbox
from enablement.models import HeldCertification

EXPIRES = "enablement.certification_expires"
NOTICE_DAYS = (60, 30, 7, 0)
#: What ran out while nothing was running is still told, but nothing older than this.
TOLD_AFTERWARDS = timedelta(days=3)


def watch(*, at: datetime) -> int:
    """Put a message for each certificate that reached one of the days. However often it runs, each is told once."""
    day = today(at=at, zone=Program.current().zone)
    return sum(_notice(held, day) for held in due(day=day))


def due(*, day: date) -> list[HeldCertification]:
    """Return certificates that end soon, or ended just now, and that nobody has renewed."""
    rows = (
        HeldCertification.objects.of_people_here()
        .filter(expires_on__gt=day - TOLD_AFTERWARDS, expires_on__lte=day + timedelta(days=max(NOTICE_DAYS)))
        .not_renewed()
        .filter(earned_on__lt=day)
        .exclude(noticed_days=min(NOTICE_DAYS))
        .order_by("pk")
    )
    return list(rows)


def _notice(held: HeldCertification, day: date) -> int:
    assert held.expires_on is not None
    left = max((held.expires_on - day).days, 0)
    mark = min(one for one in NOTICE_DAYS if left <= one)
    untold = Q(noticed_days__isnull=True) | Q(noticed_days__gt=mark)
    with action("certification.notice", by=None):
        still = HeldCertification.objects.filter(untold, pk=held.pk, expires_on=held.expires_on)
        told = still.update(noticed_days=mark)
        if told:
            outbox.put(topic=EXPIRES, payload={"held": held.pk, "mark": mark})
    return told
