"""What is known of a segment: its size over time, whom it shares, how it does, who stands out, and what plays moved."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from insight.models import SegmentReading
from insight.queries import seen
from insight.queries.segment_readings import reckon
from insight.queries.segment_sizes import sizes
from insight.queries.segment_words import Reading, reading_of
from partners.models import Partner
from scorecards.models import SegmentPlayState
from scorecards.queries import figures
from scorecards.queries import segment_plays as plays
from segmentation import queries
from segmentation.models import Segment

FOLDER = "insight/vendor/segments"
MOVES_SHOWN = 12


@vendor_view(Permission.VIEW_SEGMENTS)
@require_safe
def segment_insight(request: HttpRequest, segment_id: UUID) -> HttpResponse:
    """Show a segment among the partners the reader sees."""
    segment = get_object_or_404(Segment, public_id=segment_id)
    at, visible = timezone.now(), Partner.objects.visible_to(request.user)
    sees_all = allowed(request.user, Permission.VIEW_ALL_PARTNERS)
    reading, worked_out_at = _reading(segment, visible, is_kept=sees_all, at=at)
    periods = sizes(segment, reading.count, visible=visible, at=at) if reading else []
    context = {
        "segment": segment,
        "reading": reading,
        "worked_out_at": worked_out_at,
        "periods": periods,
        "points": [(one.label, one.size) for one in periods],
        "moves": queries.recent_moves(segment, visible=visible, limit=MOVES_SHOWN),
        "sees_all": sees_all,
        "trail": [
            (_("Segments"), reverse("vendor:segment-list")),
            (segment.name, reverse("vendor:segment-detail", args=[segment.public_id])),
        ],
    }
    return render(request, f"{FOLDER}/detail.html", context)


def _reading(segment: Segment, visible: Any, *, is_kept: bool, at: datetime) -> tuple[Reading | None, datetime | None]:
    """Return what is known of a segment, and when the night reckoned it, where it did.

    Who sees everybody of a large program reads what the night kept; nothing before the first night.
    """
    if not (is_kept and seen.is_large(visible)):
        return reading_of(reckon(segment, visible=visible, at=at)), None
    kept = SegmentReading.objects.filter(segment=segment).first()
    return (reading_of(kept.document), kept.worked_out_at) if kept else (None, None)


@vendor_view(Permission.VIEW_SEGMENTS)
@require_safe
def segment_results_panel(request: HttpRequest, segment_id: UUID) -> HttpResponse:
    """Show the plays of a segment with what each moved, for its page of insight."""
    segment = get_object_or_404(Segment, public_id=segment_id)
    fields = figures.numeric_fields()
    rows = []
    for one in plays.all_of(segment=segment):
        result = plays.result_of(one) if one.state != SegmentPlayState.PLANNED else None
        field = fields.get(one.field_key)
        told = (
            {
                "then": figures.shown(field, result.last.inside_then),
                "now": figures.shown(field, result.last.inside_now),
                "rest": figures.shown(field, result.moved_outside),
            }
            if result
            else {}
        )
        rows.append((one, figures.label_of(fields, one.field_key), result, told))
    return render(request, f"{FOLDER}/_results.html", {"segment": segment, "rows": rows})
