"""Celery doors of insight."""

from celery import shared_task
from django.utils import timezone

from core.queues import Queue
from insight.services import figures, findings, segment_readings


@shared_task(queue=Queue.REPORTS)
def refresh() -> None:
    """Reckon the figures of categories and segments anew and look for what seems wrong."""
    at = timezone.now()
    figures.refresh(at=at)
    findings.refresh(at=at)
    segment_readings.refresh(at=at)
