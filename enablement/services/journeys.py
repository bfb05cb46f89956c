"""Journeys: made, described, retired.

Their steps are in `steps`, their versions in `journey_versions`, partners' walks in `enrollments`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import User
from core.audit import action
from core.services import outbox
from enablement.models import Enrollment, EnrollmentState, Journey
from enablement.models.audiences import PEOPLE_COLUMNS
from enablement.services.enrollments import ask_for_ours, complete_step, enroll
from enablement.services.fields import apply, known
from enablement.services.journey_versions import PUBLISHED, change_entry, discard_draft, draft_of, publish
from enablement.services.keys import free_key
from enablement.services.steps import add_step, change_step, move_step, remove_step, reorder

__all__ = [
    "PUBLISHED",
    "add_step",
    "change_entry",
    "change_step",
    "complete_step",
    "create",
    "discard_draft",
    "draft_of",
    "enroll",
    "move_step",
    "publish",
    "remove_step",
    "reorder",
    "restore",
    "retire",
    "update",
]

FOR_WHOM = frozenset({"audience", "admins_only", *PEOPLE_COLUMNS})
EDITABLE = FOR_WHOM | {"name", "summary", "owner", "onboards"}


def create(*, by: User | None, at: datetime, name: str, key: str = "", **fields: Any) -> Journey:
    """Make a journey with a draft that has no steps yet."""
    journey = Journey(name=name, key=key or free_key(Journey, name), **known(fields, EDITABLE))
    if journey.owner is None:
        journey.owner = by
    journey.full_clean(validate_constraints=False)
    with action("journey.create", by=by):
        journey.save()
        draft_of(journey=journey, by=by, at=at)
    return journey


def update(*, journey: Journey, by: User | None, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Change how a journey is described and for whom it is. Returns the names of the fields that changed."""
    changed = apply(journey, known(changes, EDITABLE))
    if changed:
        journey.clean_fields()
        with action("journey.update", by=by):
            journey.save(update_fields=changed)
            if FOR_WHOM & set(changed):
                _enroll_audience(journey)
    return changed


def retire(*, journey: Journey, by: User | None, at: datetime) -> None:
    """Take a journey away from partners; walks under way end."""
    if journey.retired_at:
        return
    journey.retired_at = at
    with action("journey.retire", by=by):
        journey.save(update_fields=["retired_at"])
        on = Enrollment.objects.filter(journey=journey, state__in=[EnrollmentState.ACTIVE, EnrollmentState.PAUSED])
        partner_ids = list(on.values_list("partner_id", flat=True))
        on.update(state=EnrollmentState.STOPPED, left_at=None)
        ask_for_ours(partner_ids)


def restore(*, journey: Journey, by: User | None, at: datetime) -> None:
    """Show a retired journey to its audience again; walks that ended stay ended."""
    if not journey.retired_at:
        return
    journey.retired_at = None
    with action("journey.restore", by=by):
        journey.save(update_fields=["retired_at"])
        _enroll_audience(journey)


def _enroll_audience(journey: Journey) -> None:
    if journey.is_offered:
        outbox.put(topic=PUBLISHED, payload={"journey_id": journey.pk})
