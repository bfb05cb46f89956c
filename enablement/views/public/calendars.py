"""The address at which a calendar reads one person's events."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import belongs_somewhere, public_view
from enablement.services import calendars


@public_view("Calendars do not sign in: whose events they are stands in the signature of the address.")
@require_safe
def event_feed(request: HttpRequest, feed_token: str) -> HttpResponse:
    """Send the events somebody is registered for."""
    user = calendars.reader_of(feed_token)
    if user is None or not belongs_somewhere(user):
        raise Http404
    found, waiting = calendars.events_of(user)
    for event in found:
        if event.pk in waiting:
            event.url = ""
    data = calendars.written(found, at=timezone.now(), waiting=waiting)
    return HttpResponse(data, content_type=calendars.CONTENT_TYPE, headers={"X-Content-Type-Options": "nosniff"})
