"""Makes verdicts right: for partners that a write touched, and for everybody after a rule or the day changed.

Nothing is lost and nothing is done twice: a claim, the work and the note that it is done are one transaction. Killed at
any moment, the claim rolls back and another worker finds it.

A full run first looks, without locks, which partners are not right; it writes only what is found wrong again under
locks. What it finds right may be spoiled later by a worker that still goes by the rules or the day of before, so a run
begins when those who were at work have finished (`_BARRIER`). What is written meanwhile has its own stale mark.

While people write, runs take one processor of the database and no more, so that nobody waits for them (`_make_room`).
"""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import Exists, Max, Min, OuterRef, Q, Sum
from django.db.utils import InterfaceError, OperationalError

from core.doorbell import ring_after_commit
from core.models import Program
from core.queues import Queue
from core.services import outbox
from partners.models import Partner
from segmentation import engine
from segmentation.models import FullRun, RunRange, RunState, SetAsidePartner
from segmentation.rulebook import Rule
from segmentation.scope import Scope
from segmentation.services import pace, rule_health

log = structlog.get_logger("segmentation")

CLAIM_ROWS = 1000
#: Reading costs least where most of a table is read at once, and takes about a minute for so many partners.
LOOK_IDS = 500_000
#: The limit of every other statement would be too short; that of a task is longer.
LOOK_SECONDS = 240
#: So many partners are put right in one transaction: others wait for their locks a second or two.
RANGE_IDS = 5_000
FOLLOW_UP_PARTNERS = 500

RANGE_ATTEMPTS = 6
MOST_SET_ASIDE = 100
MANY = 1000
LONGEST_PAUSE = timedelta(hours=1)
#: What the database says when neither a rule nor a partner is at fault: a deadlock, a time limit, a lost connection.
NOBODYS_FAULT = (OperationalError, InterfaceError)

#: The claim is made once, materialized: a nested loop may run a plain subquery again for every row, and claim more.
_CLAIM = """
WITH claim AS MATERIALIZED (
  SELECT id FROM segmentation_stalepartner ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
) DELETE FROM segmentation_stalepartner mark USING claim WHERE mark.id = claim.id RETURNING mark.partner_id"""
_READY = """
INSERT INTO segmentation_classification (partner_id, segment_ids, category_ids, tier_ids)
SELECT p.id, '{{}}', '{{}}', '{{}}' FROM partners_partner p
WHERE {where} AND NOT EXISTS (SELECT 1 FROM segmentation_classification k WHERE k.partner_id = p.id)
ORDER BY p.id ON CONFLICT DO NOTHING"""
_MARK_RANGE = """
INSERT INTO segmentation_stalepartner (partner_id, source)
SELECT id, 'run' FROM partners_partner WHERE id >= %s AND id < %s ORDER BY id"""
#: Every worker holds it while it computes and writes; who begins a full run waits until those at work are done.
_BARRIER = 0x5E6_2EC0
_AT_WORK = f"SELECT pg_advisory_xact_lock_shared({_BARRIER})"
_ALL_DONE = f"SELECT pg_advisory_xact_lock({_BARRIER})"
#: Held by the one range that is worked on while people write.
_ONE_AT_A_TIME = f"SELECT pg_try_advisory_xact_lock({_BARRIER + 1})"
_MISSING = """
SELECT count(*) FROM (SELECT FROM partners_partner p WHERE {where}
  AND NOT EXISTS (SELECT FROM segmentation_classification k WHERE k.partner_id = p.id) LIMIT %(most)s) missing"""
_LOCK = "SELECT partner_id FROM segmentation_classification WHERE {where} ORDER BY partner_id FOR UPDATE"


def stale(*, at: datetime, limit: int = CLAIM_ROWS) -> int:
    """Recompute the partners of the oldest stale marks. Returns how many marks were claimed.

    Marks that cannot be worked off together are claimed again by halves, until the one partner at fault is left alone;
    it is set aside, so that it stops nobody else. A lost connection or a deadlock is nobody's fault and is raised.
    """
    retry_one_set_aside(at=at)
    while True:
        try:
            return _stale(at=at, limit=limit)
        except NOBODYS_FAULT:
            raise
        except Exception as error:
            log.warning("partners.failed", limit=limit, exc_info=error)
            if limit == 1:
                return _set_aside_oldest(error=error, at=at)
            limit //= 2


def all_stale(*, at: datetime) -> int:
    """Recompute until nothing is stale. Returns how many marks were claimed."""
    total = 0
    while claimed := stale(at=at):
        total += claimed
    return total


def _stale(*, at: datetime, limit: int) -> int:
    began = time.perf_counter()
    with transaction.atomic():
        claimed = _claim(limit)
        ids = sorted(set(claimed) - _try_alone(claimed, at=at))
        if ids:
            changed = _classify(Scope.some(ids), at=at)
            _follow_up(ids)
            log.info("partners.recomputed", partners=len(ids), changed=len(changed))
    if claimed:
        pace.note(marks=len(claimed), partners=len(ids), seconds=time.perf_counter() - began, at=at)
    return len(claimed)


def _claim(limit: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [limit])
        return [row[0] for row in cursor.fetchall()]


def _try_alone(partner_ids: Sequence[int], *, at: datetime) -> set[int]:
    """Return which of these partners are set aside. Something of them has changed: they are tried again, alone."""
    rows = SetAsidePartner.objects.filter(partner__in=set(partner_ids))
    found = set(rows.values_list("partner_id", flat=True))
    if found:
        rows.update(retry_at=at)
    return found


def _set_aside_oldest(*, error: Exception, at: datetime) -> int:
    """Set the partner of the oldest mark aside. When too many are aside already, it is not the partners' fault."""
    if SetAsidePartner.objects.count() >= MOST_SET_ASIDE:
        raise error
    with transaction.atomic():
        for partner_id in (claimed := _claim(1)):
            if Partner.objects.filter(pk=partner_id).exists():
                _note_failure(partner_id, error=error, at=at)
    return len(claimed)


def _note_failure(partner_id: int, *, error: Exception, at: datetime) -> None:
    row, created = SetAsidePartner.objects.get_or_create(
        partner_id=partner_id, defaults={"failed_at": at, "retry_at": at + pause(1), "error": _words(error)}
    )
    if not created:
        row.attempts, row.error = min(row.attempts + 1, MANY), _words(error)
        row.retry_at = at + pause(row.attempts)
        row.save(update_fields=["attempts", "error", "retry_at"])
    log.warning("partner.set_aside", partner=partner_id, attempts=row.attempts)


def retry_one_set_aside(*, at: datetime) -> bool:
    """Try the partner again, alone, that has been due longest of those set aside. Returns whether there was one."""
    with transaction.atomic():
        due = SetAsidePartner.objects.select_for_update(skip_locked=True).filter(retry_at__lte=at)
        row = due.order_by("retry_at", "id").first()
        if row is None:
            return False
        try:
            with transaction.atomic():
                _classify(Scope.some([row.partner_id]), at=at)
                _follow_up([row.partner_id])
        except NOBODYS_FAULT:
            raise
        except Exception as error:
            _note_failure(row.partner_id, error=error, at=at)
        else:
            row.delete()
    return True


def pause(attempts: int) -> timedelta:
    """Return how long to wait after so many failures: 10 seconds, 20, 40 … an hour at most."""
    return min(timedelta(seconds=5 * 2 ** min(attempts, 20)), LONGEST_PAUSE)


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:2000]


def start_full_run(
    *, reason: str, slot: str | None = None, only: Sequence[tuple[str, int]] | None = None
) -> FullRun | None:
    """Ask for everybody to be recomputed. A slot is run once: asking for it again returns None.

    `only` some rules (kind and id), and what builds on them, are computed if asked so. A run that waits and has not
    begun serves a new reason as well, so that ten publications make one run.
    """
    rules = None if only is None else [list(one) for one in only]
    with transaction.atomic():
        if slot is not None:
            run, created = FullRun.objects.get_or_create(slot=slot, defaults={"reason": reason[:200]})
            return run if created else None
        waiting = FullRun.objects.select_for_update().filter(
            state=RunState.PENDING, started_at__isnull=True, slot__isnull=True
        )
        first = waiting.first()
        if first is None:
            return FullRun.objects.create(reason=reason[:200], rules=rules)
        first.rules = _either(first.rules, rules)
        first.save(update_fields=["rules"])
        return first


def _either(some: list[Any] | None, more: list[Any] | None) -> list[Any] | None:
    """Return the rules of both; None is all of them."""
    return None if some is None or more is None else [*some, *(one for one in more if one not in some)]


def continue_one(*, at: datetime) -> bool:
    """Do one part of the oldest full run that is not done. Returns whether there was one to do."""
    return _split_run(at=at) or _do_range(at=at) or _finish_run(at=at)


def now(*, partner_ids: Sequence[int], at: datetime) -> bool:
    """Compute the verdicts of a few partners in the caller's transaction. Returns whether it could be done.

    What cannot be computed is left to the workers, whom the stale marks tell of it, and stops nobody.
    """
    try:
        with transaction.atomic():
            _classify(Scope.some(partner_ids), at=at)
    except Exception as error:
        log.warning("partners.failed", partners=list(partner_ids), exc_info=error)
        return False
    return True


def everything(*, at: datetime) -> None:
    """Make every verdict right in this process: what workers do, in one go."""
    start_full_run(reason="Everybody was asked for")
    while continue_one(at=at):
        pass
    all_stale(at=at)


def _split_run(*, at: datetime) -> bool:
    with transaction.atomic():
        waiting = FullRun.objects.filter(state=RunState.PENDING, started_at__isnull=True).order_by("id")
        if not waiting.exists():
            return False
        _execute(_ALL_DONE)  # before anything else is locked: a publisher may hold what those at work wait for
        run = waiting.select_for_update(skip_locked=True).first()
        if run is None:
            return False
        bounds = Partner.objects.aggregate(first=Min("id"), last=Max("id"))
        first, last = bounds["first"] or 0, bounds["last"] or -1
        _make_ranges(run.pk, first, last + 1, ids=LOOK_IDS, is_look=True)
        run.started_at = at
        run.save(update_fields=["started_at"])
    return True


def _make_ranges(run_id: int, first_id: int, end_id: int, *, ids: int, is_look: bool = False) -> None:
    RunRange.objects.bulk_create(
        RunRange(run_id=run_id, first_id=start, end_id=min(start + ids, end_id), is_look=is_look)
        for start in range(first_id, end_id, ids)
    )


def _do_range(*, at: datetime) -> bool:
    """Do the first range that is due. One that fails is noted with its error and waits; the others go on."""
    began = time.perf_counter()
    with transaction.atomic():
        if not _make_room(at=at):
            return False
        due = RunRange.objects.select_for_update(skip_locked=True, of=("self",)).filter(state=RunState.PENDING)
        part = due.filter(Q(due_at__isnull=True) | Q(due_at__lte=at)).select_related("run").order_by("id").first()
        if part is None:
            return False
        Program.forget()  # the run may have been asked for because its calendar changed
        try:
            with transaction.atomic():
                changed = _look(part, at=at) if part.is_look else _put_right(_scope(part), part, at=at)
        except Exception as error:
            _note_failed_range(part, error=error, at=at)
        else:
            if changed is not None:
                part.state, part.changed, part.seconds = RunState.DONE, len(changed), time.perf_counter() - began
                part.save(update_fields=["state", "changed", "seconds"])
    if part.state == RunState.DONE:
        partners = Partner.objects.filter(pk__gte=part.first_id, pk__lt=part.end_id).count()
        pace.note(marks=0, partners=partners, seconds=part.seconds or 0, at=at)
    return True


def _make_room(*, at: datetime) -> bool:
    """Leave processors to people who write. Returns whether a range may be begun beside them.

    A range that is begun is worked on by one process of the database. Whoever finds one at work leaves the next one to
    the worker that is on it.
    """
    if not pace.people_write(at=at):
        return True
    _execute("SET LOCAL max_parallel_workers_per_gather = 0")
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME)
        is_alone: bool = cursor.fetchone()[0]
    return is_alone


def _scope(part: RunRange) -> Scope:
    return Scope.between(part.first_id, part.end_id)


def _look(part: RunRange, *, at: datetime) -> list[int] | None:
    """Find who is not right, and put them right; None where there are so many that the range is taken apart."""
    scope = _scope(part)
    _execute(f"SET LOCAL statement_timeout = '{LOOK_SECONDS}s'")
    if _fetched(_MISSING.format(where=scope.condition("p.id")), scope, most=RANGE_IDS + 1)[0] > RANGE_IDS:
        _take_apart(part)
        return None
    wrong = engine.differing(scope, at=at, only=part.run.rules)
    if len(wrong) > RANGE_IDS:
        _take_apart(part, first_id=wrong[0], end_id=wrong[-1] + 1)
        return None
    return _put_right(Scope.some(wrong), part, at=at) if wrong else []


def _take_apart(part: RunRange, *, first_id: int = 0, end_id: int | None = None) -> None:
    """Let small ranges take the place of a large one."""
    part.delete()
    _make_ranges(part.run_id, max(first_id, part.first_id), end_id or part.end_id, ids=RANGE_IDS)


def _put_right(scope: Scope, part: RunRange, *, at: datetime) -> list[int]:
    changed = _classify(scope, at=at, only=part.run.rules)
    _follow_up(changed)
    return changed


def _note_failed_range(part: RunRange, *, error: Exception, at: datetime) -> None:
    """Let a range wait longer each time. When it is given up, its partners are marked stale.

    So all but the one at fault are computed after all, and that one is found and set aside. A large range is taken
    apart at once: what is the matter is found out in small ones.
    """
    if part.is_look:
        log.warning("look.failed", run=part.run_id, range=part.pk, exc_info=error)
        _take_apart(part)
        return
    part.attempts, part.error = part.attempts + 1, _words(error)
    part.due_at = at + pause(part.attempts)
    if part.attempts >= RANGE_ATTEMPTS:
        part.state = RunState.FAILED
        with connection.cursor() as cursor:
            cursor.execute(_MARK_RANGE, [part.first_id, part.end_id])
    part.save(update_fields=["attempts", "error", "due_at", "state"])
    log.warning("range.failed", run=part.run_id, range=part.pk, attempts=part.attempts, exc_info=error)


def retry_run(*, run: FullRun, by: Any, at: datetime) -> int:
    """Give the ranges of a run that were given up another chance. Returns how many there are."""
    with transaction.atomic():
        failed = run.ranges.select_for_update().filter(state=RunState.FAILED)
        count = failed.update(state=RunState.PENDING, attempts=0, due_at=None)
        if count:
            FullRun.objects.filter(pk=run.pk).update(state=RunState.PENDING, ended_at=None)
            ring_after_commit("segmentation.tasks.continue_full_runs", queue=Queue.FULL)
    log.info("run.retried", run=run.pk, ranges=count, by=by.pk)
    return count


def retry_rule(*, kind: str, rule_id: int, label: str, by: Any, at: datetime) -> bool:
    """Try a rule that was set aside again, for everybody. Returns whether it was set aside."""
    with transaction.atomic():
        found = rule_health.try_again(at=at, kind=kind, rule_id=rule_id) > 0
        if found:
            ask_for_full_run(reason=f"{label} is tried again")
            log.info("rule.retried", kind=kind, rule=rule_id, by=by.pk)
    return found


def ask_for_full_run(*, reason: str, only: Sequence[tuple[str, int]] | None = None) -> None:
    """Ask for everybody to be recomputed, by some rules or by all, and wake the workers once that is committed."""
    start_full_run(reason=reason, only=only)
    ring_after_commit("segmentation.tasks.continue_full_runs", queue=Queue.FULL)


def start_daily_run(*, at: datetime) -> bool:
    """Start the run of the program's day, once. Rules that were set aside are tried again with it."""
    with transaction.atomic():
        if start_full_run(reason="A new day", slot=day_slot(at=at)) is None:
            return False
        rule_health.try_again(at=at)
        pace.forget_old(at=at)
    return True


def is_day_done(*, at: datetime) -> bool:
    """Return whether the run of the program's day is through, as far as it can be."""
    return FullRun.objects.filter(slot=day_slot(at=at)).exclude(state=RunState.PENDING).exists()


def retry_partner(*, partner: Partner, by: Any, at: datetime) -> bool:
    """Let a partner that was set aside be tried again now. Returns whether it was."""
    found = SetAsidePartner.objects.filter(partner=partner).update(retry_at=at) > 0
    if found:
        ring_after_commit("segmentation.tasks.recompute_stale", queue=Queue.FRESH)
        log.info("partner.retried", partner=partner.pk, by=by.pk)
    return found


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
        if run is None or run.started_at is None:
            return False
        failed = run.ranges.filter(state=RunState.FAILED).exists()
        run.state, run.ended_at = RunState.FAILED if failed else RunState.DONE, at
        run.partners = Partner.objects.count()
        run.changed = run.ranges.aggregate(total=Sum("changed"))["total"] or 0
        run.save(update_fields=["state", "ended_at", "partners", "changed"])
        rule_health.note(at=at)
        if not failed and run.rules is None:
            rule_health.strike_off(tried_before=run.started_at)
    log.info("run.finished", run=run.pk, state=run.state, partners=run.partners, changed=run.changed)
    return True


def _classify(scope: Scope, *, at: datetime, only: Sequence[tuple[str, int]] | None = None) -> list[int]:
    """Lock the partners' rows in id order, so that workers never wait for each other in a circle, then classify."""
    _execute(_AT_WORK)
    _execute(_READY.format(where=scope.condition("p.id")), scope)
    _execute(_LOCK.format(where=scope.condition("partner_id")), scope)

    def set_aside(rule: Rule, error: str) -> None:
        rule_health.set_aside(kind=rule.kind, rule_id=rule.id, error=error, at=at)

    return engine.classify(scope, at=at, on_failure=set_aside, only=only)


def _execute(sql: str, scope: Scope | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, scope.parameters if scope is not None else None)


def _fetched(sql: str, scope: Scope, **more: Any) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {**scope.parameters, **more})
        row: tuple[Any, ...] = cursor.fetchone()
        return row


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
