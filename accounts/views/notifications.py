"""What a person should know, in a list and as a number on the bell."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts import queries
from accounts.access import signed_in_view
from accounts.services import notifications

PER_PAGE = 30


@signed_in_view
@require_http_methods(["GET", "HEAD"])
def notification_list(request: HttpRequest) -> HttpResponse:
    """Show what there was to know, newest first."""
    page = Paginator(queries.notifications_of(request.user), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/notifications.html", {"page": page})


@signed_in_view
@require_http_methods(["GET", "HEAD"])
def notification_badge(request: HttpRequest) -> HttpResponse:
    """Answer the bell: nothing while the number it shows is right, else a new bell."""
    unread = queries.unread_count(request.user)
    if request.GET.get("shown") == str(unread):
        return HttpResponse(status=204)
    return render(request, "partials/notification_badge.html", {"unread_notifications": unread})


@signed_in_view
@require_POST
def notification_read(request: HttpRequest, notification: UUID) -> HttpResponse:
    """Mark one as read and go to the page it is about."""
    found = get_object_or_404(queries.notifications_of(request.user), public_id=notification)
    notifications.mark_read(notification=found, at=timezone.now())
    return redirect(found.url or "notification-list")


@signed_in_view
@require_POST
def notification_read_all(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    notifications.mark_all_read(user=request.user, at=timezone.now())  # type: ignore[arg-type]
    return redirect("notification-list")
