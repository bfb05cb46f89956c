"""Celery doors of partners."""

from celery import shared_task
from django.utils import timezone

from core.queues import Queue
from partners.services import publications


@shared_task(queue=Queue.FRESH)
def publish_due() -> None:
    """Publish the drafts whose day has come."""
    publications.publish_due(at=timezone.now())
