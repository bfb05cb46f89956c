"""Wakes a worker. Losing a ring costs two seconds: sweeps find the rows."""

from dataclasses import dataclass

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger("core")


def ring(task_name: str, *, queue: str) -> None:
    """Send a task without arguments now. A broker that is away is logged, never raised."""
    try:
        current_app.send_task(task_name, queue=queue, expires=60, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("doorbell.silent", task=task_name, reason=str(error))


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
