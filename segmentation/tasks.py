"""Celery doors of segmentation."""

import time
from datetime import datetime

from celery import shared_task
from django.utils import timezone

from core.doorbell import ring
from core.queues import Queue
from segmentation.services import peers, recompute

#: A task stops here and rings for the next one, so that it stays far below its time limit.
BATCHES_PER_TASK = 50
SECONDS_PER_TASK = 60


@shared_task(queue=Queue.FRESH)
def recompute_stale() -> None:
    """Recompute partners that writes have touched, until none is left."""
    for _ in range(BATCHES_PER_TASK):
        if not recompute.stale(at=timezone.now()):
            return
    ring("segmentation.tasks.recompute_stale", queue=Queue.FRESH)


@shared_task(queue=Queue.FULL)
def continue_full_runs() -> None:
    """Do parts of full runs, sharing them with every other worker, until none is left."""
    end = time.monotonic() + SECONDS_PER_TASK
    for _ in range(BATCHES_PER_TASK):
        if not recompute.continue_one(at=timezone.now()):
            return
        if time.monotonic() > end:
            break
    ring("segmentation.tasks.continue_full_runs", queue=Queue.FULL)


@shared_task(queue=Queue.FULL)
def start_daily_run(at: str | None = None) -> None:
    """Start the run of the program's day, once: rules that look at the calendar change with it."""
    moment = datetime.fromisoformat(at) if at else timezone.now()
    if recompute.start_daily_run(at=moment):
        ring("segmentation.tasks.continue_full_runs", queue=Queue.FULL)


@shared_task(queue=Queue.FULL)
def refresh_peers() -> None:
    """Compare peers wherever that is due: after writes, after a publication, when a day or a period began."""
    peers.refresh(at=timezone.now())
