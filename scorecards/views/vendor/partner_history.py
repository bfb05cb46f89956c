"""How one partner's score came about, for the vendor's people who look after it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import vendor_view
from accounts.permissions import Permission
from partners.models import Partner
from scorecards import queries
from scorecards.queries.history import history
from scorecards.views.vendor.scorecard_pages import scorecard_of


@vendor_view(Permission.VIEW_SCORECARDS)
@require_safe
def partner_score_history(request: HttpRequest, scorecard_id: UUID, partner_id: UUID) -> HttpResponse:
    """Show a partner's score period by period, and what each metric contributed since the last one ended."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=partner_id)
    scorecard = scorecard_of(scorecard_id)
    at = timezone.now()
    found = history(partner, scorecard, at=at)
    context = {
        "partner": partner,
        "scorecard": scorecard,
        "card": queries.score_card(partner, at=at, scorecard=scorecard),
        "history": found,
        "newest_first": found.periods[::-1],
        "trail": [
            (_("Partners"), reverse("vendor:partner-list")),
            (partner.name, reverse("vendor:partner-detail", args=[partner.public_id])),
        ],
    }
    return render(request, "scorecards/vendor/scorecards/partner_history.html", context)
