"""Celery doors of imports."""

import time

from celery import shared_task
from django.utils import timezone

from core.api.idempotency import forget_old
from core.queues import Queue
from integrations.services import imports
from integrations.services.reading import FileRefusedError

#: A run hands over long before the task's time limit; the sweep takes the file up again.
RUN_SECONDS = 120


@shared_task(queue=Queue.REPORTS)
def continue_imports() -> None:
    """Write the files that were committed, chunk by chunk, for a while. A second worker takes other files."""
    ends = time.monotonic() + RUN_SECONDS
    for file_id in imports.running():
        run = imports.Run(file_id)
        try:
            while time.monotonic() < ends and run.step(at=timezone.now()):
                pass
        except FileRefusedError as error:
            imports.fail(file_id=file_id, message=error.message, at=timezone.now())


@shared_task(queue=Queue.REPORTS)
def forget_idempotency_keys() -> None:
    """Remove the keys of requests nobody may repeat any more."""
    forget_old(at=timezone.now())
