"""The partner's glossary of categories, and its own standing in them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import allowed, partner_view
from accounts.permissions import Permission
from partners.forms.definitions import add_refusal
from partners.forms.memberships import DeclareForm
from partners.models import Category, MembershipState
from partners.queries import categories as reads
from partners.queries import differences, languages, membership_timeline
from partners.queries.categories import GlossaryEntry
from partners.services import memberships
from partners.views.partner import category_pages
from partners.views.partner.category_tabs import category_tabs


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def category_list(request: Any) -> HttpResponse:
    """Explain every category, the partner's own first."""
    entries = reads.glossary(request.partner, language=languages.language_for(request.user))
    context = {
        "mine": [one for one in entries if one.is_mine],
        "others": [one for one in entries if not one.is_mine],
        "tabs": category_tabs("categories"),
    }
    return render(request, "partners/partner/categories/list.html", context)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def category_detail(request: Any, public_id: UUID) -> HttpResponse:
    """Say what one category means for this partner."""
    return _page(request, _entry(request, public_id), DeclareForm())


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def category_changes(request: Any, public_id: UUID) -> HttpResponse:
    """Show what the category says otherwise since the partner joined."""
    entry = _entry(request, public_id)
    context = {
        "category": entry.category,
        "membership": entry.membership,
        "number": entry.applied.number,
        "changes": category_pages.changes_since(entry),
    }
    return render(request, "partners/partner/categories/changes.html", context)


@partner_view(Permission.EDIT_OWN_PROFILE)
@require_POST
def category_declare(request: Any, public_id: UUID) -> HttpResponse:
    """Say that the partner is in a category, and hand in what shows it."""
    entry = _entry(request, public_id)
    form = DeclareForm(request.POST)
    if form.is_valid():
        try:
            membership = memberships.declare(
                partner=request.partner,
                category=entry.category,
                by=request.user,
                at=timezone.now(),
                statement=form.cleaned_data["statement"],
            )
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _said(membership.state))
            return redirect("partner:category-detail", entry.category.public_id)
    return _page(request, entry, form)


def _entry(request: Any, public_id: UUID) -> GlossaryEntry:
    entry = reads.entry(get_object_or_404(Category, public_id=public_id), request.partner)
    if entry is None:
        raise Http404
    return entry


def _page(request: Any, entry: GlossaryEntry, form: DeclareForm) -> HttpResponse:
    stays = reads.stays(entry.category, request.partner)
    life = membership_timeline.life(stays, request.user)
    shown = category_pages.context_of(
        entry, request.partner, reader=request.user, wished=request.GET.get("language", "")
    )
    may_declare = allowed(request.user, Permission.EDIT_OWN_PROFILE) and shown["is_open_to_declare"]
    context = shown | {
        "form": form,
        "may_declare": may_declare,
        "difference": differences.of(entry.membership),
        "refusal": differences.last_refusal(stays),
        "review": life.review,
        "steps": life.steps,
    }
    status = 422 if form.errors else 200
    return render(request, "partners/partner/categories/detail.html", context, status=status)


def _said(state: str) -> str:
    if state == MembershipState.PENDING:
        return _("Thank you. Your vendor reviews it and you will be told.")
    if state == MembershipState.SELF_DECLARED:
        return _("Noted. Add what shows it, and it will be reviewed.")
    return _("You hold this category already.")
