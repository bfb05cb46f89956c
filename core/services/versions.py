"""Draft and publish: how every definition gets a new text without anybody's past changing.

A definition has numbered versions: at most one draft, at most one published, any number superseded. Only a draft can be
edited or thrown away. Whoever publishes passes the checks that the text has to pass.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from datetime import datetime
from typing import Any, TypeVar

from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.utils.translation import gettext as _

from core import audit
from core.models import DefinitionVersion, TranslatedVersion, VersionState
from core.refusals import Refusal
from core.services import translations

#: Levels of lists and objects in a document: more than any criteria or formula may have.
MAX_DOCUMENT_DEPTH = 64
#: Characters that text in a database cannot hold: NUL, and halves of surrogate pairs.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

Version = TypeVar("Version", bound=DefinitionVersion)
Check = Callable[[Any], None]
Differ = Callable[[Any, Any], Any]

#: Fields that are the machinery's own; everything else on a version is text that people write.
BOOKKEEPING = frozenset(
    {"id", "public_id", "created_at", "updated_at", "version", "definition", "number", "state"}
    | {"published_at", "published_by", "translated_from"}
)


class Conflict(Refusal):
    """Somebody else saved the draft since it was read."""


class NotADraft(Refusal):
    """Only drafts can be edited, discarded or published."""


class Retired(Refusal):
    """The definition was retired and gets no new versions."""


class NothingChanged(Refusal):
    """The draft says the same as the published version."""


def texts_of(model: type[DefinitionVersion]) -> list[str]:
    """Return the names of the fields that people write: criteria, note and the texts of this kind of definition."""
    return [field.name for field in model._meta.concrete_fields if field.name not in BOOKKEEPING]


def published_of(definition: models.Model) -> Any | None:
    """Return the published version of a definition, if there is one."""
    return definition.versions.filter(state=VersionState.PUBLISHED).first()  # type: ignore[attr-defined]


def existing_draft_of(definition: models.Model) -> Any | None:
    """Return the draft of a definition, if there is one."""
    return definition.versions.filter(state=VersionState.DRAFT).first()  # type: ignore[attr-defined]


def draft_of(*, definition: models.Model, by: Any | None, at: datetime) -> Any:
    """Return the draft to edit, made as a copy of the published version when there is none yet."""
    with audit.action("definition.draft", by=by):
        _lock(definition)
        draft = existing_draft_of(definition)
        if draft is not None:
            return draft
        versions = definition.versions  # type: ignore[attr-defined]
        published = published_of(definition)
        last = versions.aggregate(last=models.Max("number"))["last"] or 0
        copied = {name: getattr(published, name) for name in texts_of(versions.model)} if published else {}
        if isinstance(published, TranslatedVersion):
            copied["translated_from"] = published.translated_from
        return versions.create(number=last + 1, **(copied | {"note": ""}))


def save_draft(
    *, version: Version, by: Any | None, at: datetime, changes: Mapping[str, Any], expected: int | None = None
) -> list[str]:
    """Write texts into a draft. Returns the names of those that changed; nothing changed, nothing is written.

    `expected` is the row's `version` that the editor had read: if somebody saved in between, it is a conflict, and
    nothing is lost on either side. Words of a translation that are new count as made from the original beside them.
    """
    with audit.action("definition.edit", by=by):
        draft = _locked_draft(version)
        _expect_unchanged(draft, expected)
        changes = _with_clean_translations(draft, changes)
        changed = [name for name, value in changes.items() if _is_text(draft, name) and getattr(draft, name) != value]
        if not changed:
            return []
        before = copy(draft)
        for name in changed:
            setattr(draft, name, changes[name])
        draft.clean_fields(exclude=[field.name for field in draft._meta.fields if field.name not in changed])
        _expect_document(draft.criteria)
        _expect_storable(draft)
        draft.save(update_fields=[*changed, *_follow_translations(before, draft)])
    version.refresh_from_db()
    return changed


def confirm_translations(
    *, version: TranslatedVersion, language: str, names: Iterable[str], by: Any | None, at: datetime
) -> bool:
    """Note that translations in a draft still say what their originals say. Returns whether that is news."""
    with audit.action("definition.confirm_translations", by=by):
        draft = _locked_draft(version)
        kept = translations.confirmed(draft, language, names)
        if kept == draft.translated_from:
            return False
        draft.translated_from = kept
        draft.save(update_fields=["translated_from"])
    version.refresh_from_db()
    return True


def discard(*, version: DefinitionVersion, by: Any | None, at: datetime) -> None:
    """Throw a draft away. What is published stays."""
    with audit.action("definition.discard", by=by):
        _locked_draft(version).delete()


def publish(
    *,
    version: DefinitionVersion,
    by: Any | None,
    at: datetime,
    checks: Sequence[Check] = (),
    expected: int | None = None,
    differ: Differ | None = None,
) -> bool:
    """Make a draft the text that holds from now on. Returns False, and does nothing, when it was published already.

    `differ` tells what is new in the draft where that is more than the version's own texts.
    """
    with audit.action("definition.publish", by=by):
        _lock(version.definition)  # type: ignore[attr-defined]
        version.refresh_from_db()
        if version.state == VersionState.PUBLISHED:
            return False
        _expect_draft(version)
        _expect_unchanged(version, expected)
        published = published_of(version.definition)  # type: ignore[attr-defined]
        if (
            published is not None
            and not _looked_at(published, version)
            and not (differ or differences)(published, version)
        ):
            raise NothingChanged(_("This draft says the same as what is published."), code="nothing_changed")
        for check in checks:
            check(version)
        if published is not None:
            published.state = VersionState.SUPERSEDED
            published.save(update_fields=["state"])
        version.state = VersionState.PUBLISHED
        version.published_at = at
        version.published_by = by if isinstance(by, get_user_model()) else None
        version.save(update_fields=["state", "published_at", "published_by"])
    version.refresh_from_db()
    return True


def differences(before: DefinitionVersion | None, after: DefinitionVersion) -> list[str]:
    """Return the names of the texts in which two versions differ; the note about the change is not one of them."""
    names = [name for name in texts_of(type(after)) if name != "note"]
    if before is None:
        return [name for name in names if getattr(after, name) not in (None, "", False, {})]
    return [name for name in names if getattr(before, name) != getattr(after, name)]


def last_editor(version: DefinitionVersion) -> str:
    """Return the name of whoever wrote a version last, as the audit trail has it."""
    event = version.events.order_by("-pgh_id").values_list("pgh_context", flat=True).first()  # type: ignore[attr-defined]
    return str((event or {}).get("by_name") or "")


def _lock(definition: models.Model) -> None:
    locked = type(definition)._default_manager.select_for_update(no_key=True).get(pk=definition.pk)
    if getattr(locked, "retired_at", None) is not None:
        raise Retired(_("%(name)s is retired.") % {"name": locked}, code="retired")


def _locked_draft(version: Version) -> Version:
    draft = type(version)._default_manager.select_for_update(no_key=True).filter(pk=version.pk).first()
    if draft is None:
        raise NotADraft(_("This draft was discarded."), code="not_a_draft")
    _expect_draft(draft)
    return draft


def _expect_draft(version: DefinitionVersion) -> None:
    if version.state != VersionState.DRAFT:
        raise NotADraft(
            _("Version %(number)s is published; its text is never changed.") % {"number": version.number},
            code="not_a_draft",
        )


def _expect_unchanged(draft: DefinitionVersion, expected: int | None) -> None:
    if expected is None or expected == draft.version:
        return
    name = last_editor(draft) or _("Somebody else")
    raise Conflict(
        _("%(name)s saved this draft after you opened it. Look at what they wrote, then save yours again.")
        % {"name": name},
        code="conflict",
    )


def _is_text(version: DefinitionVersion, name: str) -> bool:
    if name not in texts_of(type(version)):
        raise FieldDoesNotExist(f"{type(version).__name__} has no text called {name}.")
    return True


def _expect_document(criteria: Any) -> None:
    if criteria is not None and not isinstance(criteria, dict):
        raise ValidationError({"criteria": _("Criteria are one document, or empty.")})
    if not _is_storable(criteria):
        raise ValidationError({"criteria": _("Criteria are nested too deep, or hold a character that cannot be kept.")})


def _with_clean_translations(draft: DefinitionVersion, changes: Mapping[str, Any]) -> Mapping[str, Any]:
    if "translations" not in changes or not isinstance(draft, TranslatedVersion):
        return changes
    said = translations.cleaned(changes["translations"], translatable=draft.translatable)
    return {**changes, "translations": said}


def _follow_translations(before: DefinitionVersion, draft: DefinitionVersion) -> list[str]:
    """Note from which originals the translations of a draft were made. Returns the field to save, if there is one."""
    if not isinstance(draft, TranslatedVersion):
        return []
    draft.translated_from = translations.followed(before, draft)
    return ["translated_from"]


def _looked_at(before: DefinitionVersion, draft: DefinitionVersion) -> bool:
    """Whether somebody said in the draft that translations still hold which were possibly old."""
    return isinstance(draft, TranslatedVersion) and any(
        set(translations.old_in(before, code)) - set(translations.old_in(draft, code)) for code in draft.translations
    )


def _expect_storable(draft: DefinitionVersion) -> None:
    if not _is_storable(getattr(draft, "translations", {})):
        raise ValidationError({"translations": _("A translation holds a character that cannot be kept.")})


def _is_storable(document: Any, depth: int = MAX_DOCUMENT_DEPTH) -> bool:
    """Say whether the database can keep a document and everybody read it: without NUL, and not endlessly deep."""
    if isinstance(document, str):
        return not _UNSTORABLE.search(document)
    if isinstance(document, dict):
        document = [*document, *document.values()]
    return not isinstance(document, list | tuple) or (
        depth > 0 and all(_is_storable(one, depth - 1) for one in document)
    )
