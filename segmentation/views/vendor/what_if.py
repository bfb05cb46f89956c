"""What if a partner's values were others: what would follow, for one rule and for the whole rule book."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import vendor_view
from accounts.permissions import Permission
from partners.models import Partner
from segmentation import queries
from segmentation.views.imagined import imagine


@vendor_view(Permission.VIEW_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def what_if(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change values of a partner in mind and see what would follow. Nothing is written."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)
    context: dict[str, Any] = imagine(request, partner=partner, kinds=tuple(queries.DEFINITIONS))
    context |= {
        "partner": partner,
        "side": "vendor",
        "trail": [
            (_("All partners"), reverse("vendor:partner-list")),
            (str(partner), reverse("vendor:partner-detail", args=[partner.public_id])),
        ],
    }
    return render(request, "segmentation/vendor/what_if.html", context, status=422 if context["refused"] else 200)
