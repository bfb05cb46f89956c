"""Segments: made, written, published, pinned, retired."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.services import versions
from criteria.fields import RuleKind
from partners.models import Partner
from partners.services import definitions
from partners.signals import announce_partners
from segmentation import uses
from segmentation.models import AssignmentRule, PinDirection, Segment, SegmentKind, SegmentPin, SegmentVersion

#: So many things that need a segment are named when it cannot be retired.
MOST_NAMED = 10

EVERYBODY: Mapping[str, Any] = {"combinator": "and", "not": False, "rules": []}


def create(
    *, key: str, name: str, by: Any | None, at: datetime, criteria: Any = None, note: str = "", **fields: Any
) -> Segment:
    """Make a segment with its first draft. Without criteria the draft picks every partner until narrowed."""
    segment: Segment = definitions.create(
        model=Segment,
        by=by,
        at=at,
        fields={"key": key, "name": name, "owner": by, **fields},
        texts={"criteria": EVERYBODY if criteria is None else criteria, "note": note},
    )
    if segment.kind == SegmentKind.STATIC:
        publish(version=versions.draft_of(definition=segment, by=by, at=at), by=by, at=at)
    return segment


def define(*, key: str, name: str, by: Any | None, at: datetime, **fields: Any) -> Segment:
    """Return the segment with this key, made and published at once when there is none."""
    found = Segment.objects.filter(key=key).first()
    if found:
        return found
    with transaction.atomic():
        segment = create(key=key, name=name, by=by, at=at, **fields)
        if versions.existing_draft_of(segment):
            publish(version=versions.draft_of(definition=segment, by=by, at=at), by=by, at=at)
    return segment


def update(*, segment: Segment, by: Any | None, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Rename a segment, describe it, or change its owner or the way partners come to be in it."""
    with transaction.atomic():
        changed = definitions.update(definition=segment, by=by, at=at, changes=changes)
        if "kind" in changed:
            definitions.announce(
                kind=RuleKind.SEGMENT, reason=_("%(name)s was changed") % {"name": segment}, of=segment
            )
    return changed


def draft_of(*, segment: Segment, by: Any | None, at: datetime) -> SegmentVersion:
    """Return the draft to edit."""
    draft: SegmentVersion = versions.draft_of(definition=segment, by=by, at=at)
    return draft


def save_draft(
    *, version: SegmentVersion, by: Any | None, at: datetime, changes: Mapping[str, Any], expected: int | None = None
) -> list[str]:
    """Write criteria into a draft."""
    return versions.save_draft(version=version, by=by, at=at, changes=changes, expected=expected)


def publish(*, version: SegmentVersion, by: Any | None, at: datetime) -> bool:
    """Make a draft the criteria that hold. Raises ValidationError naming each node at fault, a cycle among them."""
    return definitions.publish(kind=RuleKind.SEGMENT, version=version, by=by, at=at)


def retire(*, segment: Segment, by: Any | None, at: datetime) -> bool:
    """Take a segment out of use; refused while content, journeys, plays, criteria or rules of assignment need it."""
    used_by = uses.of_segment(segment, most=MOST_NAMED)
    used_by += [str(rule) for rule in AssignmentRule.objects.filter(segment=segment, retired_at__isnull=True)]
    return definitions.retire(kind=RuleKind.SEGMENT, definition=segment, by=by, at=at, used_by=used_by)


def restore(*, segment: Segment, by: Any | None, at: datetime) -> bool:
    """Take a retired segment back into use, with its criteria and pins. Returns whether it was retired.

    Refused, naming each node at fault, where its criteria ask for what is gone meanwhile or would name itself.
    """
    return definitions.restore(kind=RuleKind.SEGMENT, definition=segment, by=by, at=at)


def pin(
    *,
    segment: Segment,
    partners: Iterable[Partner],
    direction: PinDirection,
    by: Any | None,
    at: datetime,
    reason: str = "",
) -> int:
    """Put partners into a segment, or keep them out, whatever its criteria say. Returns how many were not so before."""
    if segment.kind == SegmentKind.DYNAMIC:
        raise ValidationError(_("%(name)s is by criteria alone. Let partners be pinned first.") % {"name": segment})
    wanted = {partner.pk for partner in partners}
    with audit.action("segment.pin", by=by):
        Segment.objects.select_for_update(no_key=True).get(pk=segment.pk)
        known = dict(segment.pins.filter(partner__in=wanted).values_list("partner_id", "direction"))
        changed = sorted(pk for pk in wanted if known.get(pk) != direction)
        segment.pins.filter(partner__in=changed).update(direction=direction, reason=reason, pinned_by=by)
        SegmentPin.objects.bulk_create(
            SegmentPin(segment=segment, partner_id=pk, direction=direction, reason=reason, pinned_by=by)
            for pk in changed
            if pk not in known
        )
        announce_partners(changed)
    return len(changed)


def unpin(*, segment: Segment, partners: Iterable[Partner], by: Any | None, at: datetime) -> int:
    """Let a segment's criteria decide about partners again. Returns how many were pinned."""
    with audit.action("segment.unpin", by=by):
        rows = segment.pins.filter(partner__in=[partner.pk for partner in partners])
        ids = list(rows.values_list("partner_id", flat=True))
        rows.delete()
        announce_partners(ids)
    return len(ids)
