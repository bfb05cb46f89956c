"""Keeps the packages' origin apart: under its host name nothing is answered but packages' files."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.security import SecurityMiddleware

from enablement.services import package_addresses
from enablement.views.public import package_files


class PackagesHostMiddleware:
    """Answers for the packages' host by itself: sessions, pages and the API are never reached there.

    It stands first, so that no page, static file or health check of the portal has that origin.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep what comes next at the portal; at the packages' host nothing does."""
        self.portal = get_response
        self.packages: Callable[[HttpRequest], Any] = SecurityMiddleware(package_files.answer)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer as the host that was asked."""
        host = package_addresses.host()
        if host and request.headers.get("Host", "").lower() == host:
            answer: HttpResponseBase = self.packages(request)
            return answer
        return self.portal(request)
