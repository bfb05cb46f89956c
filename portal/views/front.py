"""The way in, and search from anywhere."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.access import signed_in_view
from portal.queries import search as searching


@signed_in_view
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Send people to the home page of their side."""
    return redirect("vendor:home" if request.user.is_vendor else "partner:home")  # type: ignore[union-attr]


@signed_in_view
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show what matches: the palette's fragment, or a page for those without script."""
    query = request.GET.get("q", "").strip()
    context = {"query": query, "groups": searching.search(text=query, user=request.user)}
    if request.headers.get("HX-Request"):
        return render(request, "partials/search_hits.html", context)
    side = "vendor" if request.user.is_vendor else "partner"  # type: ignore[union-attr]
    return render(request, "portal/search/page.html", {**context, "base": f"{side}/base.html"})
