"""Criteria while somebody writes them: kept as they type, never over somebody else's, and taken back step by step.

Nothing is stored for this that is not there anyway: the audit trail of a draft is its undo history. A step back is a
write like any other, which notes in the trail where it went back to and what can be done again.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _

from core import audit
from core.models import DefinitionVersion, VersionState
from core.services import versions
from criteria.fields import RuleKind
from partners.models.overrides import OverrideVersion
from partners.queries import overrides
from partners.services import definitions
from partners.services import overrides as override_services
from segmentation.models import Measure

Document = dict[str, Any]

DRAFT, PUBLISHED = VersionState.DRAFT, VersionState.PUBLISHED
NOTHING_YET: Mapping[str, Any] = {"combinator": "and", "not": False, "rules": []}
#: So many steps can be done again after going back.
STEPS_AGAIN = 100


@dataclass(frozen=True, slots=True)
class Texts:
    """The draft of a definition and what is published of it."""

    draft: DefinitionVersion | None
    published: DefinitionVersion | None

    @property
    def current(self) -> DefinitionVersion | None:
        """The text an editor opens: the draft, else what is published."""
        return self.draft or self.published


def texts(definition: Any) -> Texts:
    """Return the texts of a definition that are not past."""
    found = {one.state: one for one in definition.versions.filter(state__in=(DRAFT, PUBLISHED))}
    return Texts(found.get(DRAFT), found.get(PUBLISHED))


def current(definition: Any) -> DefinitionVersion | None:
    """Return the text an editor opens: the draft, else what is published."""
    return texts(definition).current


def _inherits(version: DefinitionVersion | None) -> bool:
    return isinstance(version, OverrideVersion) and not version.overrides_criteria


def criteria_of(version: DefinitionVersion | None) -> Document:
    """Return a version's criteria, or what an editor begins with: those of the region above, else an empty group."""
    criteria = version.criteria if version is not None else None
    if version is not None and _inherits(version):
        above = overrides.inherited(version.definition)  # type: ignore[attr-defined]
        criteria = above.version.criteria if above is not None else None
    return dict(criteria if isinstance(criteria, Mapping) and criteria else NOTHING_YET)


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
            raise _conflict(definition, version)
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


def steps(version: DefinitionVersion | None) -> tuple[bool, bool]:
    """Say whether there is a step to take back, and one that was taken back and can be done again."""
    if version is None or version.state != DRAFT:
        return False, False
    events = version.events.model.objects.filter(pgh_obj_id=version.pk)  # type: ignore[attr-defined]
    stands_for = Cast(KeyTextTransform("stands_for", "pgh_context"), models.BigIntegerField())
    earlier = events.filter(pgh_id__lt=models.OuterRef("place")).exclude(criteria=version.criteria)
    place = Coalesce(stands_for, models.F("pgh_id"), output_field=models.BigIntegerField())
    last = events.annotate(place=place).annotate(can_undo=models.Exists(earlier)).order_by("-pgh_id").first()
    return (False, False) if last is None else (last.can_undo, bool(_context(last).get("again")))


def can_undo(version: DefinitionVersion | None) -> bool:
    """Say whether there is a step to take back."""
    return steps(version)[0]


def can_redo(version: DefinitionVersion | None) -> bool:
    """Say whether a step was taken back that can be done again."""
    return steps(version)[1]


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
    last = _last(draft) if draft.state == DRAFT else None
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


def _conflict(definition: Any, version: DefinitionVersion | None) -> versions.Conflict:
    name = (versions.last_editor(version) if version is not None else "") or _("Somebody else")
    words = (
        _("%(name)s changed this formula while you were writing.")
        if isinstance(definition, Measure)
        else _("%(name)s changed these criteria while you were writing.")
    )
    return versions.Conflict(words % {"name": name}, code="conflict")
