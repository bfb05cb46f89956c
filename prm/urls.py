"""The map of addresses.

Each app's `urls.py` has lists, all optional: `vendor` (under /vendor/), `partner` (under /partner/), `api` (under
/api/v1/), `xapi` (under /api/xapi/), and `site`, for pages that belong to neither side.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.urls import include, path

from accounts import urls as accounts

APPS = [
    "accounts",
    "partners",
    "segmentation",
    "deals",
    "enablement",
    "scorecards",
    "insight",
    "integrations",
    "portal",
]


def collected(name: str) -> list[Any]:
    """Return the addresses of one kind from every app that has any."""
    modules = [import_module(f"{app}.urls") for app in APPS if find_spec(f"{app}.urls")]
    return [address for module in modules for address in getattr(module, name, [])]


urlpatterns = [
    path("", include((accounts.own, "accounts"))),
    path("vendor/", include((collected("vendor"), "vendor"))),
    path("partner/", include((collected("partner"), "partner"))),
    path("api/v1/", include("prm.api_urls")),
    path("api/xapi/", include((collected("xapi"), "xapi"))),
    path("", include(collected("site"))),
]

handler400 = "core.errors.bad_request"
handler403 = "core.errors.permission_denied"
handler404 = "core.errors.not_found"
handler500 = "core.errors.server_error"
