"""Packages' files, on their own origin. There are no sessions here: the signed address says who plays what."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib.staticfiles import finders
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

from accounts.models import User
from core import sending
from enablement.models import PackageFile, PackageState, PackageVersion
from enablement.services import package_addresses
from partners.models import Person

ADDRESS = re.compile(r"/([\w.~=:-]{20,600})/(play|files)/(.{1,400})", re.DOTALL)
SCRIPT_PATH = "/frame.js"
KEPT_SECONDS = package_addresses.HOURS * 3600
SANDBOX = "allow-scripts allow-same-origin allow-forms"
#: What the frame around an item may do: load our script and the item.
FRAME_POLICY = "default-src 'none'; script-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'"
#: What a package may do: whatever it likes with its own files, nothing with any other address.
FILE_POLICY = (
    "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:;"
    " style-src 'self' 'unsafe-inline'; form-action 'self'; base-uri 'self'; object-src 'none'"
)
SAID = {"scorm12": "API", "scorm2004": "API_1484_11"}


def answer(request: HttpRequest) -> HttpResponseBase:
    """Answer for the packages' host: a file, the frame around an item, our script, or nothing."""
    if request.method not in {"GET", "HEAD"}:
        response: HttpResponseBase = HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    else:
        try:
            response = _answer(request)
        except Http404:
            response = HttpResponse("Not found", status=404, content_type="text/plain; charset=utf-8")
    _close(response)
    return response


def _answer(request: HttpRequest) -> HttpResponseBase:
    if request.path == SCRIPT_PATH:
        return _script()
    # Outside of a frame it would run without the frame's restrictions; a service worker would outlive its address.
    if request.headers.get("Sec-Fetch-Dest") in {"document", "serviceworker", "object", "embed"}:
        raise Http404
    found = ADDRESS.fullmatch(request.path)
    bearer = package_addresses.read(found[1]) if found else None
    if found is None or bearer is None:
        raise Http404
    return _frame(bearer, found[3]) if found[2] == "play" else _file(request, bearer, found[3])


def _frame(bearer: package_addresses.Bearer, place: str) -> HttpResponse:
    version = _versions(bearer).first()
    number = place.removesuffix("/")
    if version is None or not number.isdecimal() or int(number) >= len(version.items):
        raise Http404
    item = version.items[int(number)]
    path, asks, query = item["href"].partition("?")
    context = {
        "title": item["title"],
        "href": f"../../files/{quote(path)}{asks}{query}",
        "name": SAID[version.standard],
        "portal": settings.PUBLIC_URL,
    }
    response = HttpResponse(render_to_string("enablement/public/package_frame.html", context))
    response["Content-Security-Policy"] = f"{FRAME_POLICY}; frame-ancestors {settings.PUBLIC_URL}; sandbox {SANDBOX}"
    return response


def _file(request: HttpRequest, bearer: package_addresses.Bearer, path: str) -> HttpResponseBase:
    row = PackageFile.objects.filter(version__in=_versions(bearer), path=path).first()
    if row is None:
        raise Http404
    name = path.rpartition("/")[2]
    response = sending.send_file(request, row.file, name=name, content_type=row.content_type, to_keep=False)
    ancestors = f"frame-ancestors {settings.PACKAGES_URL} {settings.PUBLIC_URL}"
    response["Content-Security-Policy"] = f"{FILE_POLICY}; {ancestors}; sandbox {SANDBOX}"
    response["Cache-Control"] = f"private, max-age={KEPT_SECONDS}"
    return response


def _versions(bearer: package_addresses.Bearer) -> Any:
    """Return the version, as long as whoever plays it may still sign in."""
    works_there = Person.objects.filter(user=OuterRef("pk"), left_at__isnull=True)
    players = User.objects.filter(pk=bearer.user_id, is_active=True).filter(Q(role__gt="") | Exists(works_there))
    there = PackageVersion.objects.filter(public_id=bearer.version_id, state=PackageState.READY)
    return there.filter(Exists(players))


def _script() -> HttpResponse:
    return HttpResponse(
        _frame_script(), headers={"Cache-Control": "public, max-age=300"}, content_type="text/javascript; charset=utf-8"
    )


@lru_cache(maxsize=1)
def _frame_script() -> bytes:
    path = finders.find("build/package-frame.js")
    if not isinstance(path, str):
        raise Http404
    return Path(path).read_bytes()


def _close(response: HttpResponseBase) -> None:
    """Set what every answer of this host says."""
    response.headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
    response.headers.setdefault("Cache-Control", "no-store")
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Permitted-Cross-Domain-Policies"] = "none"
    response["Permissions-Policy"] = ", ".join(f"{name}=()" for name in settings.PERMISSIONS_POLICY)
