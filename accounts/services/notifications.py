"""Short messages to people inside the portal."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.models import Notification, User
from core.services import outbox

NOTIFIED = "accounts.notified"
TEXT_LENGTH = 300


def notify(
    *,
    user_ids: Iterable[int],
    kind: str,
    text: str,
    dedupe_key: str,
    url: str = "",
    detail: str = "",
    by_mail: bool = False,
) -> int:
    """Tell people something once: the same `dedupe_key` again tells nobody twice. Returns how many were told now.

    `text` says what happened, `detail` why and what to do. `url` is a page of ours, beginning with a single slash.
    `by_mail` sends an e-mail, too, from the outbox: what touches a partner should not wait until somebody signs in.
    """
    if url and (not url.startswith("/") or url.startswith("//")):
        raise ValueError("A notification leads to one of our own pages.")
    said = {"kind": kind, "text": text[:TEXT_LENGTH], "detail": detail, "url": url}
    told = 0
    with transaction.atomic():
        for user_id in sorted(set(user_ids)):
            notification, is_new = Notification.objects.get_or_create(
                user_id=user_id, dedupe_key=dedupe_key, defaults=said
            )
            told += is_new
            if is_new and by_mail:
                outbox.put(topic=NOTIFIED, payload={"notification": notification.pk})
    return told


def mark_read(*, notification: Notification, at: datetime) -> None:
    """Remember that its reader has seen a notification."""
    Notification.objects.filter(pk=notification.pk, read_at=None).update(read_at=at)


def mark_page_read(*, user: User, url: str, at: datetime) -> int:
    """Remember that somebody has seen the page that notifications lead to. Returns how many were new."""
    return Notification.objects.filter(user=user, url=url, read_at=None).update(read_at=at)


def mark_all_read(*, user: User, at: datetime) -> int:
    """Remember that somebody has seen all there is. Returns how many were new."""
    return Notification.objects.filter(user=user, read_at=None).update(read_at=at)
