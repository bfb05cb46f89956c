"""A partner's own deals. Whoever else takes part is never shown, nor can it be worked out: only the own share is."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import partner_view
from accounts.permissions import Permission
from core.templatetags.formats import day
from deals import queries
from deals.forms import DealFilterForm

PER_PAGE = 25


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def deal_list(request: Any) -> HttpResponse:
    """Show the partner its deals with its role and share."""
    form = DealFilterForm(request.GET)
    deals = queries.own_deals(request.partner, order=form.value("sort") or "newest")
    everything = queries.own_totals(deals)
    if stage := form.value("stage"):
        deals = deals.filter(stage=stage)
    query = request.GET.copy()
    query.pop("page", None)
    page = Paginator(deals, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "totals": everything,
        "page": page,
        "rows": [(deal, queries.own_roles(deal)) for deal in page],
        "query": query.urlencode(),
        "stage": form.value("stage"),
    }
    return render(request, "deals/partner/deals/list.html", context)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def deal_detail(request: Any, deal_id: UUID) -> HttpResponse:
    """Show the partner one of its deals."""
    deal = get_object_or_404(queries.own_deals(request.partner), public_id=deal_id)
    context = {
        "deal": deal,
        "roles": queries.own_roles(deal),
        "lines": deal.lines.select_related("product").order_by("product__name"),
        "facts": [
            (_("End customer"), deal.customer.name),
            (_("Opened"), day(deal.opened_on)),
            (_("Expected to close"), day(deal.expected_close_on)),
            *([(_("Closed"), day(deal.closed_on))] if deal.closed_on else []),
        ],
        "trail": [(_("Deals"), reverse("partner:deal-list"))],
    }
    return render(request, "deals/partner/deals/detail.html", context)
