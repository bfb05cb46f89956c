"""Plays in work and done: the list over partners, one with its outcome, and what becomes of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core.models import Program
from core.periods import today
from core.sending import send_file
from partners.forms.refusals import show_refusal
from scorecards.forms.prescriptions import DoneForm, GivenForm, ReasonForm
from scorecards.models import Prescription, PrescriptionState
from scorecards.queries import prescriptions as reads
from scorecards.services import prescriptions

FOLDER = "scorecards/vendor/prescriptions"
PAGE_ROWS = 50
STATES = (PrescriptionState.ACCEPTED, PrescriptionState.DONE, PrescriptionState.DECLINED)


@vendor_view(Permission.VIEW_SCORECARDS)
@require_safe
def prescription_list(request: HttpRequest) -> HttpResponse:
    """Show plays in work at the partners one may see; or those done, with what moved; or those declined."""
    state = request.GET.get("state", "")
    state = state if state in STATES else PrescriptionState.ACCEPTED.value
    rows = reads.in_state(state, user=request.user)
    page = Paginator(rows, PAGE_ROWS).get_page(request.GET.get("page"))
    now = reads.points_now(page)
    here = reverse("vendor:prescription-list")
    context = {
        "page": page,
        "rows": [(one, now.get(one.pk)) for one in page],
        "state": state,
        "tabs": [
            {"label": one.label, "url": f"{here}?state={one.value}", "current": one == state, "count": None}
            for one in STATES
        ],
        "today": today(at=timezone.now(), zone=Program.current().zone),
    }
    return render(request, f"{FOLDER}/list.html", context)


@vendor_view(Permission.VIEW_SCORECARDS)
@require_safe
def prescription_detail(request: HttpRequest, prescription_id: UUID) -> HttpResponse:
    """Show one play at one partner: why, what is asked of whom, and what moved."""
    one = _prescription(request, prescription_id)
    return render(request, f"{FOLDER}/detail.html", _context(request, one))


@vendor_view(Permission.EDIT_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def prescription_edit(request: HttpRequest, prescription_id: UUID) -> HttpResponse:
    """Change what is asked, by when, and of whom."""
    one = _prescription(request, prescription_id)
    initial = {
        "words": one.words,
        "due_on": one.due_on,
        "doer": str(one.assignee.public_id) if one.assignee else one.side,
    }
    form = GivenForm(request.POST or None, initial=initial, partner=one.partner, by=_me(request))
    if request.method == "POST" and form.is_valid():
        try:
            prescriptions.update(prescription=one, by=_me(request), at=timezone.now(), changes=form.changes)
        except ValidationError as refusal:
            show_refusal(form, refusal, {"assignee": "doer"})
        else:
            return redirect("vendor:prescription-detail", one.public_id)
    return _form_page(request, one, form, "edit")


@vendor_view(Permission.EDIT_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def prescription_finish(request: HttpRequest, prescription_id: UUID) -> HttpResponse:
    """Note that it was done."""
    one = _prescription(request, prescription_id)
    form = DoneForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            prescriptions.finish(prescription=one, by=_me(request), at=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None if getattr(refusal, "code", "") else "proof", refusal)
        else:
            messages.success(request, _("Done. What it moved stands here once the figures are in."))
            return redirect("vendor:prescription-detail", one.public_id)
    return _form_page(request, one, form, "finish")


@vendor_view(Permission.EDIT_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def prescription_withdraw(request: HttpRequest, prescription_id: UUID) -> HttpResponse:
    """Ask it of the partner no longer."""
    one = _prescription(request, prescription_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            prescriptions.withdraw(prescription=one, by=_me(request), at=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Taken back. The partner is told why."))
            return redirect("vendor:partner-plays", one.partner.public_id)
    return _form_page(request, one, form, "withdraw")


@vendor_view(Permission.EDIT_PARTNERS)
@require_POST
def prescription_propose_again(request: HttpRequest, prescription_id: UUID) -> HttpResponse:
    """Take a refusal back."""
    one = _prescription(request, prescription_id)
    if prescriptions.propose_again(prescription=one, by=_me(request), at=timezone.now()):
        messages.success(request, _("“%(play)s” is proposed again where it fits.") % {"play": one.play})
    return redirect("vendor:partner-plays", one.partner.public_id)


@vendor_view(Permission.VIEW_SCORECARDS)
@require_safe
def prescription_proof(request: HttpRequest, prescription_id: UUID) -> HttpResponseBase:
    """Send the file that shows that it was done."""
    return send_proof(request, _prescription(request, prescription_id))


def send_proof(request: HttpRequest, one: Prescription) -> HttpResponseBase:
    """Send a proof to keep; there is a page like it at partners."""
    if not one.proof:
        raise Http404
    return send_file(request, one.proof, name=one.proof_name, content_type=one.proof_type, to_keep=True)


def _context(request: HttpRequest, one: Prescription) -> dict[str, Any]:
    partner = one.partner
    return {
        "one": one,
        "partner": partner,
        "now": reads.points_now([one]).get(one.pk),
        "today": today(at=timezone.now(), zone=Program.current().zone),
        "trail": [
            (_("Partners"), reverse("vendor:partner-list")),
            (partner.name, reverse("vendor:partner-detail", args=[partner.public_id])),
            (_("Plays"), reverse("vendor:partner-plays", args=[partner.public_id])),
        ],
        "may_edit": allowed(request.user, Permission.EDIT_PARTNERS),
    }


def _form_page(request: HttpRequest, one: Prescription, form: Any, verb: str) -> HttpResponse:
    context = _context(request, one) | {"form": form}
    context["trail"].append((one.play.name, reverse("vendor:prescription-detail", args=[one.public_id])))
    return render(request, f"{FOLDER}/{verb}.html", context, status=422 if form.errors else 200)


def _prescription(request: HttpRequest, public_id: UUID) -> Any:
    rows = Prescription.objects.visible_to(request.user).select_related(*reads.SHOWN)
    return get_object_or_404(rows, public_id=public_id)


def _me(request: HttpRequest) -> Any:
    return request.user
