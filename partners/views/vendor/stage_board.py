"""Partners by life stage, and how they move on."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from partners.models import LifeStage, Partner
from partners.queries import attributes as attribute_queries
from partners.queries import partners as partner_reads
from partners.queries import stage_board as reads
from partners.queries import stage_moves

SORT_LABELS = (
    ("longest", _("Longest in the stage first")),
    ("newest", _("Newest in the stage first")),
    ("quiet", _("Longest silent first")),
    ("name", _("By name")),
)
FOLDER = "partners/vendor/stage_board"


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def stage_board(request: Any) -> HttpResponse:
    """Show the partners the reader may see by life stage, narrowed and sorted as the address says."""
    filters, partners, sort = _asked(request)
    context = {
        "columns": reads.board(partners, at=timezone.now(), sort=sort),
        "filters": filters,
        "options": partner_reads.options(),
        "sort": sort,
        "sorts": SORT_LABELS,
        "query": _query(request),
        "sees_all": allowed(request.user, Permission.VIEW_ALL_PARTNERS),
    }
    return render(request, f"{FOLDER}/{'_board.html' if request.htmx else 'board.html'}", context)


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def stage_board_column(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show more partners of one stage, from a place on."""
    stage = get_object_or_404(LifeStage, public_id=public_id)
    _filters, partners, sort = _asked(request)
    start = request.GET.get("start", "")
    column = reads.column(
        partners, stage, at=timezone.now(), sort=sort, start=int(start) if start.isdigit() and len(start) < 9 else 0
    )
    context = {"column": column, "query": _query(request)}
    template = "_cards.html" if request.headers.get("HX-Request") else "column.html"
    return render(request, f"{FOLDER}/{template}", context)


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def stage_conversion(request: HttpRequest) -> HttpResponse:
    """Show how many of those who entered one stage within a year reached another one, and after how long."""
    stages = stage_moves.stages_in_use()
    by_key = {stage.key: stage for stage in stages}
    origin = by_key.get(request.GET.get("from", "")) or (stages[min(1, len(stages) - 1)] if stages else None)
    target = by_key.get(request.GET.get("to", "")) or _after(stages, origin)
    context = {
        "stages": stages,
        "origin": origin,
        "target": target,
        "conversion": (
            stage_moves.conversion(origin, target, user=request.user, at=timezone.now()) if origin and target else None
        ),
    }
    return render(request, f"{FOLDER}/conversion.html", context)


def _after(stages: list[LifeStage], origin: LifeStage | None) -> LifeStage | None:
    """Return the stage after one, in the order of a life; the one before the last."""
    if origin is None or len(stages) < 2:
        return None
    place = stages.index(origin)
    return stages[place + 1] if place + 1 < len(stages) else stages[place - 1]


def _asked(request: HttpRequest) -> tuple[partner_reads.Filters, Any, str]:
    filters = partner_reads.Filters.of(request.GET.dict())
    attributes = attribute_queries.in_use() if filters.attributes else {}
    visible = Partner.objects.visible_to(request.user)
    partners = partner_reads.narrowed(visible, filters, user=request.user, attributes=attributes)
    sort = request.GET.get("sort", "")
    return filters, partners, sort if sort in reads.SORTS else reads.DEFAULT_SORT


def _query(request: HttpRequest) -> str:
    return urlencode({name: value for name, value in request.GET.items() if value and name != "start"})
