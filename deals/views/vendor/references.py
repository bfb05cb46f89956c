"""Customer references on the vendor's side: what waits for validation, and deciding it."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core import sending
from deals.models import CustomerReference, ReferenceState
from deals.reference_forms import DecisionForm
from deals.services import references
from partners.forms.refusals import show_refusal

PAGE_SIZE = 50


@vendor_view(Permission.VIEW_DEALS)
@require_safe
def reference_list(request: HttpRequest) -> HttpResponse:
    """List the references of the reader's partners, those that wait the longest first."""
    show = request.GET.get("show", ReferenceState.SUBMITTED)
    words = request.GET.get("q", "").strip()[:100]
    rows = CustomerReference.objects.visible_to(request.user).select_related("partner", "product")
    if show in ReferenceState.values:
        rows = rows.filter(state=show)
    if words:
        rows = (
            rows.filter(customer_name__icontains=words)
            | rows.filter(project__icontains=words)
            | rows.filter(partner__name__icontains=words)
        )
    context = {
        "page": Paginator(rows.order_by("submitted_at", "pk"), PAGE_SIZE).get_page(request.GET.get("page")),
        "show": show,
        "words": words,
        "states": ReferenceState.choices,
        "query": urlencode({"show": show, "q": words}),
    }
    return render(request, "deals/vendor/references/list.html", context)


@vendor_view(Permission.VIEW_DEALS)
@require_http_methods(["GET", "HEAD", "POST"])
def reference_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a reference, and validate it or say why not."""
    user: Any = request.user
    reference = _reference(request, public_id)
    may_decide = allowed(user, Permission.EDIT_DEALS) or allowed(user, Permission.EDIT_PARTNERS)
    initial = {"decision": reference.decision, "expires_on": reference.expires_on}
    form = DecisionForm(request.POST or None, initial=initial) if may_decide else None
    if request.method == "POST" and form is not None and form.is_valid():
        is_valid = request.POST.get("act") != "decline"
        try:
            references.decide(reference=reference, by=user, at=timezone.now(), is_valid=is_valid, **form.cleaned_data)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Decided. The partner is told."))
            return redirect("vendor:reference-list")
    context = {"reference": reference, "form": form}
    status = 422 if form is not None and form.errors else 200
    return render(request, "deals/vendor/references/detail.html", context, status=status)


@vendor_view(Permission.VIEW_DEALS)
@require_safe
def reference_file(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Send the evidence."""
    one = _reference(request, public_id)
    return sending.send_file(
        request, one.evidence, name=one.evidence_name, content_type=one.evidence_type, to_keep=True
    )


def _reference(request: HttpRequest, public_id: UUID) -> CustomerReference:
    rows = CustomerReference.objects.visible_to(request.user).select_related("partner", "product", "decided_by")
    return get_object_or_404(rows, public_id=public_id)
