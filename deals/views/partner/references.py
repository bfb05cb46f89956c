"""A partner's customer references: told, corrected, and what the vendor says of them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import partner_view
from accounts.permissions import Permission
from core import sending
from deals.models import CustomerReference
from deals.reference_forms import ReferenceForm
from deals.services import references
from partners.forms.refusals import show_refusal


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def reference_list(request: Any) -> HttpResponse:
    """List what the partner has named, with what was decided."""
    context = {"references": _rows(request).order_by("-submitted_at", "-pk")}
    return render(request, "deals/partner/references/list.html", context)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def reference_create(request: Any) -> HttpResponse:
    """Name a reference."""
    form = ReferenceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        file = fields.pop("evidence") or None
        try:
            references.submit(partner=request.partner, by=request.user, at=timezone.now(), evidence=file, **fields)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Thank you. Your partner manager is asked to validate it."))
            return redirect("partner:reference-list")
    return _form_page(request, form, None)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def reference_edit(request: Any, public_id: UUID) -> HttpResponse:
    """Correct a reference; it is looked at anew."""
    reference = get_object_or_404(_rows(request), public_id=public_id)
    initial = {name: getattr(reference, name) for name in references.EDITABLE}
    form = ReferenceForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        changes = dict(form.cleaned_data)
        file = changes.pop("evidence") or None
        try:
            references.update(reference=reference, by=request.user, at=timezone.now(), changes=changes, evidence=file)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            return redirect("partner:reference-list")
    return _form_page(request, form, reference)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def reference_file(request: Any, public_id: UUID) -> HttpResponseBase:
    """Send the evidence."""
    one = get_object_or_404(_rows(request), public_id=public_id)
    return sending.send_file(
        request, one.evidence, name=one.evidence_name, content_type=one.evidence_type, to_keep=True
    )


def _rows(request: Any) -> Any:
    return CustomerReference.objects.visible_to(request.user).of(request.partner).select_related("product")


def _form_page(request: Any, form: ReferenceForm, reference: CustomerReference | None) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    context = {"form": form, "reference": reference}
    return render(request, "deals/partner/references/form.html", context, status=status)
