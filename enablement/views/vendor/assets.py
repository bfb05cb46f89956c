"""The vendor's library: made, edited with a preview, published, retired."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import vendor_view
from accounts.permissions import Permission
from core import markdown, sending
from core.refusals import Refusal
from enablement.forms.content import AssetForm
from enablement.models import Asset, AssetKind, AssetState
from enablement.queries import content as content_queries
from enablement.queries.audiences import for_people
from enablement.services import content

PAGE_SIZE = 50


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def asset_list(request: HttpRequest) -> HttpResponse:
    """Show every asset with its state, audience, owner and use."""
    search = content_queries.Search.read(request.GET)
    found = content_queries.catalogue(user=request.user, search=search)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    usage = content_queries.usage(page.object_list)
    parameters = request.GET.copy()
    parameters.pop("page", None)
    context = {
        "page": page,
        "rows": [(asset, usage[asset.pk]) for asset in page.object_list],
        "search": search,
        "kinds": AssetKind.choices,
        "states": AssetState.choices,
        "query": parameters.urlencode(),
        "may_edit": _me(request).has(Permission.MANAGE_CONTENT),
    }
    fragment = getattr(request, "htmx", False)
    return render(request, f"enablement/vendor/assets/{'_results' if fragment else 'list'}.html", context)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def asset_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one asset as partners see it, with what the vendor knows about it."""
    asset = _asset(request, public_id)
    context = {
        "asset": asset,
        "html": markdown.render(asset.body),
        "usage": content_queries.usage([asset])[asset.pk],
        "people": for_people(asset),
        "may_edit": _me(request).has(Permission.MANAGE_CONTENT),
    }
    return render(request, "enablement/vendor/assets/detail.html", context)


@vendor_view(Permission.MANAGE_CONTENT)
@require_http_methods(["GET", "HEAD", "POST"])
def asset_create(request: HttpRequest) -> HttpResponse:
    """Make a draft."""
    form = AssetForm(request.POST or None, request.FILES or None, initial={"owner": request.user.pk})
    if _is_saving(request) and form.is_valid():
        try:
            asset = content.create(by=_me(request), at=timezone.now(), file=form.cleaned_data["file"], **form.changes)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("Saved as a draft."))
            return redirect("vendor:asset-detail", public_id=asset.public_id)
    return _form_page(request, form)


@vendor_view(Permission.MANAGE_CONTENT)
@require_http_methods(["GET", "HEAD", "POST"])
def asset_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change an asset."""
    asset = _asset(request, public_id)
    form = AssetForm(request.POST or None, request.FILES or None, initial=model_to_dict(asset, exclude=["file"]))
    if _is_saving(request) and form.is_valid():
        try:
            content.update(
                asset=asset, by=_me(request), at=timezone.now(), changes=form.changes, file=form.cleaned_data["file"]
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("vendor:asset-detail", public_id=public_id)
    return _form_page(request, form, asset=_asset(request, public_id))


@vendor_view(Permission.MANAGE_CONTENT)
@require_POST
def asset_preview(request: HttpRequest) -> HttpResponse:
    """Return the text as partners will see it."""
    html = markdown.render(request.POST.get("body", ""))
    return render(request, "enablement/vendor/assets/_preview.html", {"html": html})


@vendor_view(Permission.MANAGE_CONTENT)
@require_POST
def asset_publish(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show an asset to its audience."""
    asset = _asset(request, public_id)
    try:
        content.publish(asset=asset, by=_me(request), at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Published: %(asset)s") % {"asset": asset})
    return redirect("vendor:asset-detail", public_id=public_id)


@vendor_view(Permission.MANAGE_CONTENT)
@require_POST
def asset_retire(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take an asset away from partners."""
    asset = _asset(request, public_id)
    content.retire(asset=asset, by=_me(request), at=timezone.now())
    messages.success(request, _("Retired: %(asset)s") % {"asset": asset})
    return redirect("vendor:asset-detail", public_id=public_id)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def asset_download(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Send the file to keep."""
    asset = _asset(request, public_id)
    return sending.send_file(request, asset.file, name=asset.file_name, content_type=asset.file_type, to_keep=True)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def asset_watch(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Send a video, piece by piece, to the player on the asset's page."""
    asset = get_object_or_404(Asset.objects.visible_to(request.user), public_id=public_id, kind=AssetKind.VIDEO)
    return sending.send_file(request, asset.file, name=asset.file_name, content_type=asset.file_type, to_keep=False)


def _asset(request: HttpRequest, public_id: str) -> Asset:
    seen = Asset.objects.visible_to(request.user).defer("words").select_related("audience", "owner")
    return get_object_or_404(seen, public_id=public_id)


def _me(request: HttpRequest) -> Any:
    return request.user


def _is_saving(request: HttpRequest) -> bool:
    return request.method == "POST" and request.POST.get("act") != "preview"


def _form_page(request: HttpRequest, form: AssetForm, asset: Asset | None = None) -> HttpResponse:
    if request.method == "POST" and not _is_saving(request):
        form = AssetForm(initial={**form.initial, **request.POST.dict()})
    body = form["body"].value() or ""
    context = {"form": form, "asset": asset, "html": markdown.render(body)}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "enablement/vendor/assets/form.html", context, status=status)
