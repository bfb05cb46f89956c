"""How long assessments take, for the page of a scorecard."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import vendor_view
from accounts.permissions import Permission
from scorecards.models import Scorecard
from scorecards.queries import pace


@vendor_view(Permission.VIEW_SCORECARDS)
@require_safe
def scorecard_pace_panel(request: HttpRequest, scorecard_id: UUID) -> HttpResponse:
    """Show the mean and median time that finished assessments took."""
    scorecard = get_object_or_404(Scorecard, public_id=scorecard_id)
    paces = pace.of(pace.paces([scorecard.pk]), scorecard.pk)
    return render(request, "scorecards/vendor/scorecards/_pace.html", {"paces": paces})
