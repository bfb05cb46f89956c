"""The one kind of page that frames another origin: that of packages."""

from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render


def framed(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponseBase:
    """Show a page that may frame packages, as no other page may."""

    def show(request: HttpRequest) -> HttpResponse:
        return render(request, template, context)

    return csp_update({"frame-src": [settings.PACKAGES_URL]})(show)(request)
