"""Content health: what wants looking after, where there is nothing, and who uses what."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import vendor_view
from accounts.permissions import Permission
from enablement.queries import content, coverage, health, vain_searches
from enablement.views.vendor.assets import may_edit

PAGE_SIZE = 30


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def content_health(request: HttpRequest) -> HttpResponse:
    """Show the concerns with their numbers, and the assets of one; with `mine` those of the reader only."""
    at = timezone.now()
    reader: Any = request.user
    mine = request.GET.get("mine") == "1"
    tallies = health.tallies(at=at, owner=reader if mine else None)
    first = next((one.concern.key for one in tallies if one.count), health.CONCERNS[0].key)
    chosen = health.BY_KEY.get(request.GET.get("concern", ""), health.BY_KEY[first])
    rows = health.concerned(chosen.key, at=at)
    page = Paginator(rows.filter(owner=reader) if mine else rows, PAGE_SIZE).get_page(request.GET.get("page"))
    usage = content.usage(page.object_list)
    context = {
        "tallies": tallies,
        "chosen": chosen,
        "page": page,
        "rows": [(asset, usage[asset.pk]) for asset in page.object_list],
        "mine": mine,
        "query": f"concern={chosen.key}{'&mine=1' if mine else ''}",
        "tabs": _tabs(request),
    }
    return render(request, "enablement/vendor/health/concerns.html", context)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def content_coverage(request: HttpRequest) -> HttpResponse:
    """Show where partners of each category find something for each sales stage, and where they find nothing."""
    language = request.GET.get("language", "").replace("\0", "")[:10]
    found = coverage.coverage(language=language)
    context = {"coverage": found, "language": language, "tabs": _tabs(request), "may_edit": may_edit(request)}
    return render(request, "enablement/vendor/health/coverage.html", context)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def content_usage(request: HttpRequest) -> HttpResponse:
    """Show which segments use the library, and how much."""
    context = {
        "rows": coverage.usage_by_segment(at=timezone.now()),
        "days": coverage.USAGE_DAYS,
        "tabs": _tabs(request),
    }
    return render(request, "enablement/vendor/health/usage.html", context)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def content_searches(request: HttpRequest) -> HttpResponse:
    """Show what partners looked for and did not find, what most of them want first."""
    at = timezone.now()
    page = Paginator(vain_searches.looked_for(request.user, at=at), PAGE_SIZE).get_page(request.GET.get("page"))
    who = vain_searches.who(request.user, [row["text"] for row in page.object_list], at=at)
    context = {
        "page": page,
        "rows": [(row, who[row["text"]], row["partners"] - len(who[row["text"]])) for row in page.object_list],
        "days": vain_searches.RECENT_DAYS,
        "tabs": _tabs(request),
        "may_edit": may_edit(request),
    }
    return render(request, "enablement/vendor/health/searches.html", context)


def _tabs(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the pages of content health."""
    pages = [
        (_("To look after"), "vendor:content-health"),
        (_("Coverage"), "vendor:content-coverage"),
        (_("Usage by segment"), "vendor:content-usage"),
        (_("Looked for in vain"), "vendor:content-searches"),
    ]
    return [
        {"label": label, "url": reverse(name), "current": request.path == reverse(name), "count": None}
        for label, name in pages
    ]
