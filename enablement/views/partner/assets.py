"""The library of a partner: only what is for them, by every door."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import partner_view
from accounts.permissions import Permission
from core import markdown, sending
from enablement.models import ActivityKind, Asset, AssetKind
from enablement.queries import content
from enablement.services import activity

PAGE_SIZE = 24


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def asset_list(request: Any) -> HttpResponse:
    """Show what is for the reader's partner, searched and filtered."""
    search = content.Search.read(request.GET)
    found = content.library(user=request.user, partner=request.partner, search=search)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    parameters = request.GET.copy()
    parameters.pop("page", None)
    context = {
        "page": page,
        "search": search,
        "kinds": AssetKind.choices,
        "query": parameters.urlencode(),
    }
    if request.htmx:
        return render(request, "enablement/partner/assets/_results.html", context)
    return render(
        request,
        "enablement/partner/assets/list.html",
        context | {"options": content.options(user=request.user)},
    )


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def asset_detail(request: Any, public_id: str) -> HttpResponse:
    """Show one asset, and count the view."""
    asset = _asset(request, public_id)
    if request.method == "GET":
        activity.note(person=request.partner_person, kind=ActivityKind.VIEW, at=timezone.now(), asset=asset)
    html = markdown.render(asset.body)
    return render(request, "enablement/partner/assets/detail.html", {"asset": asset, "html": html})


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def asset_download(request: Any, public_id: str) -> HttpResponseBase:
    """Send the file to keep, and count the download."""
    asset = _asset(request, public_id)
    response = sending.send_file(request, asset.file, name=asset.file_name, content_type=asset.file_type, to_keep=True)
    if sending.is_a_start(request) and response.status_code < 400:
        activity.note(person=request.partner_person, kind=ActivityKind.DOWNLOAD, at=timezone.now(), asset=asset)
    return response


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def asset_watch(request: Any, public_id: str) -> HttpResponseBase:
    """Send a video, piece by piece, to the player on the asset's page."""
    asset = get_object_or_404(Asset.objects.visible_to(request.user), public_id=public_id, kind=AssetKind.VIDEO)
    return sending.send_file(request, asset.file, name=asset.file_name, content_type=asset.file_type, to_keep=False)


def _asset(request: HttpRequest, public_id: str) -> Asset:
    return get_object_or_404(Asset.objects.visible_to(request.user).defer("words"), public_id=public_id)
