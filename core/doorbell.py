"""Wakes a worker after commit. Losing a ring costs two seconds: sweeps find the rows."""

from functools import partial

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger("core")


def ring_after_commit(task_name: str, *, queue: str) -> None:
    """Send a task without arguments once the current transaction is committed; at most one ring per transaction."""
    ring = _Ring(task_name, queue)
    connection = transaction.get_connection()
    if connection.in_atomic_block and any(entry[1] == ring for entry in connection.run_on_commit):
        return
    transaction.on_commit(ring)


class _Ring(partial):  # type: ignore[type-arg]
    """A ring that is equal to another ring of the same bell."""

    def __new__(cls, task_name: str, queue: str) -> "_Ring":
        return super().__new__(cls, _send, task_name, queue)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Ring) and self.args == other.args

    def __hash__(self) -> int:
        return hash(self.args)


def _send(task_name: str, queue: str) -> None:
    try:
        current_app.send_task(task_name, queue=queue, expires=60, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("doorbell.silent", task=task_name, reason=str(error))
