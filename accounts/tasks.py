"""Celery doors of accounts."""

from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from oauth2_provider.models import clear_expired

from accounts.services import digests, sign_in
from core.queues import Queue


@shared_task(queue=Queue.REPORTS)
def clear_leftovers() -> None:
    """Remove what has ended: old sign-in attempts, expired tokens, expired sessions."""
    sign_in.clear_old_attempts(at=timezone.now())
    clear_expired()
    SessionStore.clear_expired()


@shared_task(queue=Queue.REPORTS)
def collect_digests() -> None:
    """Put a digest for everybody whose hour has come. Every few minutes, for every time zone."""
    digests.collect(at=timezone.now())
