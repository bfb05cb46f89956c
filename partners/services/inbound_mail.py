"""Answers by e-mail: read, proved, and said in the thread they answer.

The address a message came to carries a token for one person in one thread. Whatever is not an answer of that person,
from that person's address, changes nothing; nobody outside learns why. A message is strangers' bytes: it is bounded
before it is parsed, and whatever goes wrong while it is read means that it is not taken.
"""

import hashlib
import html
import re
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from enum import StrEnum
from typing import Any

import nh3
import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from accounts.permissions import Permission
from core import files as file_rules
from core.refusals import Refusal
from partners.conversing import subject_of
from partners.models import CameBy, Message, Thread, ThreadReader
from partners.services import conversations, reply_tokens

log = structlog.get_logger("partners")
MAX_PARTS = 60
TEXT_TYPES = ("plain", "html")
ADDRESS_HEADERS = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
ROBOTS = re.compile(r"^(mailer-daemon|postmaster|no-?reply|bounces?)([@+-]|$)", re.IGNORECASE)
#: Where the words of the answer end and what it answers begins, in the ways mail programs write it.
QUOTES = re.compile(
    r"^("
    r"-- Write your answer above this line --"
    r"|>?\s*-{2,}\s*(original message|forwarded message|ursprüngliche nachricht|message d'origine)\s*-{2,}.*"
    r"|(on|am|le|el|il) .{4,200}(wrote|schrieb|a écrit|escribió|ha scritto)\s*.{0,80}:\s*"
    r"|(from|von|de|da):\s.{1,200}@.*"
    r"|_{8,}\s*"
    r")$",
    re.IGNORECASE,
)
SIGNATURE = re.compile(r"^(--|__)\s*$|^sent from my .{1,40}$", re.IGNORECASE)


class Outcome(StrEnum):
    """What became of a message."""

    TAKEN = "taken"
    IGNORED = "ignored"
    REFUSED = "refused"


def receive(raw: bytes, *, at: datetime) -> Outcome:
    """Take a message in. Handed in again, it changes nothing."""
    if not settings.INBOUND_MAIL_DOMAIN or len(raw) > settings.INBOUND_MAIL_BYTES:
        return _told(Outcome.REFUSED, "size")
    if raw.lower().count(b"boundary=") > MAX_PARTS or raw.count(b"\n--") > MAX_PARTS * 20:
        return _told(Outcome.REFUSED, "parts")
    try:
        mail = message_from_bytes(raw, policy=policy.default)
        if _is_automatic(mail):
            return _told(Outcome.IGNORED, "automatic")
        reader = _reader(mail)
        sender = parseaddr(str(mail.get("From", "")))[1].strip().lower()
        if reader is None or not _may_answer(reader, sender):
            return _told(Outcome.REFUSED, "unknown")
        text, files = answer_of(_body(mail)), _attachments(mail)
        name = str(mail.get("Message-ID", "")).strip() or hashlib.sha256(raw).hexdigest()
        is_internal = _is_internal(mail, reader)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, AssertionError):
        return _told(Outcome.REFUSED, "unreadable")
    try:
        conversations.post(
            thread=reader.thread,
            by=reader.user,
            at=at,
            text=text[: conversations.MAX_TEXT_LENGTH],
            files=files,
            is_internal=is_internal,
            author_name=reader.name or reader.email,
            author_email=reader.email,
            once_key=f"mail:{name}"[:300],
            came_by=CameBy.EMAIL,
        )
    except ValidationError:
        return _told(Outcome.REFUSED, "empty")
    return _told(Outcome.TAKEN, "")


def _told(outcome: Outcome, why: str) -> Outcome:
    log.info("mail.received", outcome=outcome.value, why=why)
    return outcome


def _is_automatic(mail: EmailMessage) -> bool:
    """Whether a program wrote it: an absence note, a bounce, a list."""
    if str(mail.get("Auto-Submitted", "no")).strip().lower() != "no" or "X-Autoreply" in mail:
        return True
    if str(mail.get("Precedence", "")).strip().lower() in {"bulk", "junk", "list", "auto_reply"}:
        return True
    if str(mail.get("Return-Path", "x")).strip() == "<>" or mail.get_content_type() == "multipart/report":
        return True
    return bool(ROBOTS.match(parseaddr(str(mail.get("From", "")))[1]))


def _reader(mail: EmailMessage) -> ThreadReader | None:
    wanted = re.compile(rf"reply\+([a-z2-7]{{40}})@{re.escape(settings.INBOUND_MAIL_DOMAIN)}", re.IGNORECASE)
    for header in ADDRESS_HEADERS:
        for value in mail.get_all(header, []):
            for token in wanted.findall(str(value)[:10_000]):
                if reader := reply_tokens.reader_of(token):
                    return reader
    return None


def _may_answer(reader: ThreadReader, sender: str) -> bool:
    """Whether the message is from whom the token proves, and that person may still write there."""
    user = reader.user
    if user is None:
        return sender == reader.email.lower()
    if sender != user.email.lower() or not user.is_active:
        return False
    if user.is_vendor and not user.has(Permission.EDIT_PARTNERS):
        return False
    known = subject_of(reader.thread.subject_kind) is not None
    return known and Thread.objects.visible_to(user).filter(pk=reader.thread_id).exists()


def _is_internal(mail: EmailMessage, reader: ThreadReader) -> bool:
    """Whether the answer is one to an internal note; where that cannot be told, an internal note stays internal."""
    if reader.user is None or not reader.user.is_vendor:
        return False
    notes = Message.objects.filter(thread=reader.thread_id, is_internal=True, pk__lte=reader.mailed_up_to)
    answered = str(mail.get("In-Reply-To", "")) + str(mail.get("References", ""))
    found = re.findall(r"<message-([0-9a-f-]{36})-", answered)
    if found:
        return notes.filter(public_id=found[0]).exists()
    return notes.exists()


def _body(mail: EmailMessage) -> str:
    part: Any = mail.get_body(preferencelist=TEXT_TYPES)
    if part is None:
        return ""
    try:
        text = part.get_content()
    except (LookupError, UnicodeError, ValueError):
        text = (part.get_payload(decode=True) or b"").decode("utf-8", "replace")
    text = text if isinstance(text, str) else ""
    return _plain(text) if part.get_content_type() == "text/html" else text


def _plain(text: str) -> str:
    """Return the words of an HTML message, line by line."""
    text = re.sub(r"(?i)<br\s*/?>|</(p|div|li|tr|h[1-6])>", "\n", text[:500_000])
    text = re.sub(r"(?i)<blockquote", "\n-- Write your answer above this line --\n<blockquote", text)
    return html.unescape(nh3.clean(text, tags=set(), clean_content_tags={"script", "style", "head", "title"}))


def answer_of(text: str) -> str:
    """Return what somebody wrote themselves: without what they answered, and without their signature."""
    kept: list[str] = []
    for line in text.replace("\r\n", "\n").replace("\0", "").split("\n"):
        bare = line.strip()
        if len(bare) < 400 and (QUOTES.match(bare) or SIGNATURE.match(line.rstrip("\r"))):
            break
        if not bare.startswith(">"):
            kept.append(line.rstrip())
    return "\n".join(kept).strip()


def _attachments(mail: EmailMessage) -> "list[ContentFile[bytes]]":
    """Return the files that may be kept; the others are left out, as if they had not come."""
    found: list[ContentFile[bytes]] = []
    for part in mail.iter_attachments():
        name = part.get_filename()
        content: Any = part.get_payload(decode=True)
        if not name or not isinstance(content, bytes) or len(found) == conversations.MAX_FILES:
            continue
        file = ContentFile(content, name=str(name))
        try:
            file_rules.recognise(file)
        except Refusal:
            continue
        found.append(file)
    return found
