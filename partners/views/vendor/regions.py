"""The region tree, on the vendor's side."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import vendor_view
from accounts.permissions import Permission
from core import countries
from partners.forms.refusals import show_refusal
from partners.forms.regions import NewRegionForm, RegionForm, RegionMergeForm, RegionMoveForm
from partners.models import Region, RegionMerge
from partners.queries import region_history, region_uses
from partners.queries.regions import tree
from partners.services import region_countries, region_merging, regions

PAGE_SIZE = 50


@vendor_view(Permission.MANAGE_REGIONS)
@require_safe
def region_list(request: HttpRequest) -> HttpResponse:
    """Show the tree with how many partners are where."""
    return render(request, "partners/vendor/regions/list.html", {"branches": tree()})


@vendor_view(Permission.MANAGE_REGIONS)
@require_safe
def region_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a region: what is in it, and what names it."""
    region = _region(public_id)
    branch = next(one for one in tree() if one.region.pk == region.pk)
    context = {
        "region": region,
        "branch": branch,
        "children": region.children.order_by("name", "pk"),
        "uses": region_uses.uses_of([region])[0],
        "countries": _countries(region),
        "trail": _trail(),
    }
    return render(request, "partners/vendor/regions/detail.html", context)


@vendor_view(Permission.MANAGE_REGIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def region_create(request: HttpRequest) -> HttpResponse:
    """Add a region, below the one the address names."""
    asked = {"parent": request.GET.get("below", ""), **{name: request.GET.get(name, "") for name in ("name", "key")}}
    form = NewRegionForm(request.POST or None, initial=asked)
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
def region_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Give a region another name, and say which countries lie in it."""
    region = _region(public_id)
    initial = {"name": request.GET.get("name") or region.name, "countries": _countries(region)}
    form = RegionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        who: dict[str, Any] = {"by": request.user, "at": timezone.now()}
        try:
            with transaction.atomic():
                regions.rename(region=region, name=form.cleaned_data["name"], **who)
                region_countries.name_countries(region=region, codes=form.cleaned_data["countries"], **who)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("%(name)s was saved.") % {"name": form.cleaned_data["name"]})
            return redirect("vendor:region-detail", region.public_id)
    context = {"form": form, "region": region, "trail": _trail(region)}
    return render(request, "partners/vendor/regions/edit.html", context, status=422 if form.errors else 200)


@vendor_view(Permission.MANAGE_REGIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def region_move(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show what putting a region elsewhere would change, and do it."""
    region = _region(public_id)
    asked = request.POST if request.method == "POST" else request.GET if "below" in request.GET else None
    form = RegionMoveForm(asked, region=region, initial={"below": region.parent.key if region.parent else ""})
    below = form.cleaned_data["below"] if form.is_bound and form.is_valid() else region.parent
    if request.method == "POST" and form.is_valid():
        try:
            regions.move(region=region, parent=below, by=request.user, at=timezone.now())
        except ValidationError as error:
            form.add_error("below", error.messages)
        else:
            messages.success(request, _moved(region, below))
            return redirect("vendor:region-list")
    context = {"form": form, "region": region, "trail": _trail(region), "move": region_uses.move_of(region, below)}
    name = "_move" if request.headers.get("HX-Request") else "move"
    return render(request, f"partners/vendor/regions/{name}.html", context, status=422 if form.errors else 200)


@vendor_view(Permission.MANAGE_REGIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def region_merge(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show what letting a region become part of another would do, and do it."""
    region = _region(public_id)
    asked = request.POST if request.method == "POST" else request.GET if request.GET.get("into") else None
    form = RegionMergeForm(asked, region=region)
    into = form.cleaned_data["into"] if form.is_bound and form.is_valid() else None
    if request.method == "POST" and into is not None:
        try:
            region_merging.merge(region=region, into=into, by=request.user, at=timezone.now())
        except region_merging.CannotMergeError as refusal:
            form.add_error(None, str(refusal))
        else:
            done = _("%(name)s is part of %(into)s now. The history of regions takes it back.")
            messages.success(request, done % {"name": region, "into": into})
            return redirect("vendor:region-list")
    merging = region_uses.merging_of(region, into) if into is not None else None
    context = {"form": form, "region": region, "trail": _trail(region), "merging": merging}
    name = "_merge" if request.headers.get("HX-Request") else "merge"
    return render(request, f"partners/vendor/regions/{name}.html", context, status=422 if form.errors else 200)


@vendor_view(Permission.MANAGE_REGIONS)
@require_POST
def region_unmerge(request: HttpRequest, region_merge: UUID) -> HttpResponse:
    """Make a merged region again, and put back what still stands where the merge put it."""
    found = get_object_or_404(RegionMerge, public_id=region_merge)
    try:
        region = region_merging.undo(merge=found, by=request.user, at=timezone.now())
        messages.success(request, _("%(name)s is a region of its own again.") % {"name": region})
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("vendor:region-history")


@vendor_view(Permission.MANAGE_REGIONS)
@require_safe
def region_history_page(request: HttpRequest) -> HttpResponse:
    """List what happened to the tree, with the way back from each step."""
    page = Paginator(region_history.steps(), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "partners/vendor/regions/history.html", {"page": page, "trail": _trail()})


@vendor_view(Permission.MANAGE_REGIONS)
@require_POST
def region_remove(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Remove a region that nothing is in."""
    region = _region(public_id)
    try:
        regions.remove(region=region, by=request.user, at=timezone.now())
        messages.success(request, _("%(name)s was removed.") % {"name": region.name})
    except regions.RegionInUseError as error:
        messages.error(request, str(error))
    return redirect("vendor:region-list")


def _region(public_id: UUID) -> Region:
    return get_object_or_404(Region.objects.select_related("parent"), public_id=public_id)


def _countries(region: Region) -> list[str]:
    codes = region.countries.values_list("country", flat=True)
    return sorted(map(countries.name_of, codes))


def _trail(region: Region | None = None) -> list[tuple[str, str]]:
    own = [(str(region), reverse("vendor:region-detail", args=[region.public_id]))] if region is not None else []
    return [(_("Regions"), reverse("vendor:region-list")), *own]


def _moved(region: Region, below: Any) -> str:
    if below is None:
        return _("%(name)s stands at the top now.") % {"name": region}
    return _("%(name)s stands below %(below)s now.") % {"name": region, "below": below}
