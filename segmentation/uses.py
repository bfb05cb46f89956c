"""What needs a segment, told by apps above: content for its partners, branches of journeys, plays that run for it.

`register` takes names of such things, as a queryset of one column, and the column that leads to the segment.
"""

from typing import Any

from django.db.models import QuerySet

from segmentation.models import Segment

_registered: list[tuple[QuerySet[Any], str]] = []


def register(names: QuerySet[Any], *, segment: str) -> None:
    """Count this in, too. Only what is in use is in the queryset: what is retired needs nothing."""
    _registered.append((names, segment))


def of_segment(segment: Segment, *, most: int) -> list[str]:
    """Return the names of what needs a segment, so many at most, in one statement."""
    rows = [names.filter(**{column: segment}) for names, column in _registered]
    return list(rows[0].union(*rows[1:], all=True)[:most]) if rows else []
