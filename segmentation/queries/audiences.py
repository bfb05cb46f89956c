"""Segments as audiences: what content, journeys and agreements may be for."""

from django.db.models import Q, QuerySet

from segmentation.models import Segment


def to_choose_from(chosen: int | None = None) -> QuerySet[Segment]:
    """Return the segments to choose from: those in use, and the one chosen already."""
    return Segment.objects.filter(Q(retired_at__isnull=True) | Q(pk=chosen)).order_by("name")
