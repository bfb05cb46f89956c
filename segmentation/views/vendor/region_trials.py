"""The panel that counts who would enter or leave what, if a region stood elsewhere."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import vendor_view
from accounts.permissions import Permission
from partners.models import Region
from segmentation.services import region_trials


@vendor_view(Permission.MANAGE_REGIONS)
@require_POST
def region_move_panel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Count who would move with a region to another place. The move is tried and undone, so this is no GET."""
    region = get_object_or_404(Region, public_id=public_id)
    key = request.POST.get("below", "")
    below = Region.objects.filter(key=key).first() if key else None
    if (key and below is None) or (below is not None and region.pk in below.path):
        raise Http404
    trials = region_trials.try_move(region=region, below=below, at=timezone.now())
    return render(request, "segmentation/vendor/_region_move.html", {"trials": trials, "region": region})
