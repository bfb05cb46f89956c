"""What there is to learn for members of a category, as a part of the category's page."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import partner_view
from accounts.permissions import Permission
from enablement.queries import category_training
from partners.models import Category


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def category_training_panel(request: Any, public_id: str) -> HttpResponse:
    """Show the journeys and content meant for members, as far as they are for this reader."""
    category = get_object_or_404(Category, public_id=public_id)
    context = {"training": category_training.of_category(category, request.user)}
    return render(request, "enablement/partner/_category_training.html", context)
