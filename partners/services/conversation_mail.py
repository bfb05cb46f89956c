"""Tells people what was said: an e-mail for each thread with everything new in it, and a notice for who is mentioned.

Handlers of the outbox. A reader's `mailed_up_to` is moved in the transaction that sends, so that nothing is sent twice;
what has been read in the portal meanwhile is not sent at all.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_noop

from accounts import notice_kinds
from accounts.models import NoticeChoice, User
from accounts.notice_kinds import Way
from accounts.services import notice_choices
from core.services import mail
from partners.conversing import subject_of
from partners.models import Message, Thread, ThreadReader
from partners.services import reply_tokens
from partners.services.telling import tell

TEMPLATE = "emails/partners/conversation"
MESSAGES = notice_kinds.of("message")


def send_what_waits(payload: Mapping[str, Any]) -> None:
    """Send one reader everything of a thread that is new to them, in one e-mail."""
    rows = ThreadReader.objects.select_for_update(of=("self",)).select_related("thread", "user")
    reader = rows.filter(pk=payload["reader"]).first()
    if reader is None or not _may_read(reader) or _wants_none(reader):
        return
    waiting = list(_unsent(reader))
    if not waiting:
        return
    reader.mailed_up_to = waiting[-1].pk
    reader.save(update_fields=["mailed_up_to"])
    thread = reader.thread
    domain = settings.INBOUND_MAIL_DOMAIN or settings.MAIL_HOST_NAME
    # what is answered is known by its Message-ID: with an internal note in the mail, the answer is internal, too
    named = next((one for one in waiting if one.is_internal), waiting[-1])
    about = f"<thread-{thread.public_id}@{domain}>"
    mail.send(
        to=reader.user.email if reader.user else reader.email,
        template=TEMPLATE,
        language=reader.user.language if reader.user else reader.language or "en",
        context={
            "thread": thread,
            "reader": reader.user or reader.name or reader.email,
            "said": waiting,
            "link": _link(reader),
            "can_answer": bool(settings.INBOUND_MAIL_DOMAIN),
            "kind": MESSAGES,
            "unsubscribe": notice_choices.link_of(reader.user, MESSAGES) if reader.user else "",
        },
        reply_to=reply_tokens.address_of(reader),
        headers={
            "Message-ID": f"<message-{named.public_id}-{reader.pk}.{waiting[-1].pk}@{domain}>",
            "In-Reply-To": about,
            "References": about,
            "Auto-Submitted": "auto-generated",
            **(notice_choices.headers_of(reader.user, MESSAGES) if reader.user else {}),
        },
    )


def tell_mentioned(payload: Mapping[str, Any]) -> None:
    """Tell those whom a message mentions, if they may still read it."""
    message = Message.objects.select_related("thread").filter(pk=payload["message"], removed_at=None).first()
    if message is None:
        return
    subject = subject_of(message.thread.subject_kind)
    for user in message.mentioned.filter(is_active=True):
        if subject is None or not Message.objects.visible_to(user).filter(pk=message.pk).exists():
            continue
        tell(
            [user],
            kind="mention",
            text=gettext_noop("%(author)s mentioned you: %(thread)s"),
            names={"author": message.author_name, "thread": message.thread},
            url=subject.page_of(message.thread.subject_public_id, at_vendor=user.is_vendor),
            key=f"mention-{message.pk}",
        )


def _wants_none(reader: ThreadReader) -> bool:
    """Whether somebody chose to find messages in the portal only. There is no digest of them."""
    chosen = NoticeChoice.objects.filter(user=reader.user, kind=MESSAGES.key).exclude(way=Way.AT_ONCE)
    return reader.user is not None and chosen.exists()


def _may_read(reader: ThreadReader) -> bool:
    user = reader.user
    return user is None or (user.is_active and Thread.objects.visible_to(user).filter(pk=reader.thread_id).exists())


def _unsent(reader: ThreadReader) -> Any:
    rows = reader.thread.messages.readable_by(reader.user).filter(
        removed_at__isnull=True, pk__gt=max(reader.mailed_up_to, reader.read_up_to)
    )
    rows = rows.exclude(author=reader.user) if reader.user else rows.exclude(author=None, author_email=reader.email)
    if reader.is_muted:
        rows = rows.filter(mentioned=reader.user)
    return rows.prefetch_related("files").order_by("pk")


def _link(reader: ThreadReader) -> str:
    """Return the page of the thread; nothing for somebody who cannot sign in."""
    user: User | None = reader.user
    subject = subject_of(reader.thread.subject_kind)
    if user is None or subject is None:
        return ""
    return settings.PUBLIC_URL + subject.page_of(reader.thread.subject_public_id, at_vendor=user.is_vendor)
