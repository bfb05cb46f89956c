"""Conversations on both sides: the same acts on the same rows; only guards, shells and addresses differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from core import sending
from core.refusals import Refusal
from partners.conversing import Subject, subject_of
from partners.forms.conversations import CorrectForm, MessageForm
from partners.forms.refusals import show_refusal
from partners.models import Message, MessageFile, Thread
from partners.queries import conversations as reads
from partners.services import conversations

PAGE_SIZE = 30
#: How much of a message an address may begin.
MAX_BEGUN = 300
SHOWS = ("mine", "unread", "waiting", "all")


@dataclass(frozen=True, slots=True)
class Place:
    """A record that is talked about, as far as the reader may see it, and its thread once somebody has spoken."""

    subject: Subject
    record: Any
    thread: Thread | None

    @property
    def draft(self) -> Thread:
        """The thread, or one that is not kept yet."""
        return self.thread or Thread(subject_kind=self.subject.kind, subject_id=self.record.pk)

    def page(self, user: Any) -> str:
        """The address where the record and its thread stand."""
        return self.subject.page_of(self.record.public_id, at_vendor=user.is_vendor)


def load(request: HttpRequest, about: str, public_id: UUID) -> Place:
    """Return what an address names, or 404 to whom it is none of their business."""
    subject = subject_of(about)
    if subject is None:
        raise Http404
    record = get_object_or_404(subject.visible_to(request.user), public_id=public_id)
    return Place(subject, record, Thread.objects.filter(subject_kind=about, subject_id=record.pk).first())


def thread_list(request: HttpRequest, *, default: str) -> HttpResponse:
    """List the threads the reader may see: theirs, new ones, those that wait for an answer, or all."""
    user: Any = request.user
    show = request.GET.get("show", default)
    show = show if show in SHOWS else default
    words = request.GET.get("q", "").strip()[:100]
    threads = reads.inbox(user)
    if show == "unread":
        threads = threads.filter(unread__gt=0)
    elif show == "waiting":
        threads = threads.filter(waiting_since__isnull=False).order_by("waiting_since", "pk")
    elif show == "mine":
        threads = reads.concerning(threads, user)
    if words:
        threads = reads.matching(threads, user, words)
    page = Paginator(threads, PAGE_SIZE).get_page(request.GET.get("page"))
    for thread in page:
        subject = subject_of(thread.subject_kind)
        thread.label = subject.label if subject else ""
        thread.page = subject.page_of(thread.subject_public_id, at_vendor=user.is_vendor) if subject else ""
    context = {
        "page": page,
        "show": show,
        "words": words,
        "query": urlencode({"show": show, **({"q": words} if words else {})}),
        "at_vendor": user.is_vendor,
        "new_in": reads.unread_by(user).count(),
    }
    side = "vendor" if user.is_vendor else "partner"
    return render(request, f"partners/{side}/conversations/list.html", context)


def thread(request: Any, place: Place, *, may_write: bool) -> HttpResponse:
    """Show a thread, as a part of its record's page or as a page of its own, and remember that it was read."""
    context = _context(request, place, may_write=may_write)
    if context["first_new"] is not None and place.thread is not None and request.method == "GET":
        conversations.mark_read(thread=place.thread, by=request.user, at=timezone.now())
    return _rendered(request, place, context)


def post(request: Any, place: Place) -> HttpResponse:
    """Say something. A refusal keeps what was typed."""
    user, at = request.user, timezone.now()
    form = _form(request, place, bound=True)
    if form.is_valid():
        said: dict[str, Any] = dict(form.cleaned_data)
        once, files = said.pop("once"), said.pop("attachments")
        try:
            begun = conversations.thread_of(subject=place.record, by=user, at=at)
            conversations.post(
                thread=begun, by=user, at=at, files=files, once_key=f"form:{once}" if once else "", **said
            )
        except ValidationError as error:
            show_refusal(form, error)
        else:
            if not request.htmx:
                return redirect(place.page(user))
            return thread(request, load(request, place.subject.kind, place.record.public_id), may_write=True)
    context = _context(request, place, may_write=True, form=form)
    return _rendered(request, place, context, status=422)


def mute(request: Any, place: Place) -> HttpResponse:
    """Hear no more of a thread, or again."""
    is_muted = request.POST.get("muted") == "1"
    begun = conversations.thread_of(subject=place.record, by=request.user, at=timezone.now())
    conversations.mute(thread=begun, by=request.user, at=timezone.now(), is_muted=is_muted)
    if request.htmx:
        return thread(request, load(request, place.subject.kind, place.record.public_id), may_write=True)
    return redirect(place.page(request.user))


def correct(request: Any, public_id: UUID) -> HttpResponse:
    """Correct one's own message while it is fresh."""
    message = _message(request, public_id)
    back = _page_of(message, request.user)
    if not conversations.may_edit(message, request.user, timezone.now()):
        minutes = {"minutes": conversations.EDIT_MINUTES}
        messages.error(request, _("A message can be corrected by its author for %(minutes)d minutes.") % minutes)
        return redirect(back)
    form = CorrectForm(request.POST or None, initial={"text": message.text})
    if request.method == "POST" and form.is_valid():
        try:
            conversations.edit(message=message, by=request.user, at=timezone.now(), text=form.cleaned_data["text"])
        except ValidationError as error:
            show_refusal(form, error)
        else:
            return redirect(back)
    context = {"form": form, "message": message, "back": back, "base": _base(request)}
    return render(request, "partners/conversations/correct.html", context, status=422 if form.errors else 200)


def remove(request: Any, public_id: UUID) -> HttpResponse:
    """Take a message away."""
    message = _message(request, public_id)
    try:
        conversations.remove(message=message, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(_page_of(message, request.user))


def send_file(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Send a file of a message, always for keeping."""
    seen = Message.objects.visible_to(request.user).filter(removed_at__isnull=True)
    file = get_object_or_404(MessageFile.objects.filter(message__in=seen), public_id=public_id)
    return sending.send_file(request, file.file, name=file.file_name, content_type=file.file_type, to_keep=True)


def _message(request: HttpRequest, public_id: UUID) -> Message:
    rows = Message.objects.visible_to(request.user).select_related("thread")
    return get_object_or_404(rows, public_id=public_id)


def _page_of(message: Message, user: Any) -> str:
    subject = subject_of(message.thread.subject_kind)
    if subject is None:
        raise Http404
    return subject.page_of(message.thread.subject_public_id, at_vendor=user.is_vendor)


def _form(request: HttpRequest, place: Place, *, bound: bool = False) -> MessageForm:
    user: Any = request.user
    people = reads.mentionable(place.draft, user, record=place.record)
    data = (request.POST, request.FILES) if bound else (None, None)
    begun = request.GET.get("text", "").replace("\0", "")[:MAX_BEGUN]
    return MessageForm(*data, people=people, at_vendor=user.is_vendor, initial={"once": uuid4(), "text": begun})


def _context(
    request: HttpRequest, place: Place, *, may_write: bool, form: MessageForm | None = None
) -> Mapping[str, Any]:
    user: Any = request.user
    at, said = timezone.now(), []
    show_all = request.GET.get("all") == "1"
    if place.thread is not None:
        said = reads.messages_of(place.thread, user, all_of_them=show_all)
    reader = place.thread.readers.filter(user=user).first() if place.thread else None
    for one in said:
        one.is_own = one.author_id == user.pk  # type: ignore[attr-defined]
        one.may_edit = may_write and conversations.may_edit(one, user, at)  # type: ignore[attr-defined]
        one.may_remove = may_write and conversations.may_remove(one, user)  # type: ignore[attr-defined]
    seen = reader.read_up_to if reader else None
    first_new = next((one.pk for one in said if seen is not None and one.pk > seen and one.author_id != user.pk), None)
    side = "vendor" if user.is_vendor else "partner"
    return {
        "place": place,
        "said": said,
        "first_new": first_new,
        "has_more": not show_all and len(said) == reads.SHOWN_MESSAGES,
        "is_muted": bool(reader and reader.is_muted),
        "form": form or (_form(request, place) if may_write else None),
        "side": side,
        "may_write": may_write,
        "base": _base(request),
    }


def _base(request: Any) -> str:
    return f"{'vendor' if request.user.is_vendor else 'partner'}/base.html"


def _rendered(request: Any, place: Place, context: Mapping[str, Any], status: int = 200) -> HttpResponse:
    name = "_thread" if request.htmx else "detail"
    return render(request, f"partners/conversations/{name}.html", dict(context), status=status)
