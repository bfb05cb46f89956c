"""Criteria while somebody writes them: kept as they type, never over somebody else's, and taken back step by step.

Nothing is stored for this that is not there anyway: the audit trail of a draft is its undo history. A step back is a
write like any other, which notes in the trail where it went back to and what can be done again.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core import audit
from core.models import DefinitionVersion
from core.services import versions
from criteria.fields import RuleKind
from partners.models.overrides import OverrideVersion
from partners.queries import overrides
from partners.services import definitions
from partners.services import overrides as override_services

Document = dict[str, Any]

NOTHING_YET: Mapping[str, Any] = {"combinator": "and", "not": False, "rules": []}
#: So many steps can be done again after going back.
STEPS_AGAIN = 100


def current(definition: Any) -> DefinitionVersion | None:
    """Return the text an editor opens: the draft, else what is published."""
    version: DefinitionVersion | None = versions.existing_draft_of(definition) or versions.published_of(definition)
    return version


def _inherits(version: DefinitionVersion | None) -> bool:
    return isinstance(version, OverrideVersion) and not version.overrides_criteria


def criteria_of(version: DefinitionVersion | None) -> Document:
    """Return a version's criteria, or what an editor begins with: those of the region above, else an empty group."""
    criteria = version.criteria if version is not None else None
    if version is not None and _inherits(version):
        above = overrides.inherited(version.definition)  # type: ignore[attr-defined]
        criteria = above.version.criteria if above is not None else None
    return dict(criteria or NOTHING_YET)


def stamp(version: DefinitionVersion | None) -> str:
    """Return what tells one text of criteria from another: an editor posts the stamp of what it last saw.

    Stamps the text rather than the row, so that somebody who writes another text of the same draft is not in the way.
    """
    text = json.dumps(criteria_of(version), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def save(*, definition: Any, criteria: Document, seen: str, by: Any | None, at: datetime) -> DefinitionVersion | None:
    """Keep criteria in the draft, finished or not, and return the version they stand in.

    `seen` is the stamp of what the writer had before them: if somebody else wrote since, it is a `versions.Conflict`.
    Where nothing differs from what is published, no draft is made.
    """
    with audit.action("definition.edit", by=by):
        version = _locked(definition)
        if stamp(version) != seen:
            raise _conflict(version)
        return _write(definition, version, criteria, by=by, at=at)


def give_way(*, definition: Any, mine: Document, by: Any | None, at: datetime) -> DefinitionVersion | None:
    """Keep somebody else's criteria, with one's own one step back in the history."""
    with audit.action("definition.edit", by=by):
        version = _locked(definition)
        theirs = criteria_of(version)
        _write(definition, version, mine, by=by, at=at)
        return _write(definition, current(definition), theirs, by=by, at=at)


def publish(
    *, kind: RuleKind, definition: Any, criteria: Document, seen: str, note: str, by: Any | None, at: datetime
) -> bool:
    """Publish criteria as they were posted. Raises ValidationError naming each node at fault, Conflict as `save`."""
    with audit.action("definition.publish", by=by):
        save(definition=definition, criteria=criteria, seen=seen, by=by, at=at)
        draft = versions.draft_of(definition=definition, by=by, at=at)
        if draft.criteria is None and not _inherits(draft):
            # Shown as an empty group, which is everybody: what is published is what the writer saw.
            versions.save_draft(version=draft, by=by, at=at, changes={"criteria": criteria})
        if isinstance(draft, OverrideVersion):
            return override_services.publish(version=draft, by=by, at=at, note=note)
        return definitions.publish(kind=kind, version=draft, by=by, at=at, note=note)


# --- back and forth


def can_undo(version: DefinitionVersion | None) -> bool:
    """Say whether there is a step to take back."""
    return version is not None and _before(version) is not None


def can_redo(version: DefinitionVersion | None) -> bool:
    """Say whether a step was taken back that can be done again."""
    last = _last(version) if version is not None and version.state == "draft" else None
    return bool(last is not None and _context(last).get("again"))


def undo(*, definition: Any, by: Any | None, at: datetime) -> DefinitionVersion | None:
    """Take the last step back. Does nothing where there is none."""
    with audit.action("definition.undo", by=by):
        draft = _locked(definition)
        back_to = _before(draft) if draft is not None else None
        if draft is None or back_to is None:
            return draft
        left = _last(draft)
        again = [*_context(left).get("again", []), _place(left)][-STEPS_AGAIN:]
        return _step(draft, back_to.criteria, by=by, at=at, stands_for=_place(back_to), again=again)


def redo(*, definition: Any, by: Any | None, at: datetime) -> DefinitionVersion | None:
    """Do again what was taken back last. Does nothing where nothing was."""
    with audit.action("definition.redo", by=by):
        draft = _locked(definition)
        if draft is None or not can_redo(draft):
            return draft
        *rest, wanted = _context(_last(draft))["again"]
        event = draft.events.get(pgh_id=wanted)  # type: ignore[attr-defined]
        return _step(draft, event.criteria, by=by, at=at, stands_for=wanted, again=rest)


def _step(
    draft: DefinitionVersion, criteria: Any, *, by: Any | None, at: datetime, stands_for: int, again: list[int]
) -> DefinitionVersion:
    with audit.action("definition.undo", by=by, stands_for=stands_for, again=again):
        versions.save_draft(version=draft, by=by, at=at, changes={"criteria": criteria})
    return draft


def _last(draft: DefinitionVersion) -> Any:
    """Return the trail's entry of the draft as it stands."""
    return draft.events.order_by("-pgh_id").first()  # type: ignore[attr-defined]


def _before(draft: DefinitionVersion) -> Any:
    """Return the trail's entry of the text before the one that stands; None of a published version."""
    last = _last(draft) if draft.state == "draft" else None
    if last is None:
        return None
    earlier = draft.events.filter(pgh_id__lt=_place(last))  # type: ignore[attr-defined]
    return earlier.exclude(criteria=draft.criteria).order_by("-pgh_id").first()


def _place(event: Any) -> int:
    """Return where in the history an entry stands: one that went back stands where it went."""
    return int(_context(event).get("stands_for") or event.pgh_id)


def _context(event: Any) -> dict[str, Any]:
    return event.pgh_context or {}


# --- writing


def _locked(definition: Any) -> DefinitionVersion | None:
    type(definition)._default_manager.select_for_update(no_key=True).get(pk=definition.pk)
    return current(definition)


def _write(
    definition: Any, version: DefinitionVersion | None, criteria: Document, *, by: Any | None, at: datetime
) -> DefinitionVersion | None:
    if criteria_of(version) == criteria:
        return version
    draft: DefinitionVersion = versions.draft_of(definition=definition, by=by, at=at)
    versions.save_draft(version=draft, by=by, at=at, changes={"criteria": criteria})
    return draft


def _conflict(version: DefinitionVersion | None) -> versions.Conflict:
    name = (versions.last_editor(version) if version is not None else "") or _("Somebody else")
    return versions.Conflict(
        _("%(name)s changed these criteria while you were writing.") % {"name": name}, code="conflict"
    )
