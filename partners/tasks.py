"""Celery doors of partners."""

import time
from datetime import datetime

from celery import shared_task
from django.utils import timezone

from core.doorbell import ring
from core.queues import Queue
from partners.services import (
    agreements,
    application_limits,
    application_reviews,
    applications,
    duplicates,
    flags,
    grace,
    publications,
    review_clocks,
    suggestions,
    tier_days,
    tier_reviews,
)
from partners.signals import day_asked

#: A task stops here and rings for the next one, so that it stays far below its time limit.
BATCHES_PER_TASK = 50

#: How long one beat looks for duplicates; the next goes on.
WORK_SECONDS = 20


@shared_task(queue=Queue.FRESH)
def publish_due() -> None:
    """Publish the drafts whose day has come."""
    publications.publish_due(at=timezone.now())


@shared_task(queue=Queue.REPORTS)
def keep_memberships_in_time() -> None:
    """Follow the stored verdicts, remind of grace that runs out, end what is over, look again at refusals."""
    now = timezone.now()
    grace.follow_stored_verdicts(at=now)
    grace.remind(at=now)
    grace.end_due(at=now)
    suggestions.look_again(at=now)


@shared_task(queue=Queue.REPORTS)
def keep_reviews_in_time() -> None:
    """Open the reviews that are due, remind partners, tell of late ones."""
    now = timezone.now()
    review_clocks.open_due(at=now)
    review_clocks.remind(at=now)
    review_clocks.escalate(at=now)


@shared_task(queue=Queue.REPORTS)
def escalate_flags() -> None:
    """Tell program admins of flags that nobody answered in time."""
    flags.escalate_late(at=timezone.now())


@shared_task(queue=Queue.REPORTS)
def escalate_late_applications() -> None:
    """Tell program admins of applications that wait longer than promised."""
    application_reviews.escalate(at=timezone.now())


@shared_task(queue=Queue.REPORTS)
def tend_applications() -> None:
    """Close refusals that are final, remind of drafts, remove those nobody came back to, and old attempts."""
    now = timezone.now()
    application_reviews.close_final(at=now)
    applications.remind(at=now)
    applications.forget_drafts(at=now)
    application_limits.forget(at=now)


@shared_task(queue=Queue.REPORTS)
def review_agreements() -> None:
    """Tell partners what is to be accepted, runs out or has run out. Hourly, so that no zone waits for its midnight."""
    agreements.review(at=timezone.now())


@shared_task(queue=Queue.REPORTS)
def keep_tiers(at: str | None = None) -> None:
    """Do what the program's day brings to ladders, once, as soon as everything is reckoned for it."""
    moment = datetime.fromisoformat(at) if at else timezone.now()
    if all(answer is not False for _receiver, answer in day_asked.send(sender=None, at=moment)):
        tier_days.keep(at=moment)


@shared_task(queue=Queue.REPORTS)
def continue_tier_reviews() -> None:
    """Prepare and carry out reviews that are not through, sharing them with every other worker."""
    for _ in range(BATCHES_PER_TASK):
        if not tier_reviews.continue_one(at=timezone.now()):
            return
    ring("partners.tasks.continue_tier_reviews", queue=Queue.REPORTS)


@shared_task(queue=Queue.REPORTS)
def find_duplicates() -> int:
    """Compare partners that changed with all others, some at a time, for a while; the next beat goes on."""
    started, settled = time.monotonic(), 0
    while time.monotonic() - started < WORK_SECONDS and (done := duplicates.check_some()):
        settled += done
    return settled
