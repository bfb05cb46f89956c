"""Who looks after partners beside their managers."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.models import User
from accounts.permissions import Permission
from partners.forms.managers import SecondaryForm
from partners.forms.refusals import show_refusal
from partners.models import Partner
from partners.queries import managers as reads
from partners.queries import partners as partner_reads
from partners.services import secondary_assignments
from partners.views.ids import uuids

SAMPLE_SIZE = 10


@vendor_view(Permission.EDIT_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def secondary_add(request: Any) -> HttpResponse:
    """Name somebody who helps with the chosen partners. What is posted without an answer only chooses them."""
    named = request.POST if request.method == "POST" else request.GET
    chosen = Partner.objects.visible_to(request.user).filter(public_id__in=uuids(named.getlist("partner")))
    partners = list(chosen.order_by("name", "pk"))
    is_answer = request.method == "POST" and "user" in request.POST
    form = SecondaryForm(request.POST if is_answer else None, managers=partner_reads.managers())
    back = named.get("back", "") if named.get("back", "").startswith("/vendor/") else reverse("vendor:home")
    if is_answer and form.is_valid():
        try:
            added = secondary_assignments.add(
                partners=partners, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _told(added, form.cleaned_data["user"]))
            return redirect(back)
    context = {
        "form": form,
        "partners": partners,
        "sample": partners[:SAMPLE_SIZE],
        "more": max(0, len(partners) - SAMPLE_SIZE),
        "back": back,
    }
    return render(request, "partners/vendor/managers/add.html", context, status=422 if form.errors else 200)


def _told(added: int, user: User) -> str:
    words = ngettext(
        "%(name)s helps to look after %(n)d partner from now on.",
        "%(name)s helps to look after %(n)d partners from now on.",
        added,
    )
    return words % {"n": added, "name": user} if added else _("%(name)s did so already.") % {"name": user}


@vendor_view(Permission.EDIT_PARTNERS)
@require_POST
def secondary_end(request: HttpRequest, public_id: Any, user_id: Any) -> HttpResponse:
    """Let somebody help with a partner no longer."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)
    helper = get_object_or_404(User.objects.filter(role__gt=""), public_id=user_id)
    try:
        ended = secondary_assignments.end(partners=[partner], user=helper, by=request.user, at=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        if ended:
            messages.success(request, _("%(name)s no longer helps to look after %(partner)s.")
                             % {"name": helper, "partner": partner})  # fmt: skip
    still_sees = Partner.objects.visible_to(request.user).filter(pk=partner.pk).exists()
    return redirect("vendor:partner-detail", partner.public_id) if still_sees else redirect("vendor:home")


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def partner_managers_panel(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Show everybody who looks after a partner, for its page."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)
    user: Any = request.user
    may_edit = allowed(user, Permission.EDIT_PARTNERS) and secondary_assignments.may_decide(user, [partner.pk])
    context = {"partner": partner, "looked": reads.of_partner(partner, at=timezone.now()), "may_edit": may_edit}
    return render(request, "partners/vendor/managers/_panel.html", context)
