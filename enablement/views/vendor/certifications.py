"""Definitions of certifications, and which are about to expire."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import vendor_view
from accounts.permissions import Permission
from core.models import Program
from core.periods import today
from enablement.forms.certifications import CertificationForm
from enablement.models import Certification
from enablement.queries import certifications as certification_queries
from enablement.services import certifications

PAGE_SIZE = 50


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def certification_list(request: HttpRequest) -> HttpResponse:
    """Show every certification with how many people hold it, and what expires soon."""
    day = today(at=timezone.now(), zone=Program.current().zone)
    expiring = certification_queries.expiring_soon(user=request.user, today=day)
    context = {
        "certifications": list(certification_queries.catalogue(user=request.user, today=day)),
        "page": Paginator(expiring, PAGE_SIZE).get_page(request.GET.get("page")),
        "days": certification_queries.EXPIRES_SOON_DAYS,
        "may_edit": _me(request).has(Permission.MANAGE_CERTIFICATIONS),
    }
    return render(request, "enablement/vendor/certifications/list.html", context)


@vendor_view(Permission.MANAGE_CERTIFICATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def certification_create(request: HttpRequest) -> HttpResponse:
    """Define a certification."""
    form = CertificationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            certifications.create(by=_me(request), at=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("vendor:certification-list")
    return _form_page(request, form)


@vendor_view(Permission.MANAGE_CERTIFICATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def certification_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change a definition."""
    certification = get_object_or_404(Certification, public_id=public_id)
    form = CertificationForm(request.POST or None, initial=model_to_dict(certification))
    if request.method == "POST" and form.is_valid():
        try:
            certifications.update(
                certification=certification, by=_me(request), at=timezone.now(), changes=form.cleaned_data
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("vendor:certification-list")
    return _form_page(request, form, certification=certification)


@vendor_view(Permission.MANAGE_CERTIFICATIONS)
@require_POST
def certification_retire(request: HttpRequest, public_id: str) -> HttpResponse:
    """Offer a certification no longer, or again."""
    certification = get_object_or_404(Certification, public_id=public_id)
    turn = certifications.restore if request.POST.get("act") == "restore" else certifications.retire
    turn(certification=certification, by=_me(request), at=timezone.now())
    return redirect("vendor:certification-list")


def _me(request: HttpRequest) -> Any:
    return request.user


def _form_page(
    request: HttpRequest, form: CertificationForm, certification: Certification | None = None
) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    context = {"form": form, "certification": certification}
    return render(request, "enablement/vendor/certifications/form.html", context, status=status)
