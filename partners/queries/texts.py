"""Definitions in words: criteria as a sentence, and what differs between two versions."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.models import DefinitionVersion, VersionState
from core.services import versions
from core.services.translations import old_in
from criteria.fields import Catalog, registry
from criteria.sentence import sentence
from criteria.tree import CriteriaError
from partners.queries.languages import label_of
from partners.queries.wording import Piece, word_diff


@dataclass(frozen=True, slots=True)
class Change:
    """One text as it stands and as the draft has it."""

    label: str
    before: str
    after: str

    @property
    def pieces(self) -> list[Piece]:
        """What is the same, what goes and what comes, word by word."""
        return word_diff(self.before, self.after)


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
    names = sorted(versions.differences(before, after), key=versions.texts_of(type(after)).index)
    changes = [
        Change(_label(after, name), _words(before, name, catalog) if before else "", _words(after, name, catalog))
        for name in names
        if name != "translations"
    ]
    changes += _translated(before, after) if "translations" in names else []
    return changes + _looked_at_again(before, after)


def _looked_at_again(before: Any, after: Any) -> list[Change]:
    """Return the translations that were possibly old, and of which a draft says that they still hold."""
    if before is None or not hasattr(after, "translated_from"):
        return []
    return [
        Change(f"{label_of(after, name)} · {code}", _("To look at again"), _("Still says the same"))
        for code, words in after.translations.items()
        for name in old_in(before, code)
        if name not in old_in(after, code)
        and words.get(name) == before.translations[code].get(name)
        and getattr(before, name, "") == getattr(after, name, "")
    ]


def _translated(before: Any, after: Any) -> list[Change]:
    """Return the changes of translations, text by text."""
    languages = {**after.translations, **(before.translations if before else {})}
    found = []
    for code in sorted(languages):
        old, new = (one.translations.get(code, {}) if one else {} for one in (before, after))
        for name in sorted({*old, *new}):
            if old.get(name, "") != new.get(name, ""):
                label = f"{label_of(after, name)} · {code}"
                found.append(Change(label, old.get(name, ""), new.get(name, "")))
    return found


def texts_of(version: DefinitionVersion) -> list[Text]:
    """Return everything a version says, criteria last; what it leaves empty is left out."""
    said = texts_for_readers(version, besides=())
    return [*said, Text(_("Criteria"), criteria_of(version))]


def texts_for_readers(
    version: DefinitionVersion,
    *,
    besides: Collection[str] = ("review_interval_months", "grace_days", "overrides_criteria", "stuck_after_days"),
) -> list[Text]:
    """Return what a version says in words, without its criteria; what it leaves empty is left out."""
    left_out = {"criteria", "note", "translations", *besides}
    names = [name for name in versions.texts_of(type(version)) if name not in left_out]
    return [
        Text(_label(version, name), _words(version, name)) for name in names if getattr(version, name) not in ("", None)
    ]


def unsaid(version: DefinitionVersion) -> list[str]:
    """Return the names of the texts for readers that a version leaves empty, which readers may miss."""
    return [_label(version, name) for name in getattr(version, "translatable", ()) if not getattr(version, name)]


def label_of_text(version: DefinitionVersion, name: str) -> str:
    """Return what people call a text, by its name in the records."""
    return _label(version, name)


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
