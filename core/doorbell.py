"""Wakes a worker. Losing a ring costs two seconds: sweeps find the rows."""

import time
from dataclasses import dataclass

import redis
import structlog
from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.backoff import NoBackoff
from redis.retry import Retry

log = structlog.get_logger("core")

#: How long a ring may wait for the broker, and for how long one that did not answer is taken to be away.
ANSWER_SECONDS = 0.25
SILENCE_SECONDS = 2


def ring(task_name: str, *, queue: str) -> None:
    """Send a task without arguments now. A broker that is away is logged, never raised and hardly waited for."""
    if not _broker.answers():
        log.warning("doorbell.silent", task=task_name, reason="the broker is away")
        return
    try:
        current_app.send_task(task_name, queue=queue, expires=60, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("doorbell.silent", task=task_name, reason=str(error))


def answers() -> bool:
    """Say whether the broker is there; one that did not answer is taken to be away for a moment."""
    return _broker.answers()


class _Broker:
    """Knows whether the broker is there. The client libraries try for seconds; a page must not wait for a bell."""

    def __init__(self) -> None:
        self._client: redis.Redis | None = None
        self._away_until = 0.0

    def answers(self) -> bool:
        """Ask the broker, briefly. One that did not answer is not asked again for a moment."""
        if time.monotonic() < self._away_until:
            return False
        if self._client is None:
            self._client = redis.Redis.from_url(
                settings.REDIS_URL,
                socket_timeout=ANSWER_SECONDS,
                socket_connect_timeout=ANSWER_SECONDS,
                retry=Retry(NoBackoff(), 0),
            )
        try:
            return bool(self._client.ping())
        except redis.RedisError:
            self._away_until = time.monotonic() + SILENCE_SECONDS
            return False


_broker = _Broker()


def ring_after_commit(task_name: str, *, queue: str) -> None:
    """Send a task once the current transaction is committed; at most one ring of a bell per transaction."""
    bell = _Bell(task_name, queue)
    connection = transaction.get_connection()
    if not (connection.in_atomic_block and any(entry[1] == bell for entry in connection.run_on_commit)):
        transaction.on_commit(bell)


@dataclass(frozen=True)
class _Bell:
    """A ring that is equal to another ring of the same bell."""

    task_name: str
    queue: str

    def __call__(self) -> None:
        ring(self.task_name, queue=self.queue)
