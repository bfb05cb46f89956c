"""What a partner agreed with its manager to do: the list, one with why and what it is worth, and that it was done."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import partner_view
from accounts.permissions import Permission
from core.models import Program
from core.periods import today
from scorecards.forms.prescriptions import DoneForm
from scorecards.models import Prescription, PrescriptionState, TaskSide
from scorecards.queries import prescriptions as reads
from scorecards.services import prescriptions
from scorecards.views.vendor.prescriptions import send_proof

FOLDER = "scorecards/partner/prescriptions"
HOME_ROWS = 3


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def prescription_list(request: Any) -> HttpResponse:
    """Show what is in work, and what was done with what it moved."""
    rows = list(reads.decided_for(request.partner).filter(pk__in=Prescription.objects.visible_to(request.user)))
    now = reads.points_now(rows)
    context = {
        "open": [one for one in rows if one.state == PrescriptionState.ACCEPTED],
        "done": [(one, now.get(one.pk)) for one in rows if one.state == PrescriptionState.DONE],
        "today": today(at=timezone.now(), zone=Program.current().zone),
    }
    return render(request, f"{FOLDER}/list.html", context)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def prescription_panel(request: Any) -> HttpResponse:
    """Show the next of what was agreed, under the next steps of the home page."""
    mine = reads.decided_for(request.partner).filter(state=PrescriptionState.ACCEPTED, side=TaskSide.PARTNER)
    found = list(mine[: HOME_ROWS + 1])
    context = {"open": found[:HOME_ROWS], "has_more": len(found) > HOME_ROWS}
    return render(request, f"{FOLDER}/_panel.html", context)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def prescription_detail(request: Any, prescription_id: UUID) -> HttpResponse:
    """Show one: why, what it is worth, what is to be done; and once it is done, what moved."""
    return _page(request, _prescription(request, prescription_id), DoneForm())


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def prescription_finish(request: Any, prescription_id: UUID) -> HttpResponse:
    """Say that it was done, with a word or a file."""
    one = _prescription(request, prescription_id)
    if request.method != "POST":
        return redirect("partner:prescription-detail", one.public_id)
    form = DoneForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            prescriptions.finish(prescription=one, by=request.user, at=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None if getattr(refusal, "code", "") else "proof", refusal)
        else:
            messages.success(request, _("Thank you. Your partner manager sees it, and what it moved stands here."))
            return redirect("partner:prescription-detail", one.public_id)
    return _page(request, one, form)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def prescription_proof(request: Any, prescription_id: UUID) -> HttpResponseBase:
    """Send the file that shows that it was done."""
    return send_proof(request, _prescription(request, prescription_id))


def _page(request: Any, one: Prescription, form: DoneForm) -> HttpResponse:
    context = {
        "one": one,
        "form": form,
        "now": reads.points_now([one]).get(one.pk),
        "today": today(at=timezone.now(), zone=Program.current().zone),
        "is_ours": one.side == TaskSide.PARTNER,
        "trail": [(_("Agreed steps"), reverse("partner:prescription-list"))],
    }
    return render(request, f"{FOLDER}/detail.html", context, status=422 if form.errors else 200)


def _prescription(request: Any, public_id: UUID) -> Any:
    rows = Prescription.objects.visible_to(request.user).filter(partner=request.partner)
    return get_object_or_404(rows.select_related(*reads.SHOWN), public_id=public_id)
