"""The region tree, on the vendor's side."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import vendor_view
from accounts.permissions import Permission
from partners.forms.refusals import show_refusal
from partners.forms.regions import NewRegionForm, RegionForm
from partners.models import Region
from partners.queries.regions import tree
from partners.services import regions


def _trail() -> list[tuple[str, str]]:
    return [(_("Regions"), reverse("vendor:region-list"))]


@vendor_view(Permission.MANAGE_REGIONS)
@require_safe
def region_list(request: HttpRequest) -> HttpResponse:
    """Show the tree with how many partners are where."""
    return render(request, "partners/vendor/regions/list.html", {"branches": tree()})


@vendor_view(Permission.MANAGE_REGIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def region_create(request: HttpRequest) -> HttpResponse:
    """Add a region, below the one the address names."""
    form = NewRegionForm(request.POST or None, initial={"parent": request.GET.get("below", "")})
    if request.method == "POST" and form.is_valid():
        try:
            region = regions.create(by=request.user, at=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("%(name)s was added.") % {"name": region.name})
            return redirect("vendor:region-list")
    context = {"form": form, "trail": _trail()}
    return render(request, "partners/vendor/regions/create.html", context, status=422 if form.errors else 200)


@vendor_view(Permission.MANAGE_REGIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def region_edit(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Rename a region or put it elsewhere, with all below it."""
    region = get_object_or_404(Region.objects.select_related("parent"), public_id=public_id)
    form = RegionForm(request.POST or None, region=region)
    if request.method == "POST" and form.is_valid():
        try:
            _save(region, form.cleaned_data, by=request.user)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("%(name)s was saved.") % {"name": form.cleaned_data["name"]})
            return redirect("vendor:region-list")
    context = {"form": form, "region": region, "trail": _trail()}
    return render(request, "partners/vendor/regions/edit.html", context, status=422 if form.errors else 200)


def _save(region: Region, values: dict[str, Any], *, by: Any) -> None:
    at = timezone.now()
    with transaction.atomic():
        regions.rename(region=region, name=values["name"], by=by, at=at)
        regions.move(region=region, parent=values["parent"], by=by, at=at)


@vendor_view(Permission.MANAGE_REGIONS)
@require_POST
def region_remove(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Remove a region that nothing is in."""
    region = get_object_or_404(Region, public_id=public_id)
    try:
        regions.remove(region=region, by=request.user, at=timezone.now())
        messages.success(request, _("%(name)s was removed.") % {"name": region.name})
    except regions.RegionInUseError as error:
        messages.error(request, str(error))
    return redirect("vendor:region-list")
