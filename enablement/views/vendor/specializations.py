"""Specializations on the vendor's side: defined, approved, withdrawn."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import F
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core.services import versions
from enablement.forms.specializations import ReasonForm, SpecializationForm
from enablement.models import HeldSpecialization, Specialization
from enablement.queries import specializations as reads
from enablement.services import specializations
from partners.forms.refusals import show_refusal
from partners.models import Partner
from segmentation.queries.rules import sentence_of

PAGE_SIZE = 50


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def specialization_list(request: HttpRequest) -> HttpResponse:
    """List the specializations with how many partners hold each."""
    context = {"specializations": reads.catalogue(), "may_edit": _may_edit(request)}
    return render(request, "enablement/vendor/specializations/list.html", context)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def specialization_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show what a specialization asks, and who holds it until when."""
    specialization = _specialization(public_id)
    published = versions.published_of(specialization.rule)
    held = HeldSpecialization.objects.visible_to(request.user).filter(specialization=specialization)
    rows = held.select_related("partner").order_by(F("ends_at").desc(nulls_first=True), "partner__name", "-pk")
    context = {
        "specialization": specialization,
        "sentence": sentence_of(published.criteria if published else None),
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "may_edit": _may_edit(request) and specialization.retired_at is None,
        "may_end": allowed(request.user, Permission.EDIT_PARTNERS),
    }
    return render(request, "enablement/vendor/specializations/detail.html", context)


@vendor_view(Permission.MANAGE_SPECIALIZATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def specialization_create(request: HttpRequest) -> HttpResponse:
    """Define a specialization; its criteria come next."""
    form = SpecializationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = specializations.create(by=_me(request), at=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Now say what it asks."))
            return redirect("vendor:specialization-detail", made.public_id)
    return _form_page(request, form, None)


@vendor_view(Permission.MANAGE_SPECIALIZATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def specialization_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Change what a specialization says of itself."""
    one = _specialization(public_id)
    form = SpecializationForm(request.POST or None, initial=model_to_dict(one))
    if request.method == "POST" and form.is_valid():
        try:
            specializations.update(specialization=one, by=_me(request), at=timezone.now(), changes=form.cleaned_data)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            return redirect("vendor:specialization-detail", one.public_id)
    return _form_page(request, form, one)


@vendor_view(Permission.MANAGE_SPECIALIZATIONS)
@require_POST
def specialization_retire(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Grant it to nobody any more."""
    specializations.retire(specialization=_specialization(public_id), by=_me(request), at=timezone.now())
    return redirect("vendor:specialization-list")


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def specialization_waiting(request: HttpRequest) -> HttpResponse:
    """List what waits for approval."""
    page = Paginator(reads.waiting_for(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "may_decide": allowed(request.user, Permission.EDIT_PARTNERS)}
    return render(request, "enablement/vendor/specializations/waiting.html", context)


@vendor_view(Permission.EDIT_PARTNERS)
@require_POST
def held_specialization_grant(request: HttpRequest, held_specialization_id: UUID) -> HttpResponse:
    """Approve what waits."""
    held = _held(request, held_specialization_id)
    if specializations.decide(held=held, by=_me(request), at=timezone.now(), grant=True):
        messages.success(request, _("%(partner)s holds %(name)s.") % _names(held))
    return redirect("vendor:specialization-waiting")


@vendor_view(Permission.EDIT_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def held_specialization_end(request: HttpRequest, held_specialization_id: UUID) -> HttpResponse:
    """Refuse what waits, or take away what is held, with a reason."""
    held = _held(request, held_specialization_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        at, reason = timezone.now(), form.cleaned_data["reason"]
        if not specializations.decide(held=held, by=_me(request), at=at, grant=False, reason=reason):
            specializations.withdraw(held=held, by=_me(request), at=at, reason=reason)
        return redirect("vendor:specialization-detail", held.specialization.public_id)
    context = {"form": form, "held": held}
    return render(request, "enablement/vendor/specializations/end.html", context, status=422 if form.errors else 200)


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def partner_specializations_panel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a partner's specializations, for its page."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)
    context = {"partner": partner, "standings": reads.standings(partner, timezone.now())}
    return render(request, "enablement/vendor/specializations/_panel.html", context)


def _specialization(public_id: UUID) -> Specialization:
    return get_object_or_404(Specialization.objects.select_related("rule"), public_id=public_id)


def _held(request: HttpRequest, public_id: UUID) -> HeldSpecialization:
    rows = HeldSpecialization.objects.visible_to(request.user).select_related("partner", "specialization")
    return get_object_or_404(rows, public_id=public_id)


def _names(held: HeldSpecialization) -> dict[str, Any]:
    return {"partner": held.partner, "name": held.specialization}


def _me(request: HttpRequest) -> Any:
    return request.user


def _may_edit(request: HttpRequest) -> bool:
    return allowed(request.user, Permission.MANAGE_SPECIALIZATIONS)


def _form_page(request: HttpRequest, form: SpecializationForm, one: Specialization | None) -> HttpResponse:
    context = {"form": form, "specialization": one}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "enablement/vendor/specializations/form.html", context, status=status)
