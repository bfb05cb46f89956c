"""Everybody's scores anew, in ranges that survive whoever is working on them."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max, Min

from core.doorbell import ring_after_commit
from core.models import Program
from core.periods import today
from core.queues import Queue
from partners.models import Partner
from scorecards.models import ScoreRange, ScoreRun
from scorecards.services import benchmarks, scores

RANGE_IDS = 2000
_CLAIM = """
DELETE FROM scorecards_scorerange WHERE id = (
  SELECT id FROM scorecards_scorerange ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
) RETURNING first_id, end_id"""
_DROP_UNCLAIMED = """
DELETE FROM scorecards_scorerange WHERE id IN (SELECT id FROM scorecards_scorerange FOR UPDATE SKIP LOCKED)"""


@transaction.atomic
def start(*, reason: str, slot: str | None = None) -> ScoreRun | None:
    """Ask for everybody's scores anew. A slot is run once: asking for it again returns None.

    Parts of earlier runs that nobody has begun are dropped, since this run does them; others are done again.
    """
    if slot is None:
        run = ScoreRun.objects.create(reason=reason[:200])
    else:
        run, created = ScoreRun.objects.get_or_create(slot=slot, defaults={"reason": reason[:200]})
        if not created:
            return None
    with connection.cursor() as cursor:
        cursor.execute(_DROP_UNCLAIMED)
    bounds = Partner.objects.aggregate(first=Min("pk"), last=Max("pk"))
    if bounds["last"] is not None:
        end = bounds["last"] + 1
        ScoreRange.objects.bulk_create(
            ScoreRange(run=run, first_id=first, end_id=min(first + RANGE_IDS, end))
            for first in range(bounds["first"], end, RANGE_IDS)
        )
    ring_after_commit("scorecards.tasks.continue_runs", queue=Queue.REPORTS)
    return run


def continue_one(*, at: datetime) -> bool:
    """Do one part of what is waiting. Returns whether there was one.

    Claim and work are one transaction: killed at any moment, the part is found again. Benchmarks follow the last one.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_CLAIM)
            claimed = cursor.fetchone()
        if claimed is None:
            return False
        first, end = claimed
        ids = Partner.objects.filter(pk__gte=first, pk__lt=end).order_by("pk").values_list("pk", flat=True)
        scores.recompute(partner_ids=list(ids), at=at)
    if not ScoreRange.objects.exists():
        benchmarks.refresh(at=at)
    return True


def day_slot(*, at: datetime) -> str:
    """Return the name of the program's day, whose run is done once: windows of metrics move with it."""
    zone = Program.current().zone
    return f"{today(at=at, zone=zone).isoformat()} {zone}"
