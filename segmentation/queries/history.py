"""Segments a partner entered and left, in its history."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.queries import timeline
from segmentation.models import Segment


def _rows() -> str:
    """Return the statement that reads when the partner entered and left segments people look at."""
    return (
        "SELECT 'segments', move.at, move.id, NULL::jsonb, 'insert',"
        " jsonb_build_object('segment_id', move.rule_id, 'entered', move.entered), NULL::jsonb"
        " FROM segmentation_ruletransition move JOIN segmentation_segment segment ON segment.id = move.rule_id"
        " WHERE move.partner_id = %(partner)s AND move.kind = 'segment' AND NOT segment.is_audience"
        " AND (%(before)s::timestamptz IS NULL OR move.at < %(before)s)"
    )


def _tell(row: timeline.Row, names: Mapping[int, str]) -> tuple[Any, ...]:
    """Put a move into words."""
    name = {"name": names.get(row.after["segment_id"], "–")}
    if row.after["entered"]:
        return _("Entered the segment %(name)s") % name, "funnel", "success", []
    return _("Left the segment %(name)s") % name, "funnel", "", []


HISTORY = timeline.Source("segments", gettext_lazy("Segments"), _rows, _tell, (Segment, "segment_id"))
