"""What a partner's managers noted of calls and meetings, as far as they share it."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import partner_view
from accounts.permissions import Permission
from partners.models import Touch

PAGE_SIZE = 50


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def touch_list(request: Any) -> HttpResponse:
    """List the touches that are shared with the partner, the latest first."""
    shared = Touch.objects.visible_to(request.user).of(request.partner).select_related("logged_by")
    page = Paginator(shared.order_by("-happened_at", "-pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "partners/partner/touches/list.html", {"page": page})
