"""Headers that every answer carries, errors included."""

import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from core.errors import too_large

CLIENT_ID_LENGTH = 128


class HeadersMiddleware:
    """Names each request, keeps answers out of caches unless a view says otherwise, closes pages to other sites."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep what comes next."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the headers in place."""
        request.request_id = structlog.contextvars.get_contextvars().get("request_id") or str(uuid.uuid4())  # type: ignore[attr-defined]
        theirs = request.headers.get("X-Client-Request-Id", "")[:CLIENT_ID_LENGTH]
        named = {"client_request_id": theirs} if theirs and theirs.isprintable() else {}
        with structlog.contextvars.bound_contextvars(**named):
            response = self.get_response(request)
        response["Request-Id"] = request.request_id  # type: ignore[attr-defined]
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("X-Permitted-Cross-Domain-Policies", "none")
        return response


class SizeMiddleware:
    """Refuses a request that says it is larger than anything we take, before a byte of it is read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep what comes next."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or say that it is too much."""
        told = request.META.get("CONTENT_LENGTH") or "0"
        if told.isdecimal() and int(told) > settings.MAX_REQUEST_BYTES:
            return too_large(request)
        return self.get_response(request)
