"""Definitions in words: criteria as a sentence, and what differs between two versions."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.models import DefinitionVersion, VersionState
from core.services import versions
from criteria.fields import Catalog, registry
from criteria.sentence import sentence
from criteria.tree import CriteriaError


@dataclass(frozen=True, slots=True)
class Change:
    """One text as it stands and as the draft has it."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a version, under the name people know."""

    label: str
    value: str


def criteria_in_words(criteria: Any, catalog: Catalog | None = None) -> str:
    """Return criteria as a sentence; what is wrong with them, where they cannot be read."""
    if criteria is None:
        return _("Nobody yet: no criteria are written.")
    try:
        words = sentence(criteria, catalog or registry.catalog(), _)
    except CriteriaError as error:
        return str(error)
    return words[:1].upper() + words[1:]


def criteria_of(version: DefinitionVersion, catalog: Catalog | None = None) -> str:
    """Return a version's criteria as a sentence; of a regional override without own ones, that it inherits them."""
    if not getattr(version, "overrides_criteria", True):
        return _("The criteria of the definition hold here too.")
    return criteria_in_words(version.criteria, catalog)


def changes_of(before: DefinitionVersion | None, after: DefinitionVersion) -> list[Change]:
    """Return what publishing a draft would change, text by text."""
    catalog = registry.catalog()
    return [
        Change(_label(after, name), _words(before, name, catalog) if before else "", _words(after, name, catalog))
        for name in sorted(versions.differences(before, after), key=versions.texts_of(type(after)).index)
    ]


def texts_of(version: DefinitionVersion) -> list[Text]:
    """Return everything a version says, criteria last; what it leaves empty is left out."""
    names = [name for name in versions.texts_of(type(version)) if name not in ("criteria", "note")]
    said = [
        Text(_label(version, name), _words(version, name)) for name in names if getattr(version, name) not in ("", None)
    ]
    return [*said, Text(_("Criteria"), criteria_of(version))]


def of_state(version_list: list[Any], state: VersionState) -> Any | None:
    """Return the version in a state out of a prefetched list."""
    return next((version for version in version_list if version.state == state), None)


def _label(version: DefinitionVersion, name: str) -> str:
    label = str(version._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return label[:1].upper() + label[1:]


def _words(version: DefinitionVersion, name: str, catalog: Catalog | None = None) -> str:
    if name == "criteria":
        return criteria_of(version, catalog)
    value = getattr(version, name)
    if value is None:
        return ""
    return (_("Yes") if value else _("No")) if isinstance(value, bool) else str(value)
