"""The pages that document the API's error codes: where a problem's `type` leads."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import public_view
from core.api.problems import KINDS


@public_view("Documents error codes for whoever meets one; shows no data.")
@require_safe
def problem_detail(request: HttpRequest, code: str) -> HttpResponse:
    """Say what one code means."""
    if code not in KINDS:
        raise Http404
    return render(request, "integrations/problems/detail.html", {"code": code, "kind": KINDS[code]})
