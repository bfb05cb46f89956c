"""What a change of our own profile would do to our categories, tiers and life stage, before it is saved."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import partner_view
from accounts.permissions import Permission
from partners.services import partners
from partners.views.partner.profile import edit_context
from segmentation.queries.what_if import effect
from segmentation.views.partner.why import SHOWN_TO_PARTNERS


@partner_view(Permission.EDIT_OWN_PROFILE)
@require_POST
def profile_effects(request: Any) -> HttpResponse:
    """Tell what would follow of what was typed: beside the form, or with script as a part of its page."""
    context = edit_context(request)
    partner, form = context["partner"], context["form"]
    if form.is_valid():
        at = timezone.now()
        try:
            context["effects"] = effect(
                partner=partner,
                write=lambda: partners.update(partner=partner, by=request.user, at=at, changes=form.changes),
                at=at,
                kinds=SHOWN_TO_PARTNERS,
            )
            context["told"] = True
        except ValidationError as error:
            form.show(error)
    template = "segmentation/partner/_effects.html" if request.htmx else "partners/partner/profile/edit.html"
    status = 422 if form.errors and not request.htmx else 200
    return render(request, template, context, status=status)
