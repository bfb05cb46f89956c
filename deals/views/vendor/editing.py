"""Recording and changing deals at the vendor."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import vendor_view
from accounts.permissions import Permission
from core.models import Program
from deals.forms import DealForm, ParticipantFormSet
from deals.models import Deal, DealParticipant
from deals.services import customers, deals
from partners.models import Partner

OPTIONS_SHOWN = 20
PREFIX = "partners"


@vendor_view(Permission.EDIT_DEALS)
@require_http_methods(["GET", "HEAD", "POST"])
def deal_create(request: HttpRequest) -> HttpResponse:
    """Record a deal."""
    initial = {"currency": Program.current().currency, "opened_on": timezone.localdate(), "stage": "open"}
    return _edit(request, deal=None, initial=initial, participants=[])


@vendor_view(Permission.EDIT_DEALS)
@require_http_methods(["GET", "HEAD", "POST"])
def deal_edit(request: HttpRequest, deal_id: UUID) -> HttpResponse:
    """Change a deal and who takes part."""
    deals_seen = Deal.objects.visible_to(request.user).select_related("customer")
    deal = get_object_or_404(deals_seen, public_id=deal_id)
    participants = list(deal.participants.select_related("partner").order_by("pk"))
    return _edit(request, deal=deal, initial=DealForm.said_of(deal), participants=participants)


def _edit(
    request: HttpRequest, *, deal: Deal | None, initial: Mapping[str, Any], participants: list[DealParticipant]
) -> HttpResponse:
    rows = [_row(one) for one in participants]
    options = {
        "user": request.user,
        "known": {row["partner"]: one.partner for row, one in zip(rows, participants, strict=True)},
    }
    if request.method != "POST":
        form, formset = DealForm(initial=initial), ParticipantFormSet(initial=rows, prefix=PREFIX, form_kwargs=options)
        return _page(request, deal, form, formset)
    if request.POST.get("act") == "add-partner":
        return _page(request, deal, *_with_another_row(request, options))
    form = DealForm(request.POST)
    formset = ParticipantFormSet(request.POST, initial=rows, prefix=PREFIX, form_kwargs=options)
    if form.is_valid() & formset.is_valid():
        saved = _save(request, deal, form, formset)
        if saved:
            return redirect("vendor:deal-detail", saved.public_id)
    return _page(request, deal, form, formset, status=422)


def _row(one: DealParticipant) -> dict[str, Any]:
    """Return a participant as its row shows it; the domain where there is one, since names may repeat."""
    return {"partner": one.partner.domain or one.partner.name, "role": one.role, "split_percent": one.split_percent}


def _with_another_row(request: HttpRequest, options: dict[str, Any]) -> tuple[DealForm, Any]:
    """Return the forms with everything that was typed and one more empty row; nothing is judged yet."""
    typed = ParticipantFormSet(request.POST, prefix=PREFIX, form_kwargs=options)
    rows = [{name: form[name].value() for name in form.fields} for form in typed.forms]
    kept = [row for row in rows if row["partner"] and not row.get("DELETE")]
    said = {
        name: request.POST.getlist(name) if name == "products" else request.POST.get(name)
        for name in DealForm.base_fields
    }
    return DealForm(initial=said), ParticipantFormSet(initial=kept, prefix=PREFIX, form_kwargs=options)


def _save(request: HttpRequest, deal: Deal | None, form: DealForm, formset: Any) -> Deal | None:
    """Write the deal, or put what the service refuses into the forms and return None."""
    at = timezone.now()
    said = {
        **form.changes(deal=deal),
        "partners": [found for one in formset.forms if (found := one.participation())],
    }
    try:
        with transaction.atomic():
            said["customer"] = customers.find_or_create(**form.customer_parts(), by=request.user, at=at)
            if deal is None:
                return deals.record(**said, by=request.user, at=at)
            deals.update(deal=deal, by=request.user, at=at, changes=said)
    except ValidationError as error:
        formset.non_form_errors().extend(form.take_errors(error))
        return None
    return deal


def _page(request: HttpRequest, deal: Deal | None, form: DealForm, formset: Any, *, status: int = 200) -> HttpResponse:
    trail = [(_("Deals"), reverse("vendor:deal-list"))]
    if deal:
        trail.append((deal.name, reverse("vendor:deal-detail", args=[deal.public_id])))
    context = {"deal": deal, "form": form, "formset": formset, "trail": trail}
    return render(request, "deals/vendor/deals/edit.html", context, status=status)


@vendor_view(Permission.EDIT_DEALS)
@require_safe
def deal_partner_options(request: HttpRequest) -> HttpResponse:
    """Suggest partners whose name or domain contains what is being typed."""
    typed = next((str(value) for name, value in request.GET.items() if name.endswith("-partner")), "").strip()
    found = (
        Partner.objects.visible_to(request.user).matching(typed).order_by("name", "pk")
        if typed
        else Partner.objects.none()
    )
    return render(request, "deals/vendor/deals/_partner_options.html", {"partners": found[:OPTIONS_SHOWN]})
