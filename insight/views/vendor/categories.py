"""How categories do."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import vendor_view
from accounts.permissions import Permission
from core.models import Program
from enablement.queries import onboarding
from insight.models import CategoryQuarter
from insight.queries import design, performance
from insight.queries.standing import worked_out_at
from partners.models import Category

FOLDER = "insight/vendor/categories"


@vendor_view(Permission.VIEW_INSIGHT)
@require_safe
def category_performance_list(request: HttpRequest) -> HttpResponse:
    """Show every category in use with its last year beside the one before."""
    context = {
        "rows": performance.rows(),
        "worked_out_at": worked_out_at(),
        "currency": Program.current().currency,
    }
    return render(request, f"{FOLDER}/list.html", context)


@vendor_view(Permission.VIEW_INSIGHT)
@require_safe
def category_performance(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one category over the quarters, who its members are, and where they come from and go to."""
    category = get_object_or_404(Category, public_id=public_id)
    detail = performance.detail_of(category)
    if detail is None:
        raise Http404
    quarters = [(quarter, _name_of(quarter)) for quarter in detail.quarters]
    context = {
        "category": category,
        "detail": detail,
        "row": detail.row,
        "quarters": quarters,
        "members": [(name, quarter.members) for quarter, name in quarters],
        "revenues": [(name, quarter.revenue) for quarter, name in quarters],
        "first_deals": onboarding.of_category(category, user=request.user),
        "findings": design.of_category(category, at=timezone.now()),
        "worked_out_at": detail.quarters[-1].worked_out_at if detail.quarters else None,
        "currency": Program.current().currency,
    }
    return render(request, f"{FOLDER}/detail.html", context)


def _name_of(quarter: CategoryQuarter) -> str:
    """Return a fiscal quarter's short name: Q2 2026 is the second one of the fiscal year that begins in 2026."""
    start_month = Program.current().fiscal_year_start_month
    months_in = (quarter.starts_on.month - start_month) % 12
    year = quarter.starts_on.year - (quarter.starts_on.month < start_month)
    return _("Q%(number)s %(year)s") % {"number": months_in // 3 + 1, "year": year}
