"""Partners that may be one organisation: the queue, and what people say to it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import vendor_view
from accounts.permissions import Permission
from partners.models import DuplicateCheck, DuplicatePair
from partners.queries.merges import reasons_of
from partners.services import duplicates

PAGE_ROWS = 25


@vendor_view(Permission.MERGE_PARTNERS)
@require_safe
def duplicate_list(request: HttpRequest) -> HttpResponse:
    """Show the pairs that wait for a decision, likeliest first; or those that were said to be two."""
    dismissed = request.GET.get("show") == "dismissed"
    pairs = DuplicatePair.objects.visible_to(request.user).filter(dismissed_at__isnull=not dismissed)
    rows = pairs.select_related("first", "second", "dismissed_by").order_by("-score", "pk")
    page = Paginator(rows, PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [{"pair": pair, "reasons": reasons_of(pair)} for pair in page],
        "dismissed": dismissed,
        "unchecked": DuplicateCheck.objects.count(),
        "query": "show=dismissed" if dismissed else "",
    }
    return render(request, "partners/vendor/merges/duplicates.html", context)


@vendor_view(Permission.MERGE_PARTNERS)
@require_POST
def duplicate_dismiss(request: HttpRequest, public_id: str) -> HttpResponse:
    """Remember that two partners are two."""
    pair = get_object_or_404(DuplicatePair.objects.visible_to(request.user), public_id=public_id)
    duplicates.dismiss(pair=pair, by=request.user, at=timezone.now())
    messages.success(request, _("Remembered: these are two. They will not be proposed again."))
    return redirect("vendor:duplicate-list")


@vendor_view(Permission.MERGE_PARTNERS)
@require_POST
def duplicate_reopen(request: HttpRequest, public_id: str) -> HttpResponse:
    """Put a pair back into the queue."""
    pair = get_object_or_404(DuplicatePair.objects.visible_to(request.user), public_id=public_id)
    duplicates.reopen(pair=pair, by=request.user, at=timezone.now())
    messages.success(request, _("The pair waits for a decision again."))
    return redirect("vendor:duplicate-list")
