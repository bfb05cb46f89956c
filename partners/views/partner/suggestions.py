"""What criteria suggest to the partner: accepted, or refused with a reason."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, partner_view
from accounts.permissions import Permission
from partners.forms.definitions import add_refusal
from partners.forms.suggestions import RefuseForm
from partners.models import CategoryMembership
from partners.queries import differences
from partners.services import suggestions
from partners.views.partner.category_tabs import category_tabs


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def suggestion_list(request: Any) -> HttpResponse:
    """Show which categories criteria suggest to us and why, and what was refused."""
    rows = list(differences.suggestions(request.partner))
    now = timezone.now()
    context = {
        "suggestions": [(one, differences.examined(one, now), differences.again_words(one)) for one in rows],
        "refused": list(differences.refused(request.partner)),
        "may_answer": allowed(request.user, Permission.EDIT_OWN_PROFILE),
        "tabs": category_tabs("suggested"),
    }
    return render(request, "partners/partner/suggestions/list.html", context)


@partner_view(Permission.EDIT_OWN_PROFILE)
@require_POST
def suggestion_accept(request: Any, membership: UUID) -> HttpResponse:
    """Say that we do what was suggested."""
    suggestion = _membership(request, membership)
    try:
        suggestions.accept(membership=suggestion, by=request.user, at=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("partner:suggestion-list")
    messages.success(request, _("Noted: you do this. Add what shows it, and it is reviewed."))
    return redirect("partner:category-detail", suggestion.category.public_id)


@partner_view(Permission.EDIT_OWN_PROFILE)
@require_http_methods(["GET", "HEAD", "POST"])
def suggestion_refuse(request: Any, membership: UUID) -> HttpResponse:
    """Say that we do not do what was suggested, and why."""
    suggestion = _membership(request, membership)
    form = RefuseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            suggestions.refuse(membership=suggestion, by=request.user, at=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Noted. It is not suggested again unless something changes."))
            return redirect("partner:suggestion-list")
    context = {"form": form, "suggestion": suggestion}
    return render(request, "partners/partner/suggestions/refuse.html", context, status=422 if form.errors else 200)


def _membership(request: Any, public_id: UUID) -> CategoryMembership:
    rows = CategoryMembership.objects.visible_to(request.user).of(request.partner).select_related("partner", "category")
    membership: CategoryMembership = get_object_or_404(rows, public_id=public_id)
    return membership
