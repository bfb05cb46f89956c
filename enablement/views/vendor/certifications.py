"""Definitions of certifications, what each asks, who holds it, and which are about to expire."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import vendor_view
from accounts.permissions import Permission
from core.models import Program
from core.periods import today
from enablement.forms.certifications import CertificationForm, RecordForm, RequirementForm, RetireForm, RevokeForm
from enablement.models import Certification, CertificationRequirement, HeldCertification
from enablement.queries import certifications as certification_queries
from enablement.queries import certifying
from enablement.services import certifications, requirements
from partners.forms.refusals import show_refusal
from partners.models import Partner

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


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def certification_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show what a certification asks and who holds it."""
    certification = _certification(public_id)
    may_edit = _me(request).has(Permission.MANAGE_CERTIFICATIONS)
    return _detail(request, certification, RequirementForm(certification=certification) if may_edit else None)


@vendor_view(Permission.MANAGE_CERTIFICATIONS)
@require_POST
def requirement_add(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask one thing more."""
    certification = _certification(public_id)
    form = RequirementForm(request.POST, certification=certification)
    if form.is_valid():
        try:
            requirements.add(certification=certification, by=_me(request), at=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("vendor:certification-detail", public_id)
    return _detail(request, certification, form)


def _detail(request: HttpRequest, certification: Certification, form: RequirementForm | None) -> HttpResponse:
    day = today(at=timezone.now(), zone=Program.current().zone)
    page = Paginator(certifying.holders(certification, user=request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "certification": certification,
        "requirements": certification.requirements.select_related("course", "quiz", "required").order_by("pk"),
        "form": form,
        "facts": _facts(certification),
        "page": page,
        "rows": [certification_queries.Held(held, day) for held in page.object_list],
        "may_edit": form is not None,
        "may_revoke": _me(request).has(Permission.EDIT_PARTNERS),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "enablement/vendor/certifications/detail.html", context, status=status)


def _facts(certification: Certification) -> list[tuple[Any, Any]]:
    months = certification.valid_months
    valid = ngettext("%(months)d month", "%(months)d months", months) % {"months": months} if months else _("For good")
    days = certification.renewal_days
    renewed = ngettext("From %(days)d day before its end", "From %(days)d days before its end", days) % {"days": days}
    return [
        (_("Level"), certification.get_level_display()),
        (_("Product line"), certification.product_line or "–"),
        (_("Valid for"), valid),
        (_("Renewed"), renewed if months else _("Never needed")),
    ]


@vendor_view(Permission.MANAGE_CERTIFICATIONS)
@require_POST
def requirement_remove(request: HttpRequest, public_id: str, requirement_id: str) -> HttpResponse:
    """Ask something no more."""
    requirement = get_object_or_404(
        CertificationRequirement, certification__public_id=public_id, public_id=requirement_id
    )
    requirements.remove(requirement=requirement, by=_me(request), at=timezone.now())
    return redirect("vendor:certification-detail", public_id)


@vendor_view(Permission.MANAGE_CERTIFICATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def certification_create(request: HttpRequest) -> HttpResponse:
    """Define a certification."""
    form = CertificationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = certifications.create(by=_me(request), at=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved. Now say what it asks."))
            return redirect("vendor:certification-detail", made.public_id)
    return _form_page(request, form)


@vendor_view(Permission.MANAGE_CERTIFICATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def certification_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change a definition."""
    certification = _certification(public_id)
    form = CertificationForm(request.POST or None, initial=model_to_dict(certification))
    if request.method == "POST" and form.is_valid():
        try:
            certifications.update(
                certification=certification, by=_me(request), at=timezone.now(), changes=form.cleaned_data
            )
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("vendor:certification-detail", public_id)
    return _form_page(request, form, certification=certification)


@vendor_view(Permission.MANAGE_CERTIFICATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def certification_retire(request: HttpRequest, public_id: str) -> HttpResponse:
    """Offer a certification no longer, after asking until when it counts; or offer it again."""
    certification = _certification(public_id)
    if request.method == "POST" and request.POST.get("act") == "restore":
        certifications.restore(certification=certification, by=_me(request), at=timezone.now())
        return redirect("vendor:certification-detail", public_id)
    form = RetireForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        certifications.retire(certification=certification, by=_me(request), at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Retired: %(certification)s") % {"certification": certification})
        return redirect("vendor:certification-detail", public_id)
    context = {"form": form, "certification": certification}
    page = "enablement/vendor/certifications/retire.html"
    return render(request, page, context, status=422 if form.errors else 200)


@vendor_view(Permission.EDIT_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def partner_certificate_record(request: HttpRequest, public_id: str) -> HttpResponse:
    """Record a certificate of a person of a partner, or of the partner itself."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)
    form = RecordForm(request.POST or None, partner=partner)
    if request.method == "POST" and form.is_valid():
        try:
            held = certifications.record(partner=partner, by=_me(request), at=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(
                request, _("%(holder)s holds %(name)s.") % {"holder": held.holder, "name": held.certification}
            )
            return redirect("vendor:partner-people", public_id)
    context = {"form": form, "partner": partner}
    return render(request, "enablement/vendor/certificates/record.html", context, status=422 if form.errors else 200)


@vendor_view(Permission.EDIT_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def certificate_revoke(request: HttpRequest, certificate_id: str) -> HttpResponse:
    """Take a certificate away, with a reason."""
    rows = HeldCertification.objects.visible_to(request.user).select_related("certification", "person", "partner")
    held = get_object_or_404(rows, public_id=certificate_id)
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        certifications.revoke(held=held, by=_me(request), at=timezone.now(), **form.cleaned_data)
        return redirect("vendor:certification-detail", held.certification.public_id)
    context = {"form": form, "held": held}
    return render(request, "enablement/vendor/certificates/revoke.html", context, status=422 if form.errors else 200)


def _certification(public_id: str) -> Certification:
    certification: Certification = get_object_or_404(Certification, public_id=public_id)
    return certification


def _me(request: HttpRequest) -> Any:
    return request.user


def _form_page(
    request: HttpRequest, form: CertificationForm, certification: Certification | None = None
) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    context = {"form": form, "certification": certification}
    return render(request, "enablement/vendor/certifications/form.html", context, status=status)
