"""A worker that is killed at any moment leaves nothing undone, nothing done twice, and nothing half done."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.doorbell import ring
from core.queues import Queue
from segmentation.services import recompute
from tests.plugins.worker import LiveWorker
from tests.segmentation.torture import (
    SEED,
    at_work,
    change,
    digest,
    is_settled,
    lasting,
    make_program,
    settle,
    soon,
    tell_goal,
)

pytestmark = [pytest.mark.torture, pytest.mark.usefixtures("transactional_db")]

PARTNERS = lasting(3000, 20_000)
NESTED = lasting(20, 60)
KILLS = lasting(3, 50)
DECIDING = "%WITH verdict%"


def sweep() -> None:
    """Do what the beat does every other second."""
    ring("segmentation.tasks.recompute_stale", queue=Queue.FRESH)
    ring("segmentation.tasks.continue_full_runs", queue=Queue.FULL)
    ring("core.tasks.deliver_outbox", queue=Queue.OUTBOX)


@contextmanager
def running_worker(folder: Path, app: str = "prm") -> Iterator[LiveWorker]:
    """Run a worker with two children, so that one is at work while the other is killed."""
    worker = LiveWorker(folder / f"{app}.log", children=2, app=app)
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()


def undisturbed(turns: int) -> tuple[dict[str, str], list[float]]:
    """Return the answers after so many changes that nobody disturbed, and the seconds each change took."""
    make_program(PARTNERS, nested=NESTED)
    settle()
    seconds = []
    for turn in range(1, turns + 1):
        began = time.monotonic()
        change(turn, partners=PARTNERS)
        settle()
        seconds.append(time.monotonic() - began)
    return digest(), seconds


def test_kills_at_random_moments_of_a_recompute_change_nothing(tmp_path: Path) -> None:
    moments = random.Random(SEED)
    expected, seconds = undisturbed(KILLS)
    make_program(PARTNERS, nested=NESTED)
    settle()
    hits, recoveries = 0, []

    with running_worker(tmp_path) as worker:
        kills: list[Callable[[], None]] = [worker.kill_child, worker.kill_parent, worker.kill]
        for turn in range(1, KILLS + 1):
            change(turn, partners=PARTNERS)
            sweep()
            soon(at_work, every=0.005)
            time.sleep(moments.uniform(0, seconds[turn - 1]))
            hits += at_work()
            kills[turn % len(kills)]()
            if not worker.is_running():
                worker.start()
            began = time.monotonic()
            assert soon(is_settled, meanwhile=sweep), f"nothing moves after kill {turn} (seed {SEED})"
            recoveries.append(time.monotonic() - began)

    tell_goal("killed-worker", passed=KILLS, of=KILLS, at_work=hits, slowest_recovery=f"{max(recoveries):.1f}s")
    assert digest() == expected, f"seed {SEED}"


def test_this_torture_notices_a_worker_that_gives_marks_back_before_their_work(tmp_path: Path) -> None:
    make_program(PARTNERS, nested=NESTED)
    settle()

    with running_worker(tmp_path, "tests.segmentation.careless") as worker:
        change(1, partners=PARTNERS)
        sweep()
        assert soon(lambda: at_work(DECIDING), every=0.001)
        worker.kill()
    settle()

    careless = digest()
    recompute.start_full_run(reason="what a careful worker would have left")
    settle()
    assert digest() != careless
