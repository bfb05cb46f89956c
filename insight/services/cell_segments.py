"""A segment made of a cell: the bounds of the cell as criteria, in a draft that somebody reads and publishes."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import action
from core.services import versions
from criteria.checks import check
from criteria.fields import registry
from enablement.services.keys import free_key
from insight.marks import Marks, bounds
from insight.models import MatrixCell
from segmentation.models import Segment, SegmentKind
from segmentation.queries.bands import Bounds
from segmentation.services import segments

LONGEST_NAME = 120


def draft(*, cell: MatrixCell, name: str, marks: Marks, by: User, at: datetime) -> Segment:
    """Return the segment of a cell, with the cell's bounds in its draft; made where there is none yet.

    Said again it changes nothing; with other marks the draft says these, and what is published stays.
    """
    criteria = criteria_of(cell, marks)
    if problems := check(criteria, registry.catalog()):
        raise ValidationError([one.message for one in problems], code="unusable")
    with action("matrix.segment", by=by, matrix=cell.matrix_id, cell=cell.pk):
        locked = MatrixCell.objects.select_for_update(no_key=True, of=("self",)).get(pk=cell.pk)
        segment: Segment | None = locked.segment
        if segment is None or segment.retired_at is not None:
            segment = segments.create(
                key=free_key(Segment, name),
                name=_free_name(name),
                criteria=criteria,
                by=by,
                at=at,
                kind=SegmentKind.DYNAMIC,
            )
            locked.segment = segment
            locked.save(update_fields=["segment"])
        else:
            _write(segment, criteria, by=by, at=at)
    cell.segment = segment
    return segment


def criteria_of(cell: MatrixCell, marks: Marks) -> dict[str, Any]:
    """Return what is asked of a partner in a cell, as a criteria document."""
    matrix = cell.matrix
    rules: list[dict[str, Any]] = []
    for key, axis, part in ((matrix.x_key, marks.x, cell.column), (matrix.y_key, marks.y, cell.row)):
        low, high = bounds(axis, part)
        sides = Bounds(key, ">=" if low is not None else "", low, "<" if high is not None else "", high)
        rules += sides.criteria()["rules"]
    if matrix.segment is not None:
        rules.append({"field": "segments", "operator": "any_of", "value": [matrix.segment.key]})
    if matrix.region is not None:
        rules.append({"field": "region", "operator": "any_of", "value": [matrix.region.key]})
    return {"combinator": "and", "not": False, "rules": rules}


def _write(segment: Segment, criteria: dict[str, Any], *, by: User, at: datetime) -> None:
    """Write criteria into the draft, unless they are what is published and no draft says otherwise."""
    existing, published = versions.existing_draft_of(segment), versions.published_of(segment)
    if existing is None and published is not None and published.criteria == criteria:
        return
    version = segments.draft_of(segment=segment, by=by, at=at)
    segments.save_draft(version=version, by=by, at=at, changes={"criteria": criteria})


def _free_name(name: str) -> str:
    """Return the name, with a number where a segment has it."""
    stem = name[: LONGEST_NAME - 5]
    taken = set(Segment.objects.filter(name__startswith=stem, is_audience=False).values_list("name", flat=True))
    numbered = (_("%(name)s %(number)d") % {"name": stem, "number": n} for n in range(2, len(taken) + 3))
    return next(one for one in [stem, *numbered] if one not in taken)
