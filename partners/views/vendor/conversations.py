"""Conversations on the vendor's side."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from partners.views import conversations


@vendor_view(Permission.VIEW_CONVERSATIONS)
@require_safe
def conversation_list(request: HttpRequest) -> HttpResponse:
    """List the threads the reader may see."""
    return conversations.thread_list(request, default="mine")


@vendor_view(Permission.VIEW_CONVERSATIONS)
@require_safe
def conversation_detail(request: HttpRequest, about: str, public_id: UUID) -> HttpResponse:
    """Show the thread of a record."""
    place = conversations.load(request, about, public_id)
    return conversations.thread(request, place, may_write=allowed(request.user, Permission.EDIT_PARTNERS))


@vendor_view(Permission.EDIT_PARTNERS)
@require_POST
def conversation_post(request: HttpRequest, about: str, public_id: UUID) -> HttpResponse:
    """Say something in the thread of a record."""
    return conversations.post(request, conversations.load(request, about, public_id))


@vendor_view(Permission.EDIT_PARTNERS)
@require_POST
def conversation_mute(request: HttpRequest, about: str, public_id: UUID) -> HttpResponse:
    """Hear no more of a thread by e-mail, or again."""
    return conversations.mute(request, conversations.load(request, about, public_id))


@vendor_view(Permission.EDIT_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def message_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Correct one's own message."""
    return conversations.correct(request, public_id)


@vendor_view(Permission.EDIT_PARTNERS)
@require_POST
def message_remove(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a message away."""
    return conversations.remove(request, public_id)


@vendor_view(Permission.VIEW_CONVERSATIONS)
@require_safe
def message_file(request: HttpRequest, message_file_id: UUID) -> HttpResponseBase:
    """Send a file of a message."""
    return conversations.send_file(request, message_file_id)
