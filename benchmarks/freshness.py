"""How soon after a change its verdicts are right: commit, doorbell, a real worker; and what that worker takes.

python -m benchmarks.freshness     (PARTNERS=200000; run by `make bench`)
"""

import os
import random
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import psutil
from django.db import connection, connections
from django.utils import timezone

from benchmarks._crowd import print_seconds, print_spread, stand_ready, timed
from core.doorbell import ring
from core.queues import Queue
from partners.models import Partner
from partners.services import partners as partner_services
from portal.seed import scale
from prm import programs
from prm.supervisor import Program
from segmentation.models import FullRun, RunState, Segment, StalePartner
from segmentation.services import recompute, segments

CHANGES = 100
WRITERS, CHANGES_PER_SECOND = 8, 50
ROOT = Path(__file__).resolve().parent.parent
TOWN = "Freshburg"


def main() -> None:
    """Measure and print."""
    at = timezone.now()
    stand_ready(at)
    lot = random.Random("freshness")
    marked = segments.define(
        key="bench-town", name="Bench", by=None, at=at, criteria=scale.all_of(scale.field("city", "equals", TOWN))
    )
    with tempfile.TemporaryDirectory() as folder, _worker(Path(folder)) as worker:
        ring("segmentation.tasks.continue_full_runs", queue=Queue.FULL)
        _wait_until_settled()
        ids = lot.sample(list(Partner.objects.values_list("pk", flat=True)), CHANGES * 2)
        print_spread("freshness", [_one_change(pk, marked) for pk in ids[:CHANGES]], changes_per_second=0)
        with _others_write(lot):
            took = [_one_change(pk, marked) for pk in ids[CHANGES:]]
        print_spread("freshness", took, changes_per_second=CHANGES_PER_SECOND)
        _wait_until_settled()
        seconds = timed(lambda: _full_run(at))
        print_seconds("worker-full-recompute", seconds, children=len(_children(worker)), peak_mib=_peak_mib(worker))


@contextmanager
def _worker(folder: Path) -> Iterator[Program]:
    program = Program(
        "worker", programs.command("worker"), log=folder / "worker.log", variables=os.environ, folder=ROOT
    )
    program.start()
    try:
        yield program
    finally:
        program.stop()


def _wait_until_settled() -> None:
    while StalePartner.objects.exists() or FullRun.objects.exclude(state=RunState.DONE).exists():
        ring("segmentation.tasks.recompute_stale", queue=Queue.FRESH)
        ring("segmentation.tasks.continue_full_runs", queue=Queue.FULL)
        time.sleep(0.2)


def _one_change(partner_id: int, segment: Segment) -> float:
    """Return the milliseconds from before the write to the moment at which everybody reads the new verdict."""
    partner = Partner.objects.get(pk=partner_id)
    began = time.perf_counter()
    partner_services.update(partner=partner, by=None, at=timezone.now(), changes={"city": TOWN})
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT segment_ids @> ARRAY[%s] FROM segmentation_classification WHERE partner_id = %s",
                [segment.pk, partner_id],
            )
            if cursor.fetchone()[0]:
                return (time.perf_counter() - began) * 1000
            time.sleep(0.002)


@contextmanager
def _others_write(lot: random.Random) -> Iterator[None]:
    """Let others edit partners meanwhile."""
    end, ids = threading.Event(), lot.sample(list(Partner.objects.values_list("pk", flat=True)), 1000)

    def write(seed: int) -> None:
        own = random.Random(seed)
        while not end.wait(WRITERS / CHANGES_PER_SECOND):
            partner = Partner.objects.get(pk=own.choice(ids))
            changes = {"employees": own.randrange(2, 900)}
            partner_services.update(partner=partner, by=None, at=timezone.now(), changes=changes)
        connections.close_all()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    yield
    end.set()
    for thread in threads:
        thread.join()


def _full_run(at: datetime) -> None:
    recompute.start_full_run(reason="bench")
    ring("segmentation.tasks.continue_full_runs", queue=Queue.FULL)
    while FullRun.objects.exclude(state=RunState.DONE).exists():
        time.sleep(0.02)


def _children(worker: Program) -> list[psutil.Process]:
    assert worker.process
    return psutil.Process(worker.process.pid).children()


def _peak_mib(worker: Program) -> int:
    """Return the most memory that any of the worker's children ever held."""
    peaks = []
    for child in _children(worker):
        for line in Path(f"/proc/{child.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                peaks.append(int(line.split()[1]) // 1024)
    return max(peaks, default=0)


if __name__ == "__main__":
    main()
