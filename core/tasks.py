"""Celery doors of the floor."""

from celery import shared_task
from django.utils import timezone

from core.queues import Queue
from core.services import heartbeats, outbox


@shared_task(queue=Queue.OUTBOX)
def deliver_outbox() -> None:
    """Deliver the follow-ups that are due."""
    outbox.deliver_due(at=timezone.now())


@shared_task(queue=Queue.FRESH)
def beat_heart() -> None:
    """Leave the worker's sign of life."""
    heartbeats.beat(name=heartbeats.WORKER, at=timezone.now())
