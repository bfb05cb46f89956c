"""Conversations: what is said about a record, by whom, and whom it concerns.

A thread is begun when it is first asked for. Messages are only ever added; for ten minutes their author may correct
them, and taking one away leaves its place. Whoever a message concerns gets it by e-mail, too (`conversation_mail`).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import File
from django.db import models
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from core import files as file_rules
from core.audit import action
from core.refusals import Refusal
from core.services import outbox
from partners.conversing import register, subject_for
from partners.models import CameBy, Message, MessageFile, Side, Thread, ThreadReader
from partners.queries import conversations as reads

__all__ = ["edit", "mark_read", "mute", "post", "register", "remove", "thread_of"]

MESSAGE_WAITS = "partners.message_waits"
MENTIONED = "partners.mentioned"
#: Messages within so many minutes of each other travel in one e-mail.
DIGEST_MINUTES = 3
EDIT_MINUTES = 10
MAX_TEXT_LENGTH = 20_000
MAX_FILES = 10


def thread_of(*, subject: models.Model, by: User | None, at: datetime) -> Thread:
    """Return the thread of a record, begun now if nobody has spoken yet."""
    kind = subject_for(subject)
    found: Thread | None = Thread.objects.filter(subject_kind=kind.kind, subject_id=subject.pk).first()
    if found:
        return found
    partners = list(kind.partners_of(subject))
    with action("thread.begin", by=by):
        thread, _is_new = Thread.objects.get_or_create(
            subject_kind=kind.kind,
            subject_id=subject.pk,
            defaults={
                "subject_public_id": subject.public_id,  # type: ignore[attr-defined]
                "partner": partners[0] if len(partners) == 1 else None,
                "title": str(subject)[:200],
            },
        )
    return thread


def post(
    *,
    thread: Thread,
    by: User | None,
    at: datetime,
    text: str,
    files: Iterable["File[bytes]"] = (),
    mentions: Iterable[User] = (),
    is_internal: bool = False,
    author_name: str = "",
    author_email: str = "",
    once_key: str = "",
    came_by: CameBy = CameBy.PORTAL,
) -> Message:
    """Say something in a thread. `by` None is somebody without a user, who has a name and an address.

    The same `once_key` again is the same message: it is returned and nothing is said twice.
    """
    text = _cleaned(text)
    sent = list(files)
    kinds = _recognised(sent)
    if not text and not sent:
        raise Refusal({"text": _("Write something, or add a file.")})
    side = _side_of(by)
    if is_internal and side != Side.VENDOR:
        raise Refusal({"is_internal": _("Internal notes are the vendor's.")})
    with action("message.post", by=by):
        locked = Thread.objects.select_for_update(no_key=True).get(pk=thread.pk)
        known: Message | None = locked.messages.filter(once_key=once_key).first() if once_key else None
        if known:
            return known
        message = Message.objects.create(
            thread=locked,
            author=by,
            author_name=(str(by) if by else author_name)[:150],
            author_email="" if by else author_email,
            side=side,
            text=text,
            is_internal=is_internal,
            came_by=came_by,
            once_key=once_key,
            sent_at=at,
        )
        for file, kind in zip(sent, kinds, strict=True):
            _keep(message, file, kind)
        _note(locked, message, at)
        _tell(locked, message, mentions)
    thread.refresh_from_db()
    return message


def edit(*, message: Message, by: User, at: datetime, text: str) -> bool:
    """Correct one's own message, for some minutes. Returns whether it says something else now."""
    text = _cleaned(text)
    with action("message.edit", by=by):
        locked = Message.objects.select_for_update(no_key=True, of=("self",)).get(pk=message.pk)
        if locked.text == text:
            return False
        if not may_edit(locked, by, at):
            raise Refusal(
                _("A message can be corrected by its author for %(minutes)d minutes.") % {"minutes": EDIT_MINUTES}
            )
        if not text and not locked.files.exists():
            raise Refusal({"text": _("Write something, or take the message away.")})
        locked.text, locked.edited_at = text, at
        locked.save(update_fields=["text", "edited_at"])
    message.refresh_from_db()
    return True


def remove(*, message: Message, by: User, at: datetime) -> bool:
    """Take a message away: its text and files are not shown any more, its place is. Returns whether it was there."""
    with action("message.remove", by=by):
        locked = Message.objects.select_for_update(no_key=True, of=("self",)).get(pk=message.pk)
        if locked.removed_at is not None:
            return False
        if not may_remove(locked, by):
            raise Refusal(_("Only its author or a program admin takes a message away."))
        locked.text, locked.removed_at, locked.removed_by = "", at, by
        locked.save(update_fields=["text", "removed_at", "removed_by"])
        thread = Thread.objects.select_for_update(no_key=True).get(pk=locked.thread_id)
        thread.waiting_since = reads.waiting_since(thread)
        thread.save(update_fields=["waiting_since"])
    message.refresh_from_db()
    return True


def mark_read(*, thread: Thread, by: User, at: datetime) -> bool:
    """Remember that somebody whom a thread concerns has seen all they may see of it."""
    newest = thread.messages.readable_by(by).order_by("-id").values("id")[:1]
    rows = thread.readers.filter(user=by).annotate(newest=models.Subquery(newest))
    return bool(rows.filter(read_up_to__lt=models.F("newest")).update(read_up_to=models.Subquery(newest)))


def mute(*, thread: Thread, by: User, at: datetime, is_muted: bool) -> None:
    """Hear no more of a thread by e-mail and in counts, but for mentions; or hear of it again."""
    ThreadReader.objects.update_or_create(thread=thread, user=by, defaults={"is_muted": is_muted})


def may_edit(message: Message, user: Any, at: datetime) -> bool:
    """Whether somebody may still correct a message."""
    fresh = at - message.sent_at <= timedelta(minutes=EDIT_MINUTES)
    return fresh and message.removed_at is None and message.author_id == user.pk


def may_remove(message: Message, user: Any) -> bool:
    """Whether somebody may take a message away."""
    own = message.author_id is not None and message.author_id == user.pk
    return message.removed_at is None and (own or (user.is_vendor and user.has(Permission.MANAGE_PROGRAM)))


def _cleaned(text: str) -> str:
    text = text.replace("\0", "").replace("\r\n", "\n").strip()
    if len(text) > MAX_TEXT_LENGTH:
        raise Refusal(
            {"text": _("The message is too long: %(limit)d characters at most.") % {"limit": MAX_TEXT_LENGTH}}
        )
    return text


def _recognised(files: Sequence["File[bytes]"]) -> list[file_rules.FileType]:
    if len(files) > MAX_FILES:
        raise Refusal({"attachments": _("No more than %(limit)d files go with one message.") % {"limit": MAX_FILES}})
    found = []
    for file in files:
        try:
            found.append(file_rules.recognise(file))
        except Refusal as refusal:
            said = {"name": file_rules.shown_name(file.name or ""), "why": str(refusal)}
            raise Refusal({"attachments": _("%(name)s: %(why)s") % said}) from refusal
    return found


def _side_of(by: User | None) -> Side:
    if by is None:
        return Side.OUTSIDE
    return Side.VENDOR if by.is_vendor else Side.PARTNER


def _keep(message: Message, file: "File[bytes]", kind: file_rules.FileType) -> None:
    MessageFile.objects.create(
        message=message,
        file=File(file, name=file_rules.stored_name(kind)),
        file_name=file_rules.shown_name(file.name or ""),
        file_type=kind.content_type,
        file_bytes=file.size,
    )


def _note(thread: Thread, message: Message, at: datetime) -> None:
    """Keep what lists show of the thread."""
    thread.last_message_at = max(at, thread.last_message_at or at)
    if not message.is_internal:
        thread.last_public_at = max(at, thread.last_public_at or at)
        thread.waiting_since = None if message.side == Side.VENDOR else thread.waiting_since or at
    thread.save(update_fields=["last_message_at", "last_public_at", "waiting_since"])


def _tell(thread: Thread, message: Message, mentions: Iterable[User]) -> None:
    """Make the thread a matter of everybody concerned, and put what follows into the outbox."""
    concerned = reads.Concerned.of(thread, message, mentions)
    message.mentioned.set(concerned.mentioned)
    readers = [ThreadReader(thread=thread, user=user) for user in concerned.users]
    readers += [
        ThreadReader(thread=thread, name=one.name[:150], email=one.email.strip().lower(), language=one.language)
        for one in concerned.outsiders
    ]
    ThreadReader.objects.bulk_create(readers, ignore_conflicts=True)
    if message.author_id:
        own = thread.readers.filter(user=message.author_id)
        own.update(read_up_to=Greatest("read_up_to", message.pk))
    due_at = message.sent_at + timedelta(minutes=DIGEST_MINUTES)
    addresses = [one.email.strip().lower() for one in concerned.outsiders]
    reached = models.Q(user__in=concerned.users) | models.Q(user=None, email__in=addresses)
    for pk in thread.readers.filter(reached).exclude(user=message.author_id or 0).values_list("pk", flat=True):
        outbox.put(topic=MESSAGE_WAITS, payload={"reader": pk}, due_at=due_at)
    if concerned.mentioned:
        outbox.put(topic=MENTIONED, payload={"message": message.pk})
