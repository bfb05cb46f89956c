"""Badges for the world: a page to look at, and at the same address the signed credential for programs."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.access import public_view
from core.models import Program
from core.periods import today
from enablement.models import Badge
from enablement.services import credentials

JSON_TYPES = ("application/json", "application/ld+json", "application/vc+ld+json", "application/vc")
TOKEN_TYPES = ("application/vc+jwt", "application/jwt")
PAGE_TYPE = "text/html"
JSON = "application/json; charset=utf-8"


@public_view("Whoever is given the address of a badge may look at it.")
@require_safe
def badge_detail(request: HttpRequest, badge_token: str) -> HttpResponse:
    """Show a badge, or answer with its credential when a program asks for JSON or for the signed token."""
    badge = _badge(badge_token)
    wanted = request.get_preferred_type([PAGE_TYPE, *JSON_TYPES, *TOKEN_TYPES]) or PAGE_TYPE
    if wanted in TOKEN_TYPES:
        response = HttpResponse(credentials.signed(badge), content_type="application/vc+jwt; charset=utf-8")
    elif wanted in JSON_TYPES:
        response = JsonResponse(credentials.document(badge), content_type=f"{wanted}; charset=utf-8")
    else:
        response = render(request, "enablement/public/badge.html", _shown(badge))
    download = request.build_absolute_uri(reverse("badge-download", args=[badge_token]))
    response["Link"] = f'<{download}>; rel="alternate"; type="application/vc+jwt"'
    patch_vary_headers(response, ["Accept"])
    return _private(response)


@public_view("Whoever is given the address of a badge may take its signed credential along.")
@require_safe
def badge_download(request: HttpRequest, badge_token: str) -> HttpResponse:
    """Send the signed credential as a file."""
    badge = _badge(badge_token)
    response = HttpResponse(credentials.signed(badge), content_type="application/vc+jwt; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{badge.held.certification.key}.jwt"'
    return _private(response)


@public_view("Programs ask here whether a badge was revoked.")
@require_safe
def badge_status(request: HttpRequest, badge_token: str) -> HttpResponse:
    """Answer with the list of what is revoked of this badge."""
    return _private(JsonResponse(credentials.status(_badge(badge_token)), content_type=JSON))


@public_view("Programs that verify badges ask who gives them.")
@require_safe
def badge_issuer(request: HttpRequest) -> HttpResponse:
    """Answer with the profile of the vendor."""
    return JsonResponse({"@context": credentials.CONTEXT, **credentials.issuer()}, content_type=JSON)


@public_view("Programs verify badges by this public key.")
@require_safe
def badge_key(request: HttpRequest, thumbprint: str) -> HttpResponse:
    """Answer with a public key."""
    key = credentials.public_key(thumbprint)
    if key is None:
        raise Http404
    return JsonResponse(key, content_type=JSON)


def _badge(token: str) -> Badge:
    rows = Badge.objects.select_related("held__person", "held__partner", "held__certification")
    return get_object_or_404(rows, token=token)


def _shown(badge: Badge) -> dict[str, Any]:
    held, day = badge.held, today(at=timezone.now(), zone=Program.current().zone)
    ends = [one for one in (held.expires_on, held.certification.credit_until_on) if one]
    requirements = held.certification.requirements.select_related("course", "quiz", "required").order_by("pk")
    return {
        "badge": badge,
        "held": held,
        "ends_on": min(ends, default=None),
        "is_valid": held.is_valid_on(day),
        "requirements": requirements,
        "program": Program.current(),
        "address": credentials.address_of(badge),
    }


def _private(response: HttpResponse) -> HttpResponse:
    """Keep the page out of search engines and caches: its address is for whom it was given to."""
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-store"
    return response
