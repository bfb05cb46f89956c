"""The marks between bands: written into the drafts of their segments, and published together."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core import audit
from core.services import versions
from segmentation.queries.bands import Scale
from segmentation.services import segments


def save(*, scale: Scale, thresholds: Sequence[Decimal], by: Any | None, at: datetime) -> int:
    """Write other marks into drafts of the bands that they bound. Returns how many drafts changed.

    A band that comes to say what is published loses its draft.
    """
    if len(thresholds) != len(scale.bands) - 1:
        raise ValidationError(_("Somebody changed the bands meanwhile. Look at them again."), code="other_bands")
    if any(low >= high for low, high in pairwise(thresholds)):
        raise ValidationError(_("Each mark must be higher than the one before it."), code="not_ascending")
    changed = 0
    with audit.action("bands.edit", by=by):
        for band, bounds in zip(scale.bands, scale.with_thresholds(thresholds), strict=True):
            if bounds == band.bounds:
                if band.draft is not None:
                    versions.discard(version=band.draft, by=by, at=at)
                    changed += 1
                continue
            draft = versions.draft_of(definition=band.segment, by=by, at=at)
            changed += bool(versions.save_draft(version=draft, by=by, at=at, changes={"criteria": bounds.criteria()}))
    return changed


def publish(*, scale: Scale, by: Any | None, at: datetime) -> int:
    """Publish the drafts of all bands together. Returns how many were published."""
    drafts = [band.draft for band in scale.bands if band.draft is not None]
    if drafts and scale.drafted is None:
        raise ValidationError(
            _("The drafts of these segments no longer lie side by side. Enter the marks again."), code="not_adjoining"
        )
    with audit.action("bands.publish", by=by):
        return sum(segments.publish(version=draft, by=by, at=at) for draft in drafts)


def discard(*, scale: Scale, by: Any | None, at: datetime) -> int:
    """Throw the drafts of all bands away. Returns how many there were."""
    drafts = [band.draft for band in scale.bands if band.draft is not None]
    with audit.action("bands.discard", by=by):
        for draft in drafts:
            versions.discard(version=draft, by=by, at=at)
    return len(drafts)
