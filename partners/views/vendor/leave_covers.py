"""Who stands in for whom while somebody is away."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from partners.forms.managers import LeaveCoverForm
from partners.forms.refusals import show_refusal
from partners.models import LeaveCover
from partners.queries import managers as reads
from partners.queries import partners as partner_reads
from partners.services import leave_covers


@vendor_view(Permission.EDIT_PARTNERS)
@require_safe
def leave_cover_list(request: HttpRequest) -> HttpResponse:
    """List who stands in for whom: one's own, and all for whoever assigns partners."""
    at = timezone.now()
    context = {
        "covers": reads.covers_seen_by(request.user, at=at),
        "at": at,
        "decides_all": allowed(request.user, Permission.ASSIGN_PARTNERS),
    }
    return render(request, "partners/vendor/leave_covers/list.html", context)


@vendor_view(Permission.EDIT_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def leave_cover_create(request: HttpRequest) -> HttpResponse:
    """Name who stands in: for oneself, or, for whoever assigns partners, for anybody."""
    user: Any = request.user
    managers = partner_reads.managers()
    decides_all = allowed(user, Permission.ASSIGN_PARTNERS)
    form = LeaveCoverForm(
        request.POST or None,
        managers=managers,
        away=managers if decides_all else managers.filter(pk=user.pk),
        initial={"user": user.public_id},
    )
    if request.method == "POST" and form.is_valid():
        try:
            cover = leave_covers.arrange(by=user, at=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            told = {"stand_in": cover.stand_in, "user": cover.user}
            messages.success(request, _("%(stand_in)s stands in for %(user)s, and was told.") % told)
            return redirect("vendor:leave-cover-list")
    context = {"form": form, "trail": [(_("Leave cover"), reverse("vendor:leave-cover-list"))]}
    return render(request, "partners/vendor/leave_covers/create.html", context, status=422 if form.errors else 200)


@vendor_view(Permission.EDIT_PARTNERS)
@require_POST
def leave_cover_withdraw(request: HttpRequest, leave_cover: UUID) -> HttpResponse:
    """Take an arrangement back."""
    cover = get_object_or_404(
        LeaveCover.objects.visible_to(request.user).select_related("user", "stand_in"), public_id=leave_cover
    )
    try:
        if leave_covers.withdraw(cover=cover, by=request.user, at=timezone.now()):
            messages.success(request, _("%(name)s no longer stands in.") % {"name": cover.stand_in})
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("vendor:leave-cover-list")
