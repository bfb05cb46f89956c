"""Scorecards: made, described, put on the dashboard, copied, retired.

Their versions are in `scorecard_versions`, parts of drafts in `sections` and `metrics`, partners' scores in `scores`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core.audit import action
from core.refusals import Refusal
from core.services import versions
from partners.signals import rules_changed
from scorecards.models import Scorecard
from scorecards.services import runs, score_circles
from scorecards.services.keys import free_key
from scorecards.services.metrics import (
    add_metric,
    duplicate_metric,
    move_metric,
    order_metrics,
    remove_metric,
    update_metric,
)
from scorecards.services.scorecard_versions import copy_parts, discard_draft, draft_of, lock, publish, save_draft
from scorecards.services.sections import add_section, move_section, order_sections, remove_section, update_section

__all__ = [
    "add_metric",
    "add_section",
    "create",
    "discard_draft",
    "draft_of",
    "duplicate",
    "duplicate_metric",
    "make_main",
    "move_metric",
    "move_section",
    "order_metrics",
    "order_sections",
    "publish",
    "remove_metric",
    "remove_section",
    "restore",
    "retire",
    "save_draft",
    "update",
    "update_metric",
    "update_section",
]

EDITABLE = ("name", "purpose", "purpose_kind", "reach", "period", "sharing")


def create(
    *, name: str, by: Any | None, at: datetime, key: str = "", is_main: bool = False, **fields: Any
) -> Scorecard:
    """Make a scorecard with an empty draft. `fields` are those of EDITABLE. Raises ValidationError by field."""
    if unknown := fields.keys() - set(EDITABLE):
        raise TypeError(f"Not a field: {', '.join(sorted(unknown))}")
    scorecard = Scorecard(key=key or free_key(name, Scorecard.objects), name=name, **fields)
    scorecard.full_clean(exclude=["public_id"])
    with action("scorecard.create", by=by):
        scorecard.save(force_insert=True)
        draft_of(scorecard=scorecard, by=by, at=at)
        if is_main:
            make_main(scorecard=scorecard, by=by, at=at)
    return scorecard


def update(*, scorecard: Scorecard, by: Any | None, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Change what stands on the scorecard itself. Returns the names of the fields that changed."""
    changed = [one for one in EDITABLE if one in changes and getattr(scorecard, one) != changes[one]]
    for field in changed:
        setattr(scorecard, field, changes[field])
    if changed:
        scorecard.clean_fields(exclude=["public_id"])
        with action("scorecard.update", by=by):
            scorecard.save(update_fields=changed)
            if "reach" in changed:
                score_circles.refuse()
            if {"reach", "period"} & set(changed):
                runs.start(reason=_("%(name)s was changed") % {"name": scorecard})
    return changed


def make_main(*, scorecard: Scorecard, by: Any | None, at: datetime) -> bool:
    """Let this scorecard give the score shown on home pages and asked for in criteria. Returns whether that is new."""
    with action("scorecard.make_main", by=by):
        others = list(Scorecard.objects.select_for_update().filter(is_main=True))
        if scorecard in others:
            return False
        lock(scorecard)
        scorecard.refresh_from_db()
        if scorecard.retired_at:
            raise Refusal(_("%(name)s is retired.") % {"name": scorecard}, code="retired")
        Scorecard.objects.filter(is_main=True).update(is_main=False)
        Scorecard.objects.filter(pk=scorecard.pk).update(is_main=True)
        scorecard.is_main = True
        rules_changed.send(
            sender=Scorecard, kind="score", reason=_("%(name)s gives the score now") % {"name": scorecard}
        )
    return True


def duplicate(*, scorecard: Scorecard, by: Any | None, at: datetime, name: str = "") -> Scorecard:
    """Make another scorecard whose draft says what the published version, else the draft, of this one says."""
    source = versions.published_of(scorecard) or versions.existing_draft_of(scorecard)
    name = name or (_("%(name)s (copy)") % {"name": scorecard.name})[:160]
    fields = {one: getattr(scorecard, one) for one in EDITABLE if one != "name"}
    with action("scorecard.duplicate", by=by):
        copy = create(name=name, by=by, at=at, **fields)
        if source is not None:
            draft = draft_of(scorecard=copy, by=by, at=at)
            texts = {one: getattr(source, one) for one in ("criteria", "stages", "amber_from", "green_from", "peers")}
            versions.save_draft(version=draft, by=by, at=at, changes=texts)
            copy_parts(source, draft)
    return copy


def retire(*, scorecard: Scorecard, by: Any | None, at: datetime) -> bool:
    """Take a scorecard out of use: it measures nobody any more, and its history stays. Refused for the main one."""
    with action("scorecard.retire", by=by):
        lock(scorecard)
        scorecard.refresh_from_db()
        if scorecard.retired_at:
            return False
        if scorecard.is_main:
            message = _("%(name)s gives the score on the dashboard. Let another one give it first.")
            raise Refusal(message % {"name": scorecard}, code="is_main")
        scorecard.retired_at = at
        scorecard.save(update_fields=["retired_at"])
        runs.start(reason=_("%(name)s was retired") % {"name": scorecard})
    return True


def restore(*, scorecard: Scorecard, by: Any | None, at: datetime) -> bool:
    """Take a retired scorecard back into use with the version it had. Returns whether it was retired."""
    with action("scorecard.restore", by=by):
        lock(scorecard)
        scorecard.refresh_from_db()
        if not scorecard.retired_at:
            return False
        scorecard.retired_at = None
        scorecard.save(update_fields=["retired_at"])
        score_circles.refuse()
        runs.start(reason=_("%(name)s was taken back into use") % {"name": scorecard})
    return True
