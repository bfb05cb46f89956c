"""The worker that stories run with is a real one: it takes tasks, and those that wait while it is dead."""

import time
from collections.abc import Callable

from core.models import Heartbeat
from core.tasks import beat_heart
from tests.plugins.worker import LiveWorker

PATIENCE_SECONDS = 20


def test_the_worker_writes_to_the_database_of_this_test(live_worker: LiveWorker) -> None:
    beat_heart.delay()

    assert _soon(Heartbeat.objects.exists)


def test_tasks_wait_for_the_worker_that_follows_a_killed_one(live_worker: LiveWorker) -> None:
    live_worker.kill()
    beat_heart.delay()

    live_worker.start()

    assert _soon(Heartbeat.objects.exists)


def _soon(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds()
