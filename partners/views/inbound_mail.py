"""The door for mail providers that hand in messages over HTTP."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.access import public_view
from partners.services import inbound_mail


@csrf_exempt
@public_view("A mail provider shows a secret of its own; without one set, there is nothing here.")
@require_POST
def mail_receive(request: HttpRequest) -> HttpResponse:
    """Take a raw message. The answer is the same whatever became of it, so that nobody learns which tokens are good."""
    secret = settings.INBOUND_MAIL_SECRET
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if not secret or not constant_time_compare(shown, secret):
        raise Http404
    if int(request.headers.get("Content-Length") or 0) > settings.INBOUND_MAIL_BYTES:
        return HttpResponse(status=413)
    inbound_mail.receive(request.read(settings.INBOUND_MAIL_BYTES + 1), at=timezone.now())
    return HttpResponse(status=202)
