"""What a request gets that goes wrong outside the views: pages for people, problems for callers of the API."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from core.api.problems import Problem, problem_response

API_PREFIXES = ("/api/", "/o/")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The request could not be read."""
    return _problem(request, "malformed_json") or render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The visitor is known and may not do this."""
    return _problem(request, "permission_denied") or render(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form was sent without its token. Django's CSRF_FAILURE_VIEW."""
    return _problem(request, "permission_denied") or render(request, "403_csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """There is nothing here, or nothing the visitor may know of."""
    return _problem(request, "not_found") or render(request, "404.html", status=404)


def too_large(request: HttpRequest) -> HttpResponse:
    """More was sent than we take."""
    limit = settings.MAX_RECORDING_BYTES // 1024**2
    page = render_to_string("413.html", {"limit": limit, "request_id": getattr(request, "request_id", "")})
    return _problem(request, "too_large") or HttpResponse(page, status=413)


def server_error(request: HttpRequest) -> HttpResponse:
    """We failed. The page needs no database and no context, so that it cannot fail as well."""
    page = render_to_string("500.html", {"request_id": getattr(request, "request_id", "")})
    return _problem(request, "internal") or HttpResponse(page, status=500)


def _problem(request: HttpRequest, code: str) -> HttpResponse | None:
    """Return a problem when the request was for the API."""
    if not request.path.startswith(API_PREFIXES):
        return None
    answer: Any = problem_response(Problem(code), request_id=getattr(request, "request_id", ""))
    return JsonResponse(answer.data, status=answer.status_code, content_type=answer.content_type)
