"""Conversations on the partner's side."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import partner_view
from accounts.permissions import Permission
from partners.conversing import subject_of
from partners.queries import agreements
from partners.queries import conversations as reads
from partners.views import conversations

SHOWN_AT_HOME = 3


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def conversation_list(request: HttpRequest) -> HttpResponse:
    """List the threads the reader may see."""
    return conversations.thread_list(request, default="all")


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def waiting_panel(request: Any) -> HttpResponse:
    """Show the latest messages and what is to be accepted, for the home page."""
    threads = reads.inbox(request.user)[:SHOWN_AT_HOME]
    for one in threads:
        subject = subject_of(one.subject_kind)
        one.page = subject.page_of(one.subject_public_id, at_vendor=False) if subject else ""
    places = [one for one in agreements.places_of(request.partner, agreements.program_day()) if one.wants_acting]
    context = {"threads": threads, "places": places}
    return render(request, "partners/partner/conversations/_waiting.html", context)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def conversation_detail(request: HttpRequest, about: str, public_id: UUID) -> HttpResponse:
    """Show the thread of a record."""
    place = conversations.load(request, about, public_id)
    return conversations.thread(request, place, may_write=True)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_POST
def conversation_post(request: HttpRequest, about: str, public_id: UUID) -> HttpResponse:
    """Say something in the thread of a record."""
    return conversations.post(request, conversations.load(request, about, public_id))


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_POST
def conversation_mute(request: HttpRequest, about: str, public_id: UUID) -> HttpResponse:
    """Hear no more of a thread by e-mail, or again."""
    return conversations.mute(request, conversations.load(request, about, public_id))


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def message_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Correct one's own message."""
    return conversations.correct(request, public_id)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_POST
def message_remove(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a message away."""
    return conversations.remove(request, public_id)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def message_file(request: HttpRequest, message_file_id: UUID) -> HttpResponseBase:
    """Send a file of a message."""
    return conversations.send_file(request, message_file_id)
