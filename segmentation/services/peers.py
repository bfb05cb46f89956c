"""Keeps standings among peers right: where each partner is by every measure that compares.

A live measure is compared anew when something was written since; a frozen one once per period, as of its first day, or
once as of a fixed day. Peers are compared with the figures known at that moment, with the clock standing at the day.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as daytime
from typing import Any

import structlog
from django.db import connection, transaction

from core.models import Program, VersionState
from criteria.clock import Clock
from criteria.fields import RuleKind
from criteria.tree import CriteriaError, Function, parse_formula
from segmentation import engine
from segmentation.models import Measure, MeasureVersion, PeerRefresh, PeerStanding
from segmentation.queries.measures import measures_in
from segmentation.services import rule_health

log = structlog.get_logger("segmentation")

_LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended('segmentation/peers', %s))"
#: How far writes have got: marks and moves ever made. Empty while somebody else writes in this database, because what
#: they wrote cannot be seen yet and its numbers are already counted. (A snapshot would look at other databases, too.)
_SEEN = """
SELECT CASE WHEN EXISTS (
    SELECT 1 FROM pg_stat_activity
    WHERE datname = current_database() AND backend_xid IS NOT NULL AND pid <> pg_backend_pid())
  THEN '' ELSE (SELECT last_value FROM segmentation_stalepartner_id_seq) || ' '
    || (SELECT last_value FROM segmentation_ruletransition_id_seq) END"""


@dataclass(frozen=True, slots=True)
class PeerMeasure:
    """A published measure that compares peers."""

    measure: Measure
    number: int
    formula: Function

    @property
    def frozen(self) -> str:
        """A day, a period, or nothing for a live one."""
        return str(self.formula.settings.get("frozen", ""))


def refresh(*, at: datetime) -> int:
    """Compare peers wherever that is due. Returns how many standings changed. Doing it twice changes nothing."""
    found = {one.measure.pk: one for one in peer_measures()}
    gone = PeerRefresh.objects.exclude(measure__in=found)
    changed = sum(_forget(row.measure_id) for row in gone)
    return changed + sum(_refresh_one(one, at=at) for one in found.values())


def peer_measures() -> list[PeerMeasure]:
    """Return the measures that compare peers; those that others are made of come first."""
    versions = MeasureVersion.objects.filter(state=VersionState.PUBLISHED, definition__retired_at__isnull=True)
    rows = list(versions.select_related("definition").order_by("definition_id"))
    documents = {version.definition.field_key: version.formula for version in rows}
    order = {key: place for place, key in enumerate(_inner_first(documents))}
    rows.sort(key=lambda version: order[version.definition.field_key])
    return [one for version in rows if (one := _compared(version)) is not None]


def taken_on(frozen: str, *, at: datetime) -> date | None:
    """Return the day as of which peers are compared now; None before a fixed day has come."""
    program = Program.current()
    clock = Clock(at, program.zone, program.fiscal_year_start_month)
    if not frozen:
        return clock.today
    if frozen[0].isdigit():
        day = date.fromisoformat(frozen)
        return day if day <= clock.today else None
    return clock.period(frozen)[0]


def _compared(version: MeasureVersion) -> PeerMeasure | None:
    try:
        formula = parse_formula(version.formula)
    except CriteriaError:
        return None
    if isinstance(formula, Function) and engine.is_among_peers(formula):
        return PeerMeasure(version.definition, version.number, formula)
    return None


def _inner_first(documents: Mapping[str, Any]) -> list[str]:
    """Return the fields of measures so that each comes after those it is made of."""
    placed: dict[str, None] = {}

    def place(key: str, above: tuple[str, ...]) -> None:
        if key in placed or key in above:
            return
        for inner in sorted(measures_in(documents[key]) & documents.keys()):
            place(inner, (*above, key))
        placed[key] = None

    for key in documents:
        place(key, ())
    return list(placed)


def _refresh_one(one: PeerMeasure, *, at: datetime) -> int:
    """Compare the peers of one measure if that is due, and nobody else is at it."""
    day = taken_on(one.frozen, at=at)
    with transaction.atomic():
        seen = _seen()
        if not _locked(one.measure.pk):
            return 0
        last = PeerRefresh.objects.filter(measure=one.measure).first()
        if day is None:
            return _forget(one.measure.pk) if last is not None else 0
        is_same = last is not None and (last.number, last.taken_on) == (one.number, day)
        if last is not None and is_same and (one.frozen or (seen and last.seen == seen)):
            return 0
        return _compare(one, day=day, seen=seen, at=at)


def _compare(one: PeerMeasure, *, day: date, seen: str, at: datetime) -> int:
    began = time.perf_counter()
    moment = datetime.combine(day, daytime.min, Program.current().zone) if one.frozen else at
    try:
        with transaction.atomic():
            changed = engine.write_standings(one.formula, measure_id=one.measure.pk, taken_on=day, at=moment)
    except (CriteriaError, *engine.FAULTS_OF_RULES) as error:
        rule_health.set_aside(kind=RuleKind.MEASURE, rule_id=one.measure.pk, error=str(error), at=at)
        return 0
    rule_health.try_again(at=at, kind=RuleKind.MEASURE, rule_id=one.measure.pk)
    seconds = time.perf_counter() - began
    PeerRefresh.objects.update_or_create(
        measure=one.measure,
        defaults={
            "number": one.number,
            "taken_on": day,
            "seen": seen,
            "refreshed_at": at,
            "seconds": seconds,
            "changed": changed,
        },
    )
    log.info("peers.compared", measure=one.measure.pk, changed=changed)
    return changed


def _forget(measure_id: int) -> int:
    """Drop the standings of a measure that compares no longer, or not yet."""
    with transaction.atomic():
        changed, _kinds = PeerStanding.objects.filter(measure=measure_id).delete()
        PeerRefresh.objects.filter(measure=measure_id).delete()
    return changed


def _locked(measure_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [measure_id])
        return bool(cursor.fetchone()[0])


def _seen() -> str:
    with connection.cursor() as cursor:
        cursor.execute(_SEEN)
        return str(cursor.fetchone()[0])
