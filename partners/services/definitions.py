"""What all definitions share: a new text is a draft, and publishing one changes the rule book."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from core import audit
from core.models import DefinitionVersion, TranslatedVersion, VersionState
from core.refusals import Refusal
from core.services import outbox, versions
from criteria import checks
from criteria.fields import RuleKind, registry
from partners.queries import definitions as reads
from partners.signals import rules_changed, users_asked

#: A new text holds: `model` and `version_id` of it, `before_id` of the text it took the place of.
DEFINITION_PUBLISHED = "partners.definition_published"


class InUse(Refusal):
    """Something still leans on the definition; the message lists what."""


def create(
    *, model: type[models.Model], by: Any | None, at: datetime, fields: Mapping[str, Any], texts: Mapping[str, Any]
) -> Any:
    """Make a definition with its first draft."""
    definition = model(**fields)
    definition.full_clean(validate_constraints=True)
    with audit.action("definition.create", by=by):
        definition.save(force_insert=True)
        draft = versions.draft_of(definition=definition, by=by, at=at)
        versions.save_draft(version=draft, by=by, at=at, changes=texts)
    return definition


def define(*, make: Callable[[], models.Model], kind: RuleKind, by: Any | None, at: datetime, note: str = "") -> Any:
    """Make a definition and publish its first version in one go."""
    with transaction.atomic():
        definition = make()
        draft = versions.draft_of(definition=definition, by=by, at=at)
        versions.save_draft(version=draft, by=by, at=at, changes={"note": note})
        publish(kind=kind, version=draft, by=by, at=at)
    return definition


def update(*, definition: models.Model, by: Any | None, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Change what stands on the definition itself, such as its name. Returns the names of the fields that changed."""
    changed = [name for name, value in changes.items() if getattr(definition, name) != value]
    if not changed:
        return []
    for name in changed:
        setattr(definition, name, changes[name])
    definition.full_clean(validate_constraints=True)
    with audit.action("definition.update", by=by):
        definition.save(update_fields=changed)
    definition.refresh_from_db()
    return changed


def edit(
    *, definition: models.Model, by: Any | None, at: datetime, changes: Mapping[str, Any], expected: int | None
) -> list[str]:
    """Write texts into the draft; one is made when there is none and something would change.

    `expected` is the row `version` of the draft that was read, None where none was. Returns the texts that changed.
    """
    with transaction.atomic():
        if expected is None and versions.existing_draft_of(definition) is None:
            published = versions.published_of(definition)
            if published is not None and all(getattr(published, name) == value for name, value in changes.items()):
                return []
            draft = versions.draft_of(definition=definition, by=by, at=at)
            return versions.save_draft(version=draft, by=by, at=at, changes=changes)
        draft = versions.draft_of(definition=definition, by=by, at=at)
        return versions.save_draft(version=draft, by=by, at=at, changes=changes, expected=expected or 0)


def publish(
    *,
    kind: RuleKind,
    version: DefinitionVersion,
    by: Any | None,
    at: datetime,
    note: str = "",
    expected: int | None = None,
    for_readers: bool = False,
) -> bool:
    """Publish a draft whose criteria can be run, and have them run. Published already, nothing happens.

    `expected` is the row `version` that was read before saying yes: nobody publishes unread words. `for_readers` asks
    for the texts without which a definition means nothing to partners: people who publish are held to it.
    """
    definition = version.definition  # type: ignore[attr-defined]
    with transaction.atomic():
        before = versions.published_of(definition)
        if note and version.state == VersionState.DRAFT:
            versions.save_draft(version=version, by=by, at=at, changes={"note": note}, expected=expected)
            expected = None
        asked: list[versions.Check] = [partial(expect_sound_criteria, kind=kind)]
        asked += [expect_readable] if for_readers else []
        if not versions.publish(version=version, by=by, at=at, checks=asked, expected=expected):
            return False
        if before is None or asks(before) != asks(version):
            announce(kind=kind, reason=_("%(name)s was published") % {"name": definition}, of=definition)
        if isinstance(version, TranslatedVersion):
            before_id = before.pk if before is not None else None
            payload = {"model": version._meta.label, "version_id": version.pk, "before_id": before_id}
            outbox.put(topic=DEFINITION_PUBLISHED, payload=payload)
    return True


def asks(version: DefinitionVersion) -> tuple[Any, bool]:
    """Return what a version asks; no criteria mean nobody, or, in a regional override, those of the definition."""
    return version.criteria, getattr(version, "overrides_criteria", True)


def expect_readable(version: DefinitionVersion) -> None:
    """Refuse a version that lacks a text without which it means nothing to its readers."""
    missing = [name for name in getattr(version, "required_texts", ()) if not getattr(version, name).strip()]
    if missing:
        words = _("Partners read this text in the glossary. Please write it before you publish.")
        raise ValidationError({name: ValidationError(words, code="required") for name in missing})


def expect_sound_criteria(version: DefinitionVersion, *, kind: RuleKind | None = None) -> None:
    """Refuse criteria that cannot be run, or a measure's formula that cannot, naming each node at fault."""
    is_formula = kind is RuleKind.MEASURE
    if version.criteria is None and not is_formula:
        return
    check = checks.check_formula if is_formula else checks.check
    problems = check(version.criteria, registry.catalog())
    if problems:
        raise ValidationError(
            {"criteria": [ValidationError(f"{one.path}: {one.message}", code=one.code) for one in problems]}
        )


def retire(
    *, kind: RuleKind, definition: Any, by: Any | None, at: datetime, used_by: Sequence[str] = (), key: str = ""
) -> bool:
    """Take a definition out of use. Refused while something leans on it: the message lists what.

    `key` is the name that criteria know it by, where that is not the definition's own key.
    """
    if definition.retired_at is not None:
        return False
    with audit.action("definition.retire", by=by):
        type(definition).objects.select_for_update(no_key=True).get(pk=definition.pk)
        expect_unused(kind=kind, definition=definition, key=key or definition.key, known=used_by)
        definition.retired_at = at
        definition.save(update_fields=["retired_at"])
        announce(kind=kind, reason=_("%(name)s was retired") % {"name": definition}, of=definition)
    return True


def restore(*, kind: RuleKind, definition: Any, by: Any | None, at: datetime) -> bool:
    """Take a retired definition back into use, with the text it had. Returns False when it is in use already.

    Refused while its criteria name what has been retired meanwhile: they could not be run.
    """
    with audit.action("definition.restore", by=by):
        locked = type(definition).objects.select_for_update(no_key=True).get(pk=definition.pk)
        if locked.retired_at is None:
            return False
        published = versions.published_of(locked)
        if published is not None:
            expect_sound_criteria(published, kind=kind)
        definition.retired_at = None
        definition.save(update_fields=["retired_at"])
        announce(kind=kind, reason=_("%(name)s was taken back into use") % {"name": definition}, of=definition)
    return True


def expect_unused(*, kind: RuleKind, definition: models.Model, key: str, known: Sequence[str]) -> None:
    """Refuse when anything uses the definition: what the caller knows of, criteria here, or apps above."""
    users = [*known, *reads.users_in_criteria(kind, key, besides=definition)]
    for _receiver, named in users_asked.send(sender=type(definition), kind=kind, key=key):
        users.extend(named or [])
    if users:
        raise InUse(
            _("%(name)s is still in use: %(users)s.") % {"name": definition, "users": ", ".join(map(str, users))},
            code="in_use",
        )


def announce(*, kind: RuleKind, reason: str, of: Any = None) -> None:
    """Say that the rule book changed, and which rule, where it is one. A regional override is part of its rule."""
    rule = getattr(of, "subject", of)
    rules_changed.send(sender=None, kind=str(kind), reason=reason, rule_id=rule.pk if rule is not None else None)
