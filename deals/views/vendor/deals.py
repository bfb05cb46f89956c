"""Deals at the vendor: list, one deal, and the panel on a partner's page."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core.models import Program
from core.templatetags.formats import day, money
from deals import queries
from deals.forms import PERIODS, DealFilterForm
from deals.models import Deal
from partners.models import Partner

PER_PAGE = 25
PANEL_DAYS = 365


@vendor_view(Permission.VIEW_DEALS)
@require_safe
def deal_list(request: HttpRequest) -> HttpResponse:
    """Show the deals a person may see, filtered, with what they add up to."""
    form = DealFilterForm(request.GET)
    partner = _partner(form, user=request.user)
    deals = _filtered(Deal.objects.visible_to(request.user), form, partner=partner, user=request.user)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "partner": partner,
        "totals": queries.totals(deals),
        "page": Paginator(queries.listed(deals, order=form.value("sort") or "newest"), PER_PAGE).get_page(
            request.GET.get("page")
        ),
        "query": query.urlencode(),
        "may_edit": allowed(request.user, Permission.EDIT_DEALS),
        "is_filtered": any(form.value(name) for name in ("q", "stage", "period", "whose", "partner")),
    }
    htmx: Any = getattr(request, "htmx", False)
    return render(request, f"deals/vendor/deals/{'_results' if htmx else 'list'}.html", context)


def _partner(form: DealFilterForm, *, user: Any) -> Partner | None:
    """Return the partner the list is narrowed to, if the person may see it."""
    public_id = form.value("partner")
    return Partner.objects.visible_to(user).filter(public_id=public_id).first() if public_id else None


def _filtered(deals: Any, form: DealFilterForm, *, partner: Partner | None, user: Any) -> QuerySet[Deal]:
    if text := form.value("q"):
        deals = deals.matching(text)
    if stage := form.value("stage"):
        deals = deals.filter(stage=stage)
    if period := form.value("period"):
        deals = deals.since(timezone.localdate() - timedelta(days=PERIODS[period]))
    if form.value("whose") == "mine":
        deals = deals.with_partners(Partner.objects.assigned_to(user))
    if form.value("partner"):
        deals = deals.of(partner) if partner else deals.none()
    return deals


@vendor_view(Permission.VIEW_DEALS)
@require_safe
def deal_detail(request: HttpRequest, deal_id: UUID) -> HttpResponse:
    """Show one deal: what is sold to whom, who takes part, and what happened to it."""
    deals = Deal.objects.visible_to(request.user).select_related("customer", "owner")
    deal = get_object_or_404(deals, public_id=deal_id)
    participants = list(deal.participants.select_related("partner").order_by("role", "-split_percent", "pk"))
    seen = Partner.objects.visible_to(request.user).filter(pk__in=[row.partner_id for row in participants])
    context = {
        "deal": deal,
        "participants": participants,
        "reachable": set(seen.values_list("pk", flat=True)),
        "lines": deal.lines.select_related("product").order_by("product__name"),
        "history": queries.history(deal),
        "facts": _facts(deal),
        "trail": [(_("Deals"), reverse("vendor:deal-list"))],
        "may_edit": allowed(request.user, Permission.EDIT_DEALS),
    }
    return render(request, "deals/vendor/deals/detail.html", context)


def _facts(deal: Deal) -> list[tuple[str, str]]:
    """Return what is known of a deal: term and detail."""
    currency = Program.current().currency
    customer = deal.customer
    worth = (
        [(_("In the program's currency"), money(deal.program_amount, currency))] if deal.currency != currency else []
    )
    return [
        (_("Amount"), money(deal.amount, deal.currency)),
        *worth,
        (_("Opened"), day(deal.opened_on)),
        (_("Expected to close"), day(deal.expected_close_on)),
        *([(_("Closed"), day(deal.closed_on))] if deal.closed_on else []),
        (_("End customer"), customer.name),
        (_("Customer's domain"), customer.domain),
        (_("Customer's country"), customer.country),
        (_("Customer's industry"), customer.industry),
        *([(_("Owner"), str(deal.owner))] if deal.owner else []),
    ]


@vendor_view(Permission.VIEW_DEALS)
@require_safe
def partner_deals_panel(request: HttpRequest, partner_id: UUID) -> HttpResponse:
    """Show a partner's deals in short, for its page."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=partner_id)
    since = timezone.localdate() - timedelta(days=PANEL_DAYS)
    context = {"partner": partner, "deals": queries.partner_deals(partner, since=since)}
    return render(request, "deals/vendor/deals/_partner_panel.html", context)
