"""What is settled for a request once its reader is known."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pghistory
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from core.network import client_address

SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}


class ReaderMiddleware:
    """Speaks the reader's language, shows their time, and tells the audit trail who is writing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep what comes next."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request in the reader's language and time zone; a stranger's language is their browser's."""
        user: Any = request.user
        known = user.is_authenticated
        translation.activate(user.language if known else translation.get_language_from_request(request))
        request.LANGUAGE_CODE = translation.get_language()
        if known:
            timezone.activate(ZoneInfo(user.timezone))
        try:
            return self._answer(request)
        finally:
            timezone.deactivate()

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if request.method in SAFE_METHODS:
            return self.get_response(request)
        with pghistory.context(**audit_details(request)):
            return self.get_response(request)


def audit_details(request: HttpRequest) -> dict[str, Any]:
    """Return what the audit trail notes of a request even when no service names itself."""
    user: Any = request.user
    known = {"by": user.pk, "by_kind": "user", "by_name": str(user)} if user.is_authenticated else {}
    return {
        **known,
        "request_id": getattr(request, "request_id", ""),
        "address": client_address(request),
        "path": request.path,
    }
