"""Celery doors of enablement."""

from celery import shared_task
from django.utils import timezone

from core.queues import Queue
from enablement.services import attempts, expiry, reminders, specializations


@shared_task(queue=Queue.REPORTS)
def review_specializations() -> None:
    """Look again at specializations that have reached their day. Hourly, for every time zone."""
    specializations.review(at=timezone.now())


@shared_task(queue=Queue.REPORTS)
def close_overdue_attempts() -> None:
    """End quiz attempts whose time is over. Every minute; whoever comes back earlier ends theirs themselves."""
    attempts.close_overdue(at=timezone.now())


@shared_task(queue=Queue.REPORTS)
def watch_certifications() -> None:
    """Tell of certificates that run out. Hourly, for every time zone."""
    expiry.watch(at=timezone.now())


@shared_task(queue=Queue.REPORTS)
def remind_of_steps() -> None:
    """Remind of journey steps that are due or late. Hourly."""
    reminders.remind(at=timezone.now())
