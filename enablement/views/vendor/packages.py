"""The vendor's packages: uploaded, tried, uploaded anew, and how people fare in them."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from enablement.forms.packages import PackageForm, PackageNameForm, PackageVersionForm
from enablement.models import Package
from enablement.queries import packages as reads
from enablement.services import package_addresses, packages
from enablement.views.framed import framed
from partners.forms.refusals import show_refusal

PAGE_SIZE = 50


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def package_list(request: HttpRequest) -> HttpResponse:
    """Show every package, where it is used and how many people play it."""
    page = Paginator(reads.packages(), PAGE_SIZE).get_page(request.GET.get("page"))
    played = reads.played(list(page.object_list), user=request.user)
    context = {
        "rows": [(one, played.get(one.pk, {})) for one in page.object_list],
        "page": page,
        "may_edit": _may_edit(request),
    }
    return render(request, "enablement/vendor/packages/list.html", context)


@vendor_view(Permission.MANAGE_COURSES)
@require_http_methods(["GET", "HEAD", "POST"])
def package_add(request: HttpRequest) -> HttpResponse:
    """Upload a package."""
    form = PackageForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            package = packages.add(by=_me(request), at=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Uploaded. It is being unpacked."))
            return _to(request, package.public_id)
    return _form_page(request, form, {"verb": _("Upload")})


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def package_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show what a package consists of, where it is used, and where people are with it."""
    package = _package(public_id)
    context = _about(request, package) | {
        "lessons": list(package.lessons.select_related("course").order_by("course__name", "position")),
        "played": reads.played([package], user=request.user).get(package.pk, {}),
        "page": Paginator(reads.results(package, user=request.user), PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "enablement/vendor/packages/detail.html", context)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def package_versions_panel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the versions of a package, and again while one is being unpacked."""
    side = "_versions" if getattr(request, "htmx", False) else "versions"
    return render(request, f"enablement/vendor/packages/{side}.html", _about(request, _package(public_id)))


@vendor_view(Permission.MANAGE_COURSES)
@require_http_methods(["GET", "HEAD", "POST"])
def package_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Call a package something else."""
    package = _package(public_id)
    form = PackageNameForm(request.POST or None, initial={"name": package.name})
    if request.method == "POST" and form.is_valid():
        try:
            packages.rename(package=package, by=_me(request), at=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("vendor:package-detail", public_id)
    return _form_page(request, form, {"package": _package(public_id), "renames": True})


@vendor_view(Permission.MANAGE_COURSES)
@require_http_methods(["GET", "HEAD", "POST"])
def package_renew(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Upload a package anew."""
    package = _package(public_id)
    form = PackageVersionForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            packages.add_version(package=package, by=_me(request), at=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Uploaded. It is being unpacked."))
            return _to(request, public_id)
    return _form_page(request, form, {"package": package, "verb": _("Upload")})


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def package_try(request: Any, public_id: UUID) -> HttpResponseBase:
    """Play a package as partners do. Nothing of it is kept."""
    package = _package(public_id)
    if package.current is None or not settings.PACKAGES_URL:
        return redirect("vendor:package-detail", public_id)
    items = reads.items_of(package.current, None, request.GET.get("item", ""))
    item = next(one for one in items if one.is_open)
    learner = {"id": "trial", "name": request.user.name}
    config = reads.config(package.current, item, learner=learner) | {"address": "", "origin": settings.PACKAGES_URL}
    context = {
        "package": package,
        "items": items,
        "config": config,
        "frame": package_addresses.player(package.current, user=request.user, place=item.place),
    }
    return framed(request, "enablement/vendor/packages/try.html", context)


def _package(public_id: UUID) -> Package:
    rows = Package.objects.select_related("current", "owner")
    return get_object_or_404(rows, public_id=public_id)


def _about(request: HttpRequest, package: Package) -> dict[str, Any]:
    versions = list(package.versions.select_related("uploaded_by").order_by("-number"))
    return {
        "package": package,
        "versions": versions,
        "waits": any(one.state == "waiting" for one in versions),
        "may_edit": _may_edit(request),
    }


def _to(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Lead to a package; large uploads are sent by script, which follows by itself."""
    address = reverse("vendor:package-detail", args=[public_id])
    if getattr(request, "htmx", False):
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


def _me(request: HttpRequest) -> Any:
    return request.user


def _may_edit(request: HttpRequest) -> bool:
    return allowed(request.user, Permission.MANAGE_COURSES)


def _form_page(request: HttpRequest, form: Any, context: dict[str, Any]) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "enablement/vendor/packages/form.html", {"form": form, **context}, status=status)
