"""The sections of a scorecard's draft: added, renamed, put in order, taken out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from core.audit import action
from scorecards.models import ScorecardSection, ScorecardVersion
from scorecards.services.keys import free_key
from scorecards.services.order import arranged, moved, numbered
from scorecards.services.scorecard_versions import lock_draft, note_edit

SECTION_FIELDS = ("name", "description")


def add_section(
    *, version: ScorecardVersion, name: str, by: Any | None, at: datetime, key: str = "", description: str = ""
) -> ScorecardSection:
    """Add a section at the end of a draft. Raises ValidationError by field."""
    with action("scorecard.add_section", by=by):
        lock_draft(version)
        last = version.sections.aggregate(last=Max("position"))["last"]
        section = ScorecardSection(
            scorecard_version=version,
            key=key or free_key(name, version.sections),
            name=name,
            description=description,
            position=0 if last is None else last + 1,
        )
        section.clean_fields(exclude=["public_id", "scorecard_version"])
        if version.sections.filter(key=section.key).exists():
            raise ValidationError({"key": ValidationError(_("Another section has this key."), code="already_exists")})
        section.save(force_insert=True)
        note_edit(version)
    return section


def update_section(*, section: ScorecardSection, by: Any | None, at: datetime, changes: Mapping[str, str]) -> list[str]:
    """Change what a section of a draft says. Returns the names of the fields that changed."""
    changed = [name for name in SECTION_FIELDS if name in changes and getattr(section, name) != changes[name]]
    with action("scorecard.update_section", by=by):
        lock_draft(section.scorecard_version)
        for name in changed:
            setattr(section, name, changes[name])
        if changed:
            section.clean_fields(exclude=["public_id", "scorecard_version"])
            section.save(update_fields=changed)
            note_edit(section.scorecard_version)
    return changed


def remove_section(*, section: ScorecardSection, by: Any | None, at: datetime) -> None:
    """Take a section out of a draft with its metrics."""
    version = section.scorecard_version
    with action("scorecard.remove_section", by=by):
        lock_draft(version)
        section.delete()
        numbered(list(version.sections.order_by("position")))
        note_edit(version)


def move_section(*, section: ScorecardSection, by: Any | None, at: datetime, places: int) -> None:
    """Move a section towards the start (negative) or the end; beyond either, it stays there."""
    with action("scorecard.move_section", by=by):
        lock_draft(section.scorecard_version)
        if numbered(moved(list(section.scorecard_version.sections.order_by("position")), section, places)):
            note_edit(section.scorecard_version)


def order_sections(*, version: ScorecardVersion, by: Any | None, at: datetime, order: Sequence[str]) -> None:
    """Put the sections of a draft in the order of these public ids; those not named come last, as they were."""
    with action("scorecard.order_sections", by=by):
        lock_draft(version)
        if numbered(arranged(list(version.sections.order_by("position")), order)):
            note_edit(version)
