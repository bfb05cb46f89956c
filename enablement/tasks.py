"""Celery doors of enablement."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from core.queues import Queue
from enablement.services import (
    asset_clocks,
    attempts,
    event_clocks,
    expiry,
    reading,
    reminders,
    specializations,
    statements,
    survey_rounds,
    unpacking,
    vain_searches,
)

READ_FOR = timedelta(minutes=1)


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


@shared_task(queue=Queue.REPORTS)
def read_files() -> None:
    """Read files that wait for it, for search. Every few seconds; a minute's worth at most."""
    began = timezone.now()
    while reading.read_next(at=timezone.now()) and timezone.now() - began < READ_FOR:
        pass


@shared_task(queue=Queue.REPORTS)
def tell_asset_owners() -> None:
    """Tell owners which of their assets are to be reviewed, or end soon. Hourly, for every time zone."""
    asset_clocks.tell_owners(at=timezone.now())


@shared_task(queue=Queue.REPORTS)
def unpack_packages() -> None:
    """Unpack packages that wait for it. Every few seconds; a minute's worth at most."""
    began = timezone.now()
    while unpacking.unpack_next(at=timezone.now()) and timezone.now() - began < READ_FOR:
        pass


@shared_task(queue=Queue.REPORTS)
def remind_of_events() -> None:
    """Remind those who come to an event within a day. Every quarter of an hour."""
    event_clocks.remind(at=timezone.now())


@shared_task(queue=Queue.REPORTS)
def keep_survey_rounds() -> None:
    """Open and close rounds of surveys. Hourly, for every time zone."""
    survey_rounds.keep(at=timezone.now())


@shared_task(queue=Queue.REPORTS)
def forget_statements() -> None:
    """Remove statements of other systems that count for nothing, once they are old. Hourly."""
    statements.forget_old(at=timezone.now())


@shared_task(queue=Queue.REPORTS)
def forget_vain_searches() -> None:
    """Remove what was looked for in vain a year ago. Daily."""
    vain_searches.forget_old(at=timezone.now())
