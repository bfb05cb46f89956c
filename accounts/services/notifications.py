"""Short messages to people inside the portal."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import connection, transaction

from accounts import notice_kinds
from accounts.models import NoticeChoice, Notification, User
from core.services import outbox

NOTIFIED = "accounts.notified"
TEXT_LENGTH = 300
#: Whoever was told the same before is left out, whoever told them. The ways are those of the users, in their order.
_TELL = """
INSERT INTO accounts_notification (user_id, kind, text, detail, url, dedupe_key, about, way)
SELECT id, %(kind)s, %(text)s, %(detail)s, %(url)s, %(dedupe_key)s, %(about)s, told.way
FROM unnest(%(users)s::bigint[], %(ways)s::text[]) AS told(id, way)
ON CONFLICT (user_id, dedupe_key) DO NOTHING RETURNING id, way"""
#: By kind of what notices are about: of some public ids, those that somebody may see now.
Sight = Callable[[User, set[str]], set[str]]
_sights: dict[str, Sight] = {}


def register_sight(kind: str) -> Callable[[Sight], Sight]:
    """Register the one function that says which things of a kind somebody may see now."""

    def register(function: Sight) -> Sight:
        _sights[kind] = function
        return function

    return register


def still_seen(user: User, notices: Iterable[Notification]) -> list[Notification]:
    """Return those of one person's notices that are about nothing in particular, or about what they may see now."""
    known = list(notices)
    asked: dict[str, set[str]] = {}
    for one in known:
        if one.about:
            kind, _space, public_id = one.about.partition(" ")
            asked.setdefault(kind, set()).add(public_id)
    seen = {f"{kind} {one}" for kind, ids in asked.items() for one in _sights[kind](user, ids)}
    return [one for one in known if not one.about or one.about in seen]


def notify(
    *,
    user_ids: Iterable[int],
    kind: str,
    text: str,
    dedupe_key: str,
    url: str = "",
    detail: str = "",
    by_mail: bool = False,
    about: str = "",
) -> int:
    """Tell people something once: the same `dedupe_key` again tells nobody twice. Returns how many were told now.

    `text` says what happened, `detail` why and what to do. `url` is a page of ours, beginning with a single slash.
    `by_mail` says that it is worth an e-mail: what touches a partner should not wait until somebody signs in. Whether
    one is sent, or the notice waits for the digest, is as each reader chose for its kind. `about` names what the reader
    must still be allowed to see when it is sent: a kind that `register_sight` knows, and a public id.
    """
    if url and (not url.startswith("/") or url.startswith("//")):
        raise ValueError("A notification leads to one of our own pages.")
    said = {"kind": kind, "text": text[:TEXT_LENGTH], "detail": detail, "url": url, "about": about}
    counts_as, ids = notice_kinds.of(kind), sorted(set(user_ids))
    with transaction.atomic(), connection.cursor() as cursor:
        chosen = dict(NoticeChoice.objects.filter(user__in=ids, kind=counts_as.key).values_list("user", "way"))
        ways = [str(notice_kinds.way_of(counts_as, chosen=chosen.get(one), by_mail=by_mail)) for one in ids]
        cursor.execute(_TELL, {**said, "dedupe_key": dedupe_key, "users": ids, "ways": ways})
        new = cursor.fetchall()
        at_once = [{"notification": pk} for pk, way in new if way == notice_kinds.Way.AT_ONCE]
        if at_once:
            outbox.put_many(topic=NOTIFIED, payloads=at_once)
    return len(new)


def mark_read(*, notification: Notification, at: datetime) -> None:
    """Remember that its reader has seen a notification."""
    Notification.objects.filter(pk=notification.pk, read_at=None).update(read_at=at)


def mark_page_read(*, user: User, url: str, at: datetime) -> int:
    """Remember that somebody has seen the page that notifications lead to. Returns how many were new."""
    return Notification.objects.filter(user=user, url=url, read_at=None).update(read_at=at)


def mark_all_read(*, user: User, at: datetime) -> int:
    """Remember that somebody has seen all there is. Returns how many were new."""
    return Notification.objects.filter(user=user, read_at=None).update(read_at=at)
