"""Celery doors of enablement."""

from celery import shared_task
from django.utils import timezone

from core.queues import Queue
from enablement.services import specializations


@shared_task(queue=Queue.REPORTS)
def review_specializations() -> None:
    """Look again at specializations that have reached their day. Hourly, for every time zone."""
    specializations.review(at=timezone.now())
