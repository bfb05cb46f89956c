"""A real Celery worker for stories: `live_worker` starts one on the test's database, `kill -9` included."""

import contextlib
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import redis
from celery import current_app
from django.conf import settings
from django.db import connection

from prm import processes, programs
from prm.supervisor import Program

READY_SECONDS = 30
ROOT = Path(__file__).resolve().parent.parent.parent


class LiveWorker:
    """A worker process of the very kind that `make run` starts."""

    def __init__(self, log: Path) -> None:
        """Lead the worker to the database and broker of this test."""
        variables = {**os.environ, "DATABASE_URL": _test_database_url(), "WORKER_PROCESSES": "1"}
        self.log = log
        self._program = Program("worker", programs.command("worker"), log=log, variables=variables, folder=ROOT)

    @property
    def pid(self) -> int:
        """The process id of the worker's parent process."""
        assert self._program.process, "the worker is not running"
        return self._program.process.pid

    def start(self) -> None:
        """Start the worker and wait until it answers."""
        self._program.start()
        deadline = time.monotonic() + READY_SECONDS
        while not current_app.control.ping(timeout=0.5):
            if not self._program.is_running() or time.monotonic() > deadline:
                pytest.fail(f"The worker did not start:\n{processes.tail(self.log, lines=40)}")

    def kill(self) -> None:
        """End the worker and its children as a power cut would: kill -9, nothing is finished or given back."""
        assert self._program.process, "the worker is not running"
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._program.process.wait()

    def stop(self) -> None:
        """End the worker politely: running tasks finish."""
        self._program.stop()


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


def _test_database_url() -> str:
    """Return the address of this test run's database, which has another name than the one in the environment."""
    parts = connection.settings_dict
    password = f":{quote(parts['PASSWORD'])}" if parts["PASSWORD"] else ""
    port = f"&port={parts['PORT']}" if parts["PORT"] else ""
    return f"postgresql://{quote(parts['USER'])}{password}@/{quote(parts['NAME'])}?host={parts['HOST']}{port}"
