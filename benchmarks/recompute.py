"""Everybody, a thousand partners, and a publication, each against a bare scan of the same predicates and figures.

python -m benchmarks.recompute     (PARTNERS=200000; run by `make bench`)
"""

import random
import resource
import statistics
from datetime import datetime

from django.db import connection
from django.utils import timezone

from benchmarks._crowd import (
    bare_scan,
    forget_the_rest,
    print_ratio,
    run_everything,
    stand_ready,
    timed,
)
from partners.models import Partner
from portal.seed import scale
from segmentation.models import Classification, Segment
from segmentation.scope import Scope
from segmentation.services import recompute, segments

RUNS = 3
SOME = 1000


def main() -> None:
    """Measure and print."""
    at = timezone.now()
    stand_ready(at)
    _bench_full(at)
    _bench_incremental(at)
    _bench_publish(at)


def _bench_full(at: datetime) -> None:
    floors, seconds = [], []
    for _each in range(RUNS):  # in turns, so that both meet the same machine
        floors.append(timed(lambda: bare_scan(at)))
        seconds.append(timed(lambda: run_everything(at)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print_ratio("full-recompute", seconds, floors, peak_mib=peak)


def _bench_incremental(at: datetime) -> None:
    """A thousand partners change at once, as after an import, and are claimed together."""
    lot = random.Random("incremental")
    everybody = list(Classification.objects.values_list("pk", flat=True))
    floors, seconds = [], []
    for turn in range(RUNS):
        ids = sorted(lot.sample(everybody, min(SOME, len(everybody))))
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE partners_partner SET employees = 2 + (id * %s) %% 900 WHERE id = ANY(%s)", [turn + 7, ids]
            )
        floors.append(timed(lambda ids=ids: bare_scan(at, Scope.some(ids))))  # type: ignore[misc]
        seconds.append(timed(lambda: recompute.stale(at=at, limit=SOME)))
        forget_the_rest()
    print_ratio("incremental-1000", seconds, floors)


def _bench_publish(at: datetime) -> None:
    """A rule gets other criteria: from the click to the last range. A few partners move, and then half of them.

    Only that rule is computed, so the floor is a bare scan of that rule alone; that of all rules stands beside it.
    """
    segment = Segment.objects.get(key="scale-1")
    everything = statistics.median(timed(lambda: bare_scan(at)) for _each in range(RUNS))
    _publish(_draft(segment, 39, at), at)
    for moves, sizes in (("few", (40, 41, 42)), ("half", (300, 42, 300))):
        floors, seconds, moved = [], [], []
        for employees in sizes:
            draft, before = _draft(segment, employees, at), _members(segment)
            seconds.append(timed(lambda draft=draft: _publish(draft, at)))  # type: ignore[misc]
            floors.append(timed(lambda: bare_scan(at, only=[("segment", segment.pk)])))
            moved.append(abs(_members(segment) - before))
            forget_the_rest()
        print_ratio("publish", seconds, floors, all_rules_floor_seconds=everything, moves=moves, moved=max(moved))


def _draft(segment: Segment, employees: int, at: datetime) -> object:
    draft = segments.draft_of(segment=segment, by=None, at=at)
    asked = scale.field("employees", ">=", employees)
    segments.save_draft(version=draft, by=None, at=at, changes={"criteria": scale.all_of(asked)})
    return draft


def _publish(draft: object, at: datetime) -> None:
    segments.publish(version=draft, by=None, at=at)  # type: ignore[arg-type]
    while recompute.continue_one(at=at):
        pass


def _members(segment: Segment) -> int:
    return Partner.objects.filter(classification__segment_ids__contains=[segment.pk]).count()


if __name__ == "__main__":
    main()
