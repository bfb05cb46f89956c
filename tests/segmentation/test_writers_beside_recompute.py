"""People edit partners while everybody is recomputed: nobody waits for anybody in a circle, and nothing is missed."""

import random
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, connections
from django.db.utils import OperationalError
from django.utils import timezone

from core.doorbell import ring
from core.queues import Queue
from partners.models import Partner
from partners.services import partners as partner_services
from portal.seed import scale
from segmentation.models import FullRun, RunState, StalePartner
from segmentation.scope import Scope
from segmentation.services import recompute
from tests.plugins.worker import LiveWorker
from tests.segmentation.torture import SEED, begin_anew, digest, lasting, make_program, settle, soon, tell_goal

pytestmark = [pytest.mark.torture, pytest.mark.usefixtures("transactional_db")]

PARTNERS = lasting(10_000, 200_000)
#: Records for each partner; in the long run half as many as in benchmarks, or loading would take most of the time.
RECORDS = {"DEALS": lasting(1, 5), "CERTIFICATES": lasting(1, 3), "ACTIVITY_DAYS": lasting(1, 10)}
WRITERS, WRITES_PER_SECOND = 8, 50
QUIET_SECONDS, BESIDE_SECONDS = lasting(2, 30), lasting(5, 300)


@dataclass
class Writers:
    """People who edit partners through the service that pages call, at a steady pace, each on an own connection."""

    ids: Sequence[int]
    milliseconds: list[float] = field(default_factory=list)
    failures: list[BaseException] = field(default_factory=list)
    _end: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Let all of them edit meanwhile."""
        threads = [threading.Thread(target=self._write, args=(number,), daemon=True) for number in range(WRITERS)]
        for thread in threads:
            thread.start()
        yield
        self._end.set()
        for thread in threads:
            thread.join()
        self._end.clear()

    def taken(self) -> list[float]:
        """Return how long each edit took since this was asked last."""
        found, self.milliseconds = self.milliseconds, []
        return found

    def _write(self, number: int) -> None:
        lot = random.Random(f"{SEED} {number}")
        while not self._end.wait(WRITERS / WRITES_PER_SECOND):
            changes = {"employees": lot.randrange(2, 900), "country": lot.choice(scale.COUNTRIES)}
            try:
                partner = Partner.objects.get(pk=lot.choice(self.ids))
                began = time.perf_counter()
                partner_services.update(partner=partner, by=None, at=timezone.now(), changes=changes)
                self.milliseconds.append((time.perf_counter() - began) * 1000)
            except DatabaseError as error:
                self.failures.append(error)
        connections.close_all()


def p95(milliseconds: list[float]) -> float:
    return statistics.quantiles(milliseconds, n=20)[-1]


def deadlocks() -> int:
    """Return how many circles the database has broken, in all its sessions."""
    time.sleep(1.5)  # sessions tell what they counted once a second
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def is_computed() -> bool:
    return not (StalePartner.objects.exists() or FullRun.objects.exclude(state=RunState.DONE).exists())


def sweep() -> None:
    ring("segmentation.tasks.recompute_stale", queue=Queue.FRESH)
    ring("segmentation.tasks.continue_full_runs", queue=Queue.FULL)


def test_writers_and_a_recompute_of_everybody_do_not_stop_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in RECORDS.items():
        monkeypatch.setattr(scale, name, value)
    begin_anew()
    scale.load(partners=PARTNERS, at=timezone.now(), tell=lambda _what: nullcontext())
    writers = Writers(list(Partner.objects.values_list("pk", flat=True)))
    before = deadlocks()

    with writers.at_work():
        time.sleep(QUIET_SECONDS)
    quiet = p95(writers.taken())
    worker = LiveWorker(tmp_path / "worker.log", children=2)
    worker.start()
    try:
        with writers.at_work():
            deadline = time.monotonic() + BESIDE_SECONDS
            while time.monotonic() < deadline:
                recompute.start_full_run(reason="beside writers")
                sweep()
                time.sleep(1)
        beside = writers.taken()
        assert soon(is_computed, meanwhile=sweep, every=0.5)
    finally:
        worker.stop()

    circles = deadlocks() - before
    tell_goal(
        "writers-beside", passed=len(beside), of=len(beside) + len(writers.failures),
        partners=PARTNERS, rules=scale.RULES,
        deadlocks=circles, quiet_p95_ms=f"{quiet:.0f}", beside_p95_ms=f"{p95(beside):.0f}",
        ratio=f"{p95(beside) / quiet:.2f}", runs=FullRun.objects.count(),
        workers_gave_up_waiting=worker.log.read_text().count("LockNotAvailable"),
    )  # fmt: skip
    assert not writers.failures, f"{writers.failures[:3]} (seed {SEED})"
    assert circles == 0
    after = digest()
    recompute.start_full_run(reason="clean")
    settle()
    assert digest() == after, f"seed {SEED}"


def test_this_torture_notices_workers_that_lock_partners_in_any_order(monkeypatch: pytest.MonkeyPatch) -> None:
    make_program(2000, nested=1)
    recompute.everything(at=timezone.now())
    careless = recompute._LOCK.replace("ORDER BY partner_id", "ORDER BY md5(partner_id::text || random())")
    monkeypatch.setattr(recompute, "_LOCK", careless)
    before, circles = deadlocks(), []
    start = threading.Barrier(2)

    def work() -> None:
        try:
            for _ in range(100):  # the two start each time together, until they meet
                start.wait(timeout=60)
                recompute._classify(Scope.everybody(), at=timezone.now())
        except OperationalError as error:
            circles.append(error)
            start.abort()
        except threading.BrokenBarrierError:
            pass  # the other one found the circle
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert circles
    assert deadlocks() > before
