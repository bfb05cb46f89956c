"""Short messages to people inside the portal."""

from collections.abc import Iterable
from datetime import datetime

from accounts.models import Notification, User

TEXT_LENGTH = 300


def notify(*, user_ids: Iterable[int], kind: str, text: str, url: str = "", dedupe_key: str) -> int:
    """Tell people something once: the same `dedupe_key` again tells nobody twice. Returns how many were asked for.

    `url` is a page of ours, beginning with a single slash.
    """
    if url and (not url.startswith("/") or url.startswith("//")):
        raise ValueError("A notification leads to one of our own pages.")
    rows = [
        Notification(user_id=user_id, kind=kind, text=text[:TEXT_LENGTH], url=url, dedupe_key=dedupe_key)
        for user_id in sorted(set(user_ids))
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def mark_read(*, notification: Notification, at: datetime) -> None:
    """Remember that its reader has seen a notification."""
    Notification.objects.filter(pk=notification.pk, read_at=None).update(read_at=at)


def mark_all_read(*, user: User, at: datetime) -> int:
    """Remember that somebody has seen all there is. Returns how many were new."""
    return Notification.objects.filter(user=user, read_at=None).update(read_at=at)
