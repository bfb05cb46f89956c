"""Digests: what waits is taken for everybody whose moment has come, in one statement, and sent person by person."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone, translation

from accounts import notice_kinds
from accounts.access import belongs_somewhere
from accounts.models import Notification, User
from accounts.notice_kinds import NoticeKind, Way
from accounts.services import notice_choices, notifications
from core.services import mail, outbox

DIGEST = "accounts.digest"
PEOPLE_AT_ONCE = 1000
#: What is older was not sent while somebody wanted no digest, or nobody could send: it is no news any more.
REACH = timedelta(days=14)
SHOWN = 40

#: The last moment at which somebody's digest was due, in their own zone: today at their hour, or before that the day
#: before; with a weekly one the last such day of the week. What was told before that moment is taken, once.
TAKE = """
    WITH wanted AS (
        SELECT u.id, u.timezone AS zone, coalesce(s.rhythm, 'weekly') AS rhythm, coalesce(s.weekday, 1) AS weekday,
               make_interval(hours => coalesce(s.hour, 8)) AS hour,
               %(at)s AT TIME ZONE u.timezone - make_interval(hours => coalesce(s.hour, 8)) AS shifted
        FROM accounts_user u LEFT JOIN accounts_digestsetting s ON s.user_id = u.id
        WHERE u.is_active AND coalesce(s.rhythm, 'weekly') <> 'never' AND EXISTS (
            SELECT FROM accounts_notification n WHERE n.user_id = u.id AND n.way = 'digest' AND n.digested_at IS NULL)
    ), moments AS (
        SELECT id, (date_trunc('day', shifted) + hour - CASE WHEN rhythm = 'daily' THEN interval '0' ELSE
                    make_interval(days => (extract(isodow FROM shifted)::int - weekday + 7) %% 7) END
                   ) AT TIME ZONE zone AS due_at
        FROM wanted
    ), due AS (
        SELECT id, due_at FROM moments m WHERE EXISTS (
            SELECT FROM accounts_notification n WHERE n.user_id = m.id AND n.way = 'digest' AND n.digested_at IS NULL
            AND n.created_at < m.due_at AND n.created_at >= m.due_at - %(reach)s)
        ORDER BY id LIMIT %(limit)s
    )
    UPDATE accounts_notification n SET digested_at = %(at)s FROM due
    WHERE n.user_id = due.id AND n.way = 'digest' AND n.digested_at IS NULL
      AND n.created_at < due.due_at AND n.created_at >= due.due_at - %(reach)s
    RETURNING n.user_id
"""


def collect(*, at: datetime) -> int:
    """Put a digest for everybody whose moment has come and for whom something waits. Returns for how many."""
    collected = 0
    while found := _take(at):
        collected += found
    return collected


@transaction.atomic
def _take(at: datetime) -> int:
    """Take what waits for some people, in one transaction with the messages that send it."""
    with connection.cursor() as cursor:
        asked: dict[str, Any] = {"at": at, "limit": PEOPLE_AT_ONCE, "reach": REACH}
        cursor.execute(TAKE, asked)
        ids = sorted({user_id for (user_id,) in cursor.fetchall()})
    outbox.put_many(topic=DIGEST, payloads=({"user": user_id, "at": at.isoformat()} for user_id in ids))
    return len(ids)


def send(payload: Mapping[str, Any]) -> None:
    """Send somebody what was taken for them, as far as they may see it now and have not read it; never nothing."""
    user = User.objects.filter(pk=payload["user"], is_active=True).first()
    if user is None or not belongs_somewhere(user):
        return
    rows = Notification.objects.filter(
        user=user, way=Way.DIGEST, digested_at=datetime.fromisoformat(payload["at"]), read_at__isnull=True
    )
    notices = notifications.still_seen(user, rows.order_by("-created_at", "-pk"))
    if not notices:
        return
    with translation.override(user.language), timezone.override(ZoneInfo(user.timezone)):
        mail.send(
            to=user.email,
            template="emails/accounts/digest",
            language=user.language,
            context={
                "user": user,
                "total": len(notices),
                "groups": _groups(notices[:SHOWN]),
                "more": max(0, len(notices) - SHOWN),
                "link": settings.PUBLIC_URL,
                "unsubscribe": notice_choices.link_of(user, notice_kinds.DIGEST),
            },
            headers=notice_choices.headers_of(user, notice_kinds.DIGEST),
        )


def _groups(notices: list[Notification]) -> list[tuple[NoticeKind, list[Notification]]]:
    """Return notices by kind, in the order of the kinds."""
    by_kind: dict[str, list[Notification]] = {}
    for one in notices:
        by_kind.setdefault(notice_kinds.of(one.kind).key, []).append(one)
    return [(kind, by_kind[key]) for key, kind in notice_kinds.KINDS.items() if key in by_kind]
