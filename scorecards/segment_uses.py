"""What needs a segment here: plays that are planned or run for it."""

from scorecards.models import SegmentPlay
from segmentation import uses

uses.register(SegmentPlay.objects.filter(ended_at=None).values_list("name", flat=True), segment="segment")
