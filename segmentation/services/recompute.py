"""Makes verdicts right: for partners that a write touched, and for everybody after a rule or the day changed.

Nothing is lost and nothing is done twice: a claim, the work and the note that it is done are one transaction. Killed at
any moment, the claim rolls back and another worker finds it.
"""

import time
from collections.abc import Sequence
from datetime import datetime

import structlog
from django.db import connection, transaction
from django.db.models import Exists, Max, Min, OuterRef, Sum

from core.doorbell import ring_after_commit
from core.models import Program
from core.queues import Queue
from core.services import outbox
from partners.models import Partner
from segmentation import engine
from segmentation.models import FullRun, RunRange, RunState
from segmentation.rulebook import Rule
from segmentation.scope import Scope
from segmentation.services import rule_health

log = structlog.get_logger("segmentation")

CLAIM_ROWS = 1000
RANGE_IDS = 20_000
FOLLOW_UP_PARTNERS = 500

_CLAIM = """
DELETE FROM segmentation_stalepartner WHERE id IN (
  SELECT id FROM segmentation_stalepartner ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
) RETURNING partner_id"""
_READY = """
INSERT INTO segmentation_classification (partner_id, segment_ids, category_ids, tier_ids)
SELECT p.id, '{{}}', '{{}}', '{{}}' FROM partners_partner p
WHERE {where} AND NOT EXISTS (SELECT 1 FROM segmentation_classification k WHERE k.partner_id = p.id)
ORDER BY p.id ON CONFLICT DO NOTHING"""
_LOCK = "SELECT partner_id FROM segmentation_classification WHERE {where} ORDER BY partner_id FOR UPDATE"


def stale(*, at: datetime, limit: int = CLAIM_ROWS) -> int:
    """Recompute the partners of the oldest stale marks. Returns how many marks were claimed."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_CLAIM, [limit])
            claimed = [row[0] for row in cursor.fetchall()]
        if claimed:
            ids = sorted(set(claimed))
            changed = _classify(Scope.some(ids), at=at)
            _follow_up(ids)
            log.info("partners.recomputed", partners=len(ids), changed=len(changed))
    return len(claimed)


def all_stale(*, at: datetime) -> int:
    """Recompute until nothing is stale. Returns how many marks were claimed."""
    total = 0
    while claimed := stale(at=at):
        total += claimed
    return total


def start_full_run(*, reason: str, slot: str | None = None) -> FullRun | None:
    """Ask for everybody to be recomputed. A slot is run once: asking for it again returns None.

    A run that waits and has not begun serves a new reason as well, so that ten publications make one run.
    """
    with transaction.atomic():
        if slot is not None:
            run, created = FullRun.objects.get_or_create(slot=slot, defaults={"reason": reason[:200]})
            return run if created else None
        waiting = FullRun.objects.select_for_update().filter(
            state=RunState.PENDING, started_at__isnull=True, slot__isnull=True
        )
        return waiting.first() or FullRun.objects.create(reason=reason[:200])


def continue_one(*, at: datetime) -> bool:
    """Do one part of the oldest full run that is not done. Returns whether there was one to do."""
    return _split_run(at=at) or _do_range(at=at) or _finish_run(at=at)


def everything(*, at: datetime) -> None:
    """Make every verdict right in this process: what workers do, in one go."""
    start_full_run(reason="everything")
    while continue_one(at=at):
        pass
    all_stale(at=at)


def _split_run(*, at: datetime) -> bool:
    with transaction.atomic():
        run = (
            FullRun.objects.select_for_update(skip_locked=True)
            .filter(state=RunState.PENDING, started_at__isnull=True)
            .order_by("id")
            .first()
        )
        if run is None:
            return False
        bounds = Partner.objects.aggregate(first=Min("id"), last=Max("id"))
        first, last = bounds["first"] or 0, bounds["last"] or -1
        RunRange.objects.bulk_create(
            RunRange(run=run, first_id=start, end_id=min(start + RANGE_IDS, last + 1))
            for start in range(first, last + 1, RANGE_IDS)
        )
        run.started_at = at
        run.save(update_fields=["started_at"])
    return True


def _do_range(*, at: datetime) -> bool:
    with transaction.atomic():
        part = (
            RunRange.objects.select_for_update(skip_locked=True).filter(state=RunState.PENDING).order_by("id").first()
        )
        if part is None:
            return False
        began = time.perf_counter()
        scope = Scope.between(part.first_id, part.end_id)
        changed = _classify(scope, at=at)
        _follow_up(changed)
        part.state, part.changed, part.seconds = RunState.DONE, len(changed), time.perf_counter() - began
        part.save(update_fields=["state", "changed", "seconds"])
    return True


def _finish_run(*, at: datetime) -> bool:
    """Close the oldest run of which no range is left. A worker that is killed before it does so leaves it to others."""
    with transaction.atomic():
        run = (
            FullRun.objects.select_for_update(skip_locked=True)
            .filter(state=RunState.PENDING, started_at__isnull=False)
            .exclude(Exists(RunRange.objects.filter(run=OuterRef("pk"), state=RunState.PENDING)))
            .order_by("id")
            .first()
        )
        if run is None:
            return False
        run.state, run.ended_at = RunState.DONE, at
        run.partners = Partner.objects.count()
        run.changed = run.ranges.aggregate(total=Sum("changed"))["total"] or 0
        run.save(update_fields=["state", "ended_at", "partners", "changed"])
        rule_health.note(at=at)
    log.info("run.finished", run=run.pk, partners=run.partners, changed=run.changed)
    return True


def _classify(scope: Scope, *, at: datetime) -> list[int]:
    """Lock the partners' rows in id order, so that workers never wait for each other in a circle, then classify."""
    with connection.cursor() as cursor:
        cursor.execute(_READY.format(where=scope.condition("p.id")), scope.parameters)
        cursor.execute(_LOCK.format(where=scope.condition("partner_id")), scope.parameters)

    def set_aside(rule: Rule, error: str) -> None:
        rule_health.set_aside(kind=rule.kind.value, key=rule.key, rule_id=rule.id, error=error, at=at)

    return engine.classify(scope, at=at, on_failure=set_aside)


def _follow_up(partner_ids: Sequence[int]) -> None:
    if partner_ids:
        ring_after_commit("core.tasks.deliver_outbox", queue=Queue.OUTBOX)
    for start in range(0, len(partner_ids), FOLLOW_UP_PARTNERS):
        outbox.put(
            topic="segmentation.classified",
            payload={"partner_ids": list(partner_ids[start : start + FOLLOW_UP_PARTNERS])},
        )


def day_slot(*, at: datetime) -> str:
    """Return the name of the program's day at a moment, which the daily run is done once for.

    All that the calendar of rules depends on is in it, so that a change of the program's settings makes a new slot.
    """
    program = Program.current()
    day = at.astimezone(program.zone).date()
    return f"{day.isoformat()} {program.timezone} {program.fiscal_year_start_month}"
