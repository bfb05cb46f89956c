"""Conversations as pages show them: who is concerned, who may be mentioned, what is new, what waits."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from accounts.roles import ROLES, VendorRole
from partners.conversing import Outsider, Subject, subject_of
from partners.models import Message, Side, Thread, ThreadReader
from partners.queries import managers

#: Vendor roles whose people read every conversation.
SEEING_ALL = [
    role for role in VendorRole if {Permission.VIEW_ALL_PARTNERS, Permission.VIEW_CONVERSATIONS} <= ROLES[role]
]
SHOWN_MESSAGES = 50


def record_of(thread: Thread) -> Any:
    """Return the record a thread is about."""
    subject = _subject(thread)
    return subject.model._default_manager.get(pk=thread.subject_id)


def _subject(thread: Thread) -> Subject:
    subject = subject_of(thread.subject_kind)
    if subject is None:
        raise LookupError(f"Nobody registered threads of the kind {thread.subject_kind}.")
    return subject


def _at_partners(partners: Iterable[Any]) -> QuerySet[User]:
    return User.objects.filter(person__partner__in=partners, person__left_at__isnull=True, is_active=True)


def _managers(partners: Iterable[Any]) -> QuerySet[User]:
    return managers.reached_at(list(partners), at=timezone.now())


@dataclass(frozen=True, slots=True)
class Concerned:
    """Whom a message concerns, its author among them."""

    users: list[User]
    outsiders: list[Outsider]
    mentioned: list[User]

    @classmethod
    def of(cls, thread: Thread, message: Message, mentions: Iterable[User]) -> Self:
        """Return everybody a new message concerns; nobody of a partner for the vendor's internal notes."""
        subject, record = _subject(thread), record_of(thread)
        partners = list(subject.partners_of(record))
        spoke = thread.messages.exclude(author=None).values("author")
        managers = list(_managers(partners)) or list(User.objects.filter(role=VendorRole.PROGRAM_ADMIN, is_active=True))
        vendor = list(User.objects.filter(pk__in=spoke, is_active=True).exclude(role=""))
        found = [*managers, *subject.colleagues(record), *vendor]
        is_open = subject.open_to_partners and not message.is_internal
        if is_open:
            people = list(_at_partners(partners).annotate(admin=F("person__is_admin"), own=Q(pk__in=spoke)))
            admins = [one for one in people if one.admin] or people
            found += admins + [one for one in people if one.own]
        candidates = mentionable(thread, message.author, is_internal=message.is_internal, record=record)
        mentioned = named(message.text, candidates) | ({one.pk for one in mentions} & {one.pk for one in candidates})
        chosen = [one for one in candidates if one.pk in mentioned and one.pk != message.author_id]
        users = {one.pk: one for one in [*found, *chosen]}
        return cls(list(users.values()), list(subject.outsiders(record)) if is_open else [], chosen)


def mentionable(thread: Thread, by: User | None, *, is_internal: bool = False, record: Any = None) -> list[User]:
    """Return whom somebody may mention: people who may see the thread and whom its author may know of.

    People of a partner know their colleagues, their managers and who has spoken; people of the vendor know everybody.
    """
    subject = _subject(thread)
    partners = list(subject.partners_of(record or record_of(thread)))
    said = Message.objects.filter(thread=thread.pk, is_internal=False).exclude(author=None)
    spoke = said.values("author")
    at_vendor = by is not None and by.is_vendor
    known = Q(pk__in=_managers(partners).values("pk")) | Q(pk__in=spoke)
    if at_vendor:
        known |= Q(role__in=SEEING_ALL)
    if at_vendor and subject.open_to_partners and not is_internal:
        known |= Q(pk__in=_at_partners(partners).values("pk"))
    elif by is not None and not at_vendor:
        colleagues = _at_partners(partners).filter(person__partner__people__user=by)
        known |= Q(pk__in=colleagues.values("pk"))
    people = User.objects.filter(known, is_active=True).exclude(pk=by.pk if by else 0).order_by("name", "pk")
    return list(people.exclude(role="") if is_internal else people)


def named(text: str, people: Iterable[User]) -> set[int]:
    """Return the ids of the people whose whole name stands in a text after an @, the longest name first."""
    found: set[int] = set()
    for user in sorted(people, key=lambda one: -len(one.name)):
        mark = re.compile(rf"(?<!\w)@{re.escape(user.name)}(?!\w)", re.IGNORECASE)
        if user.name and mark.search(text):
            found.add(user.pk)
            text = mark.sub("", text)
    return found


# --- lists


def _new_to(user: User, read_up_to: Any) -> QuerySet[Message]:
    """Return messages, correlated with a thread's id `thread`, that somebody has not seen."""
    return Message.objects.readable_by(user).filter(removed_at__isnull=True, id__gt=read_up_to).exclude(author=user)


def unread_by(user: User, *, kinds: Collection[str] | None = None) -> QuerySet[ThreadReader]:
    """Return a row for each thread that concerns somebody and has something new for them; of some kinds only."""
    visible = Thread.objects.visible_to(user, kinds=kinds)
    return with_news_for(user).filter(Exists(visible.filter(pk=OuterRef("thread"))))


def with_news_for(user: User) -> QuerySet[ThreadReader]:
    """Return a row for each thread that concerns somebody and moved since, whether or not they may still see it.

    Cheap to ask: what they may see of every kind of record is long to say, and mostly there is nothing new.
    """
    new = _new_to(user, OuterRef("read_up_to")).filter(thread=OuterRef("thread"))
    return ThreadReader.objects.filter(Exists(new), user=user, is_muted=False)


def inbox(user: User) -> Any:
    """Return the threads somebody may see in which there is something to read, with `unread`, the latest first.

    `latest_at` is the last message that this reader may read: internal notes move nothing on a partner's page.
    """
    reader = ThreadReader.objects.filter(thread=OuterRef("pk"), user=user, is_muted=False)
    read_up_to = Subquery(reader.values("read_up_to"), output_field=IntegerField())
    new = _new_to(user, Coalesce(OuterRef("seen"), 2**62)).filter(thread=OuterRef("pk")).order_by().values("thread")
    latest = "last_message_at" if user.is_vendor else "last_public_at"
    last = Message.objects.readable_by(user).filter(thread=OuterRef("pk"), removed_at__isnull=True).order_by("-id")
    return (
        Thread.objects.visible_to(user)
        .filter(**{f"{latest}__isnull": False})
        .select_related("partner")
        .annotate(
            latest_at=F(latest),
            seen=read_up_to,
            unread=Coalesce(Subquery(new.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0),
            last_text=Subquery(last.values("text")[:1]),
            last_author=Subquery(last.values("author_name")[:1]),
        )
        .order_by(F(latest).desc(), "-pk")
    )


def matching(threads: Any, user: User, words: str) -> Any:
    """Return the threads in whose title or readable messages a text stands."""
    said = Message.objects.readable_by(user).filter(thread=OuterRef("pk"), text__icontains=words)
    return threads.filter(Q(title__icontains=words) | Q(partner__name__icontains=words) | Exists(said))


def concerning(threads: Any, user: User) -> Any:
    """Return the threads that are somebody's: of partners they look after, or in which they take part."""
    mine = Q(partner__in=user.assignments.filter(ends_at__isnull=True).values("partner"))
    return threads.filter(mine | Exists(ThreadReader.objects.filter(thread=OuterRef("pk"), user=user)))


# --- one thread


def messages_of(thread: Thread, user: User | None, *, all_of_them: bool = False) -> list[Message]:
    """Return what a reader may read of a thread, the oldest first; the last fifty unless all are asked for.

    `user` None is somebody without a user, who reads what a partner may read.
    """
    rows = (
        thread.messages.readable_by(user)
        .select_related("author", "removed_by")
        .prefetch_related("files")
        .order_by("-id")
    )
    return list(rows if all_of_them else rows[:SHOWN_MESSAGES])[::-1]


def waiting_since(thread: Thread) -> datetime | None:
    """Return since when the other side waits for an answer of the vendor; None when it does not."""
    public = thread.messages.filter(is_internal=False, removed_at__isnull=True)
    answered = public.filter(side=Side.VENDOR).order_by("-id").values_list("id", flat=True).first() or 0
    asked = public.exclude(side=Side.VENDOR).filter(id__gt=answered).order_by("id")
    return asked.values_list("sent_at", flat=True).first()
