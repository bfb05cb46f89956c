"""A real Celery worker for stories: `live_worker` starts one on the test's database, `kill -9` included."""

import contextlib
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psutil
import pytest
import redis
from celery import Celery
from django.conf import settings
from django.db import connection

from prm import environment, processes, programs
from prm.supervisor import Program

READY_SECONDS = 30
ROOT = Path(__file__).resolve().parent.parent.parent


class LiveWorker:
    """A worker process of the very kind that `make run` starts."""

    def __init__(self, log: Path, *, children: int = 1, app: str = "prm", redis_url: str = "") -> None:
        """Lead the worker to the database and broker of this test, or to a broker of its own.

        `app` may name another Celery app, such as one with a protection taken off.
        """
        redis_url = redis_url or os.environ["REDIS_URL"]
        self.log = log
        self.program = Program(
            "worker",
            [app if part == "prm" else part for part in programs.command("worker")],
            log=log,
            variables=variables_of_this_test() | {"REDIS_URL": redis_url, "WORKER_PROCESSES": str(children)},
            folder=ROOT,
        )
        self._control = Celery("probe", broker=environment.celery_broker(redis_url), set_as_current=False).control
        self._orphans: list[psutil.Process] = []

    @property
    def pid(self) -> int:
        """The process id of the worker's parent process."""
        assert self.program.process, "the worker is not running"
        return self.program.process.pid

    @property
    def children(self) -> list[psutil.Process]:
        """The processes that do the work."""
        return psutil.Process(self.pid).children()

    def is_running(self) -> bool:
        """Tell whether the worker's parent process is alive."""
        return self.program.is_running()

    def start(self) -> None:
        """Start the worker and wait until it answers."""
        self.program.start()
        deadline = time.monotonic() + READY_SECONDS
        while not self._control.ping(timeout=0.5):
            if not self.program.is_running() or time.monotonic() > deadline:
                pytest.fail(f"The worker did not start:\n{processes.tail(self.log, lines=40)}")

    def kill(self) -> None:
        """End the worker and its children as a power cut would: kill -9, nothing is finished or given back."""
        assert self.program.process, "the worker is not running"
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.program.process.wait()

    def kill_parent(self) -> None:
        """End the worker's parent process by kill -9; a child that is at work goes on without it."""
        assert self.program.process, "the worker is not running"
        self._orphans += self.children
        os.kill(self.pid, signal.SIGKILL)
        self.program.process.wait()

    def kill_child(self) -> None:
        """End a process that does the work by kill -9; the worker starts another."""
        for child in self.children[:1]:
            child.kill()

    def stop(self) -> None:
        """End the worker politely: running tasks finish."""
        self.program.stop()
        for orphan in self._orphans:
            with contextlib.suppress(psutil.NoSuchProcess):
                orphan.kill()


@pytest.fixture
def live_worker(transactional_db: None) -> Iterator[LiveWorker]:
    """Run a worker for one test; it is gone before the test's records are removed, so the two cannot meet."""
    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    with tempfile.TemporaryDirectory() as folder:
        worker = LiveWorker(Path(folder) / "worker.log")
        worker.start()
        try:
            yield worker
        finally:
            worker.stop()


def variables_of_this_test() -> dict[str, str]:
    """Return the environment for processes that are to share this test's database."""
    return {**os.environ, "DATABASE_URL": _test_database_url()}


def _test_database_url() -> str:
    """Return the address of this test run's database, which has another name than the one in the environment."""
    parts = connection.settings_dict
    password = f":{quote(parts['PASSWORD'])}" if parts["PASSWORD"] else ""
    port = f"&port={parts['PORT']}" if parts["PORT"] else ""
    return f"postgresql://{quote(parts['USER'])}{password}@/{quote(parts['NAME'])}?host={parts['HOST']}{port}"
