"""A partner's agreements: what is due, what it says, accepting it, and what was accepted."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import partner_view
from accounts.permissions import Permission
from core import sending
from core.network import client_address
from partners.forms.agreements import AcceptForm
from partners.forms.refusals import show_refusal
from partners.models import Acceptance, Agreement, Way
from partners.queries import agreements as reads
from partners.services import agreements


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def agreement_list(request: Any) -> HttpResponse:
    """Show what has to be accepted, what holds until when, and the history."""
    history = Acceptance.objects.visible_to(request.user).of(request.partner).select_related("agreement")
    context = {
        "places": reads.places_of(request.partner, reads.program_day()),
        "history": history.order_by("-accepted_at", "-pk"),
    }
    return render(request, "partners/partner/agreements/list.html", context)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_detail(request: Any, public_id: UUID) -> HttpResponse:
    """Show the text, and let entitled people accept it."""
    place = _place(request, public_id)
    may_sign = reads.signers_of(request.partner, place.version).filter(pk=request.partner_person.pk).exists()
    form = None
    if may_sign and place.wants_acting:
        initial = {"text_hash": agreements.hash_of(place.version)}
        form = AcceptForm(request.POST or None, by_click=place.version.way == Way.CLICK, initial=initial)
    if request.method == "POST" and form is not None and form.is_valid():
        said = {name: value for name, value in form.cleaned_data.items() if name != "agreed"}
        try:
            agreements.accept(
                version=place.version,
                person=request.partner_person,
                at=timezone.now(),
                from_address=client_address(request) or None,
                **said,
            )
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("You have accepted %(name)s.") % {"name": place.agreement})
            return redirect("partner:agreement-list")
    context = {
        "place": place,
        "form": form,
        "may_sign": may_sign,
        "signers": reads.signers_of(request.partner, place.version).order_by("name", "pk"),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "partners/partner/agreements/detail.html", context, status=status)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def agreement_file(request: Any, public_id: UUID, number: int) -> HttpResponseBase:
    """Send the file of the text that is asked, or of one that was accepted."""
    agreement = get_object_or_404(Agreement, public_id=public_id)
    version = get_object_or_404(agreement.versions.exclude(state="draft"), number=number)
    asked = reads.asked_of([request.partner.pk]).filter(pk=version.pk).exists()
    if not asked and not version.acceptances.filter(partner=request.partner).exists():
        raise Http404
    return sending.send_file(
        request, version.file, name=version.file_name, content_type=version.file_type, to_keep=True
    )


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def acceptance_detail(request: Any, public_id: UUID) -> HttpResponse:
    """Show an acceptance with the text as it was then, to read or print."""
    rows = Acceptance.objects.visible_to(request.user).select_related("agreement", "agreement_version", "partner")
    context = {"acceptance": get_object_or_404(rows, public_id=public_id)}
    return render(request, "partners/partner/agreements/acceptance.html", context)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def acceptance_copy(request: Any, public_id: UUID) -> HttpResponseBase:
    """Send the countersigned copy."""
    one = get_object_or_404(Acceptance.objects.visible_to(request.user), public_id=public_id)
    return sending.send_file(request, one.copy, name=one.copy_name, content_type=one.copy_type, to_keep=True)


def _place(request: Any, public_id: UUID) -> reads.Place:
    for one in reads.places_of(request.partner, reads.program_day()):
        if one.agreement.public_id == public_id:
            return one
    raise Http404
