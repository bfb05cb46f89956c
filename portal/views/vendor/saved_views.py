"""Views of the dashboard that people keep."""

from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import vendor_view
from accounts.models import SavedView
from accounts.permissions import Permission
from accounts.services import saved_views
from partners.forms.refusals import show_refusal
from portal.forms.bulk import SavedViewForm
from portal.queries.dashboard_filters import Asked
from portal.views.vendor.home import PAGE


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def saved_view_list(request: HttpRequest) -> HttpResponse:
    """List one's own views and those that colleagues share."""
    user: Any = request.user
    rows = SavedView.objects.visible_to(user).filter(page=PAGE).select_related("user").order_by("name", "pk")
    context = {
        "own": [one for one in rows if one.user_id == user.pk],
        "shared": [one for one in rows if one.user_id != user.pk],
        "trail": _trail(),
    }
    return render(request, "portal/vendor/saved_views/list.html", context)


@vendor_view(Permission.VIEW_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def saved_view_save(request: Any) -> HttpResponse:
    """Keep what the dashboard shows, as its address says, under a name."""
    query = request.POST.get("query", "") if request.method == "POST" else urlsplit(request.get_full_path()).query
    parts = parse_qs(query)
    asked = Asked.of({name: values[-1] for name, values in parts.items()}, parts.get("column", []))
    form = SavedViewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            view = saved_views.save(
                page=PAGE,
                by=request.user,
                at=timezone.now(),
                filters=asked.filters,
                columns=asked.columns,
                sort=asked.sort,
                **form.cleaned_data,
            )
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Saved as “%(name)s”.") % {"name": view.name})
            return redirect(f"{reverse('vendor:home')}?view={view.public_id}")
    context = {"form": form, "query": query, "asked": asked, "trail": _trail()}
    return render(request, "portal/vendor/saved_views/save.html", context, status=422 if form.errors else 200)


@vendor_view(Permission.VIEW_PARTNERS)
@require_POST
def saved_view_change(request: HttpRequest, saved_view: UUID) -> HttpResponse:
    """Open the dashboard with a view, share it, or remove it: as the button says."""
    view = get_object_or_404(SavedView, public_id=saved_view, user=request.user, page=PAGE)
    given: dict[str, Any] = {"view": view, "by": request.user, "at": timezone.now()}
    match request.POST.get("act"):
        case "default":
            saved_views.make_default(**given, is_default=not view.is_default)
        case "share":
            saved_views.share(**given, is_shared=not view.is_shared)
        case "remove":
            saved_views.remove(**given)
            messages.success(request, _("“%(name)s” was removed.") % {"name": view.name})
    return redirect("vendor:saved-view-list")


def _trail() -> list[tuple[str, str]]:
    return [(_("My partners"), reverse("vendor:home"))]
