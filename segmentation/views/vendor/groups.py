"""The group of companies a partner stands in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import vendor_view
from accounts.permissions import Permission
from core.models import Program
from partners.models import Partner
from partners.queries.groups import group_of
from segmentation.queries.groups import figures


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def partner_group_panel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show the tree of companies, and what this one and all below it come to."""
    visible = Partner.objects.visible_to(request.user)
    partner = get_object_or_404(visible, public_id=public_id)
    members = group_of(partner, visible=visible)
    context = {
        "partner": partner,
        "members": members,
        "currency": Program.current().currency,
        "figures": figures(partner, at=timezone.now()) if members else [],
    }
    return render(request, "segmentation/vendor/_group_panel.html", context)
