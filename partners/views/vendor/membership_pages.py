"""One membership with its whole life, where words and data differ, and the rules that hold for all."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from partners.forms.definitions import add_refusal
from partners.forms.membership_policies import PolicyForm
from partners.forms.memberships import GraceForm
from partners.models import CategoryMembership, MembershipPolicy
from partners.queries import differences, examinations, membership_timeline
from partners.queries import reviews as review_reads
from partners.queries.grace_lengths import GraceLengths
from partners.services import grace, membership_policies
from partners.views.vendor.membership_tabs import membership_tabs

PAGE_SIZE = 50


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def membership_differences(request: HttpRequest) -> HttpResponse:
    """List where what partners say and what their data show differ."""
    kind, category = request.GET.get("kind", ""), request.GET.get("category", "")
    order = "weight" if request.GET.get("order") == "weight" else "age"
    rows = differences.queue(request.user, kind=kind, category=category, order=order)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    query = {name: value for name, value in request.GET.items() if value and name != "page"}
    context = {
        "page": page,
        "rows": [(one, differences.of(one)) for one in page],
        "kinds": differences.Kind.choices,
        "kind": kind,
        "category": category,
        "categories": review_reads.categories_in_use(),
        "order": order,
        "query": urlencode(query),
        "is_narrowed": bool(kind or category),
        "tabs": membership_tabs("differences"),
        "may_decide": allowed(request.user, Permission.EDIT_PARTNERS),
    }
    return render(request, "partners/vendor/memberships/differences.html", context)


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def membership_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show one membership: what it is, what the data say, and everything that happened to it."""
    membership = _membership(request, public_id)
    life = membership_timeline.life([membership], request.user)
    context = {
        "membership": membership,
        "partner": membership.partner,
        "difference": differences.of(membership),
        "again": differences.again_words(membership),
        "found": examinations.examine(partner=membership.partner, category=membership.category, at=timezone.now()),
        "steps": life.steps,
        "review": life.review,
        "may_decide": allowed(request.user, Permission.EDIT_PARTNERS),
        "trail": [
            (membership.partner.name, reverse("vendor:partner-detail", args=[membership.partner.public_id])),
            (_("Categories and tiers"), reverse("vendor:membership-history", args=[membership.partner.public_id])),
        ],
    }
    return render(request, "partners/vendor/memberships/detail.html", context)


@vendor_view(Permission.EDIT_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def membership_grace(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Give a partner time to mend what is missing."""
    membership = _membership(request, public_id)
    form = GraceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            grace.start(membership=membership, by=request.user, at=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("%(membership)s is in grace now.") % {"membership": membership})
            return redirect("vendor:membership-detail", membership.public_id)
    context = {
        "form": form,
        "membership": membership,
        "days": GraceLengths.current().of(membership) or grace.DAYS_BY_HAND,
    }
    status = 422 if form.errors else 200
    return render(request, "partners/vendor/memberships/grace.html", context, status=status)


@vendor_view(Permission.MANAGE_PROGRAM)
@require_http_methods(["GET", "HEAD", "POST"])
def membership_rules(request: HttpRequest) -> HttpResponse:
    """Show and change how the program treats memberships, reviews and flags."""
    form = PolicyForm(request.POST or None, instance=MembershipPolicy.current())
    if request.method == "POST" and form.is_valid():
        try:
            changed = membership_policies.update(by=request.user, at=timezone.now(), changes=form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Saved.") if changed else _("Nothing was different."))
            return redirect("vendor:membership-rules")
    context: dict[str, Any] = {"form": form, "tabs": membership_tabs("")}
    return render(request, "partners/vendor/memberships/rules.html", context, status=422 if form.errors else 200)


def _membership(request: HttpRequest, public_id: UUID) -> CategoryMembership:
    rows = CategoryMembership.objects.visible_to(request.user).select_related(
        "partner__region", "category", "category_version", "decided_by"
    )
    membership: CategoryMembership = get_object_or_404(rows, public_id=public_id)
    return membership
