"""Parts of assets: added, edited with a preview, taken away, brought back; their versions and files."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
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
from enablement.forms.content import FORM_NAMES, PartForm
from enablement.models import AssetKind, AssetPart, AssetPartVersion
from enablement.services import parts
from enablement.views.vendor.assets import find_asset, is_saving, may_edit, me, stepped, to_page
from partners.forms.refusals import show_refusal

VTT = "text/vtt; charset=utf-8"


@vendor_view(Permission.MANAGE_CONTENT)
@require_http_methods(["GET", "HEAD", "POST"])
def asset_part_add(request: HttpRequest, public_id: str) -> HttpResponse:
    """Add another medium, language or regional variant."""
    asset = find_asset(request, public_id)
    kind = request.GET.get("kind", "")
    kind = kind if kind in AssetKind.values else AssetKind.PAGE
    form = PartForm(request.POST or None, request.FILES or None, kind=kind)
    form.fields.pop("note", None)
    if is_saving(request) and form.is_valid():
        try:
            parts.add(asset=asset, by=me(request), at=timezone.now(), kind=kind, **form.uploads, **form.changes)
        except ValidationError as refusal:
            show_refusal(form, refusal, names=FORM_NAMES)
        else:
            messages.success(request, _("Added."))
            return to_page(request, public_id)
    return _form_page(request, form, {"asset": asset, "kind": AssetKind(kind), "kinds": AssetKind.choices})


@vendor_view(Permission.MANAGE_CONTENT)
@require_http_methods(["GET", "HEAD", "POST"])
def asset_part_edit(request: HttpRequest, public_id: str, part_id: str) -> HttpResponse:
    """Change a part; once published, what it was is kept."""
    part = _part(request, public_id, part_id)
    form = PartForm(request.POST or None, request.FILES or None, initial=_initial(part), kind=part.kind)
    if part.asset.published_at is None:
        form.fields.pop("note", None)
    if is_saving(request) and form.is_valid():
        note = form.cleaned_data.get("note", "")
        try:
            parts.update(part=part, by=me(request), at=timezone.now(), changes=form.changes, note=note, **form.uploads)
        except ValidationError as refusal:
            show_refusal(form, refusal, names=FORM_NAMES)
        else:
            messages.success(request, _("Saved."))
            return to_page(request, public_id)
    known = _part(request, public_id, part_id)
    return _form_page(request, form, {"asset": known.asset, "part": known, "kind": AssetKind(known.kind)})


@vendor_view(Permission.MANAGE_CONTENT)
@require_POST
def asset_part_remove(request: HttpRequest, public_id: str, part_id: str) -> HttpResponse:
    """Take a part away."""
    try:
        parts.remove(part=_part(request, public_id, part_id), by=me(request), at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("vendor:asset-detail", public_id=public_id)


@vendor_view(Permission.MANAGE_CONTENT)
@require_POST
def asset_part_restore(request: HttpRequest, public_id: str, part_id: str) -> HttpResponse:
    """Bring back a part that was taken away."""
    parts.bring_back(part=_part(request, public_id, part_id), by=me(request), at=timezone.now())
    return redirect("vendor:asset-detail", public_id=public_id)


@vendor_view(Permission.MANAGE_CONTENT)
@require_POST
def asset_order(request: HttpRequest, public_id: str) -> HttpResponse:
    """Move a part one place up or down."""
    asset = find_asset(request, public_id)
    ids = [str(one) for one in asset.parts.current().order_by("position", "pk").values_list("public_id", flat=True)]
    order = stepped(ids, request.POST.get("part", ""), request.POST.get("act", ""))
    parts.move(asset=asset, order=order, by=me(request), at=timezone.now())
    return redirect("vendor:asset-detail", public_id=public_id)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def asset_part_versions(request: HttpRequest, public_id: str, part_id: str) -> HttpResponse:
    """Show what a part was before, by whom it was changed and why."""
    part = _part(request, public_id, part_id)
    rows = part.versions.select_related("replaced_by").order_by("-number")
    context = {
        "part": part,
        "asset": part.asset,
        "versions": [(one, markdown.render(one.body)) for one in rows],
        "may_edit": may_edit(request),
    }
    return render(request, "enablement/vendor/assets/versions.html", context)


@vendor_view(Permission.MANAGE_CONTENT)
@require_POST
def asset_part_version_restore(request: HttpRequest, public_id: str, part_id: str, number: int) -> HttpResponse:
    """Take an earlier version back into use."""
    version = _version(request, public_id, part_id, number)
    parts.restore(version=version, by=me(request), at=timezone.now())
    messages.success(request, _("Version %(number)d is in use again.") % {"number": number})
    return to_page(request, public_id)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def asset_part_version_download(request: HttpRequest, public_id: str, part_id: str, number: int) -> HttpResponseBase:
    """Send the file of an earlier version."""
    version = _version(request, public_id, part_id, number)
    return sending.send_file(
        request, version.file, name=version.file_name, content_type=version.file_type, to_keep=True
    )


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def asset_part_download(request: HttpRequest, public_id: str, part_id: str) -> HttpResponseBase:
    """Send a file to keep."""
    part = _part(request, public_id, part_id)
    return sending.send_file(request, part.file, name=part.file_name, content_type=part.file_type, to_keep=True)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def asset_part_play(request: HttpRequest, public_id: str, part_id: str) -> HttpResponseBase:
    """Send a recording, piece by piece, to the player on the asset's page."""
    part = _part(request, public_id, part_id, kind__in=("video", "audio"))
    return sending.send_file(request, part.file, name=part.file_name, content_type=part.file_type, to_keep=False)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def asset_part_captions(request: HttpRequest, public_id: str, part_id: str) -> HttpResponseBase:
    """Send the captions of a video to the player."""
    part = _part(request, public_id, part_id)
    return sending.send_file(request, part.captions, name="captions.vtt", content_type=VTT, to_keep=False)


def _part(request: HttpRequest, public_id: str, part_id: str, **kinds: Any) -> AssetPart:
    asset = find_asset(request, public_id)
    rows = asset.parts.filter(**kinds).select_related("region").defer("text", "words")
    return get_object_or_404(rows, public_id=part_id)


def _version(request: HttpRequest, public_id: str, part_id: str, number: int) -> AssetPartVersion:
    return get_object_or_404(_part(request, public_id, part_id).versions, number=number)


def _initial(part: AssetPart) -> dict[str, Any]:
    names = ("language", "title", "summary", "body", "url", "minutes")
    return {FORM_NAMES.get(name, name): getattr(part, name) for name in names} | {"region": part.region_id}


def _form_page(request: HttpRequest, form: PartForm, context: dict[str, Any]) -> HttpResponse:
    if request.method == "POST" and not is_saving(request):
        initial = {**form.initial, **request.POST.dict()}
        form = PartForm(initial=initial, kind=context["kind"])
    context |= {"form": form, "html": markdown.render(form["body"].value() or "")}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "enablement/vendor/assets/part_form.html", context, status=status)
