"""The vendor decides who is in which category."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core.refusals import Refusal
from partners.forms.definitions import add_refusal
from partners.forms.memberships import AssignForm, EndForm
from partners.models import Category, CategoryMembership, Partner
from partners.queries import categories as category_reads
from partners.queries import differences, membership_timeline
from partners.queries import memberships as reads
from partners.services import memberships
from partners.views.partner import category_pages
from partners.views.vendor.membership_tabs import membership_tabs
from partners.views.vendor.partners import panel

PAGE_SIZE = 50


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def membership_list(request: HttpRequest) -> HttpResponse:
    """List the suggested and declared memberships that wait for a decision."""
    page = Paginator(reads.waiting_for(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(one, differences.of(one)) for one in page],
        "may_decide": allowed(request.user, Permission.EDIT_PARTNERS),
        "may_set_rules": allowed(request.user, Permission.MANAGE_PROGRAM),
        "tabs": membership_tabs("waiting"),
    }
    return render(request, "partners/vendor/memberships/list.html", context)


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def membership_history(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a partner's categories and tiers with their history, as a page of its own."""
    partner = _partner(request, public_id)
    context = _panel_context(request, partner) | {
        "tiers_panel": panel(_("Tiers"), "partner-tiers-panel", partner),
        "steps": membership_timeline.life(reads.all_of(partner), request.user).steps,
    }
    return render(request, "partners/vendor/memberships/history.html", context)


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def partner_memberships_panel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a partner's categories, for the partner's page."""
    return _panel(request, _partner(request, public_id))


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def partner_category(request: HttpRequest, public_id: UUID, category_id: UUID) -> HttpResponse:
    """Show a category as the partner reads it."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user).select_related("region"), public_id=public_id)
    entry = category_reads.entry(get_object_or_404(Category, public_id=category_id), partner)
    if entry is None:
        raise Http404
    context = category_pages.context_of(entry, partner, reader=request.user, wished=request.GET.get("language", ""))
    return render(request, "partners/vendor/memberships/category.html", context | {"partner": partner})


@vendor_view(Permission.EDIT_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def membership_assign(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Put a partner into a category."""
    partner = _partner(request, public_id)
    form = AssignForm(request.POST or None, partner=partner)
    if request.method == "POST" and form.is_valid():
        try:
            memberships.assign(partner=partner, by=request.user, at=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            said = _("%(partner)s is in %(category)s.") % {
                "partner": partner,
                "category": form.cleaned_data["category"],
            }
            messages.success(request, said)
            return redirect("vendor:membership-history", partner.public_id)
    context = {"form": form, "partner": partner}
    return render(request, "partners/vendor/memberships/assign.html", context, status=422 if form.errors else 200)


@vendor_view(Permission.EDIT_PARTNERS)
@require_POST
def membership_confirm(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Agree that a partner is in a category."""
    membership = _membership(request, public_id)
    return _done(request, membership, memberships.confirm, _("%(partner)s is in %(category)s."))


@vendor_view(Permission.EDIT_PARTNERS)
@require_POST
def membership_primary(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Make a category the partner's primary one."""
    membership = _membership(request, public_id)
    return _done(request, membership, memberships.make_primary, _("%(category)s is primary for %(partner)s."))


@vendor_view(Permission.EDIT_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def membership_end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """End a membership or turn it down, with a reason."""
    membership = _membership(request, public_id)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        memberships.end(membership=membership, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"])
        messages.success(request, _("%(partner)s is not in %(category)s.") % _names(membership))
        return redirect("vendor:membership-history", membership.partner.public_id)
    context = {"form": form, "membership": membership, "partner": membership.partner}
    return render(request, "partners/vendor/memberships/end.html", context, status=422 if form.errors else 200)


def _partner(request: HttpRequest, public_id: UUID) -> Partner:
    partner: Partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)
    return partner


def _membership(request: HttpRequest, public_id: UUID) -> CategoryMembership:
    rows = CategoryMembership.objects.visible_to(request.user).select_related("partner", "category")
    membership: CategoryMembership = get_object_or_404(rows, public_id=public_id)
    return membership


def _panel_context(request: HttpRequest, partner: Partner) -> dict[str, Any]:
    found = reads.of_partner(partner)
    return {
        "partner": partner,
        "memberships": found,
        "rows": [(one, differences.of(one)) for one in (*found.held, *found.waiting)],
        "may_decide": allowed(request.user, Permission.EDIT_PARTNERS),
    }


def _panel(request: HttpRequest, partner: Partner, refusal: str = "") -> HttpResponse:
    context = _panel_context(request, partner) | {"refusal": refusal}
    return render(request, "partners/vendor/memberships/_panel.html", context)


def _done(request: HttpRequest, membership: CategoryMembership, act: Any, said: str) -> HttpResponse:
    """Act on a membership and answer with the panel to htmx, with the page otherwise."""
    text, refusal = said % _names(membership), ""
    try:
        act(membership=membership, by=request.user, at=timezone.now())
    except Refusal as error:
        refusal = str(error)
    if request.headers.get("HX-Request"):
        response = _panel(request, membership.partner, refusal)
        return response if refusal else trigger_client_event(response, "toast", {"text": text})
    if refusal:
        messages.error(request, refusal)
    else:
        messages.success(request, text)
    if request.POST.get("back") == "waiting":
        return redirect("vendor:membership-list")
    return redirect("vendor:membership-history", membership.partner.public_id)


def _names(membership: CategoryMembership) -> dict[str, Any]:
    return {"partner": membership.partner, "category": membership.category}
