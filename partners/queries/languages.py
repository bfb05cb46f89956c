"""Definitions in the reader's language, and which texts a language lacks."""

from copy import copy
from dataclasses import dataclass
from typing import Any

from django.conf.locale import LANG_INFO
from django.db.models import CharField, Value
from django.utils.translation.trans_real import parse_accept_lang_header

from core.models import Program, VersionState
from core.services.translations import NAME, old_in


@dataclass(frozen=True, slots=True)
class Read:
    """A version as it is read in one language. `missing` are the texts that stand in the program's own language."""

    version: Any
    name: str
    code: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Completeness:
    """How much of a version a language has. `old` are the translations whose original changed after them."""

    code: str
    name: str
    done: int
    total: int
    missing: tuple[str, ...]
    old: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether every text is there and none is to be looked at again."""
        return self.done == self.total and not self.old

    @property
    def percent(self) -> int:
        """The share of texts that are there."""
        return round(100 * self.done / self.total) if self.total else 100


def offered() -> dict[str, str]:
    """Return the languages definitions can be read in, names by code, the program's own first."""
    program = Program.current()
    return {program.language: name_of(program.language), **program.further_languages}


def language_for(user: Any, wished: str = "") -> str:
    """Return the language a person reads definitions in: what they ask for now, their own, else the program's."""
    program = Program.current()
    offered = {program.language, *program.further_languages}
    own = getattr(user, "reading_language", "")
    return next((code for code in (wished, own) if code in offered), program.language)


def language_of(request: Any, wished: str = "") -> str:
    """Return the language somebody reads definitions in; a stranger's is the first their browser asks for."""
    if request.user.is_authenticated:
        return language_for(request.user, wished)
    asked = parse_accept_lang_header(request.headers.get("Accept-Language", "").lower())
    by_code = {code.lower(): code for code in reversed(offered())}
    known = [by_code.get(one) or by_code.get(one.partition("-")[0]) for one, _weight in asked]
    return language_for(request.user, wished or next((code for code in known if code), ""))


def read(version: Any, code: str) -> Read:
    """Return a version in a language, text by text; what the language lacks stays as it is."""
    definition = version.definition
    if code == Program.current().language:
        return Read(version, str(definition), code)
    words = version.translations.get(code, {})
    said = copy(version)
    missing = []
    for name in version.translatable:
        if words.get(name):
            setattr(said, name, words[name])
        elif getattr(version, name):
            missing.append(name)
    return Read(said, words.get(NAME) or str(definition), code, tuple(missing))


def name_in(code: str, *definitions: Any) -> None:
    """Give categories, tiers and life stages in memory the names they have in a language; they are not to be saved.

    Tracks that came with their tiers have theirs as well. One query, and none in the program's own language.
    """
    if code == Program.current().language or not definitions:
        return
    name_tracks_in(code, *(track for one in definitions if (track := one._state.fields_cache.get("track"))))
    kinds = {type(one): one._meta.label for one in definitions}
    rows = [
        model.versions.rel.related_model.objects.filter(
            definition__in=[one.pk for one in definitions if type(one) is model], state=VersionState.PUBLISHED
        )
        .order_by()
        .annotate(kind_=Value(label, output_field=CharField()))
        .values_list("kind_", "definition_id", "translations")
        for model, label in kinds.items()
    ]
    found = {(kind, pk): said.get(code, {}).get(NAME) for kind, pk, said in rows[0].union(*rows[1:], all=True)}
    for one in definitions:
        one.name = found.get((one._meta.label, one.pk)) or one.name


def name_tracks_in(code: str, *tracks: Any) -> None:
    """Give tier tracks in memory the names they have in a language; they are not to be saved.

    The program's own language has no names besides: then they stay.
    """
    for one in tracks:
        one.name = one.names.get(code) or one.name


def completeness(version: Any) -> list[Completeness]:
    """Return for each further language of the program how much of a version it has; of criteria alone, nothing."""
    if not hasattr(version, "translations"):
        return []
    names = translatable(version)
    rows = []
    for code, name in Program.current().further_languages.items():
        words = version.translations.get(code, {})
        missing = tuple(label_of(version, one) for one in names if not words.get(one))
        old = tuple(label_of(version, one) for one in old_in(version, code))
        rows.append(Completeness(code, name, len(names) - len(missing), len(names), missing, old))
    return rows


def translatable(version: Any) -> list[str]:
    """Return the texts of a version that ask for a translation: those that say something. A region has no own name."""
    names = [] if hasattr(version, "overrides_criteria") else [NAME]
    return names + [name for name in version.translatable if getattr(version, name)]


def name_of(code: str) -> str:
    """Return what a language calls itself, or its code where nobody knows."""
    return str(LANG_INFO.get(code.lower(), {}).get("name_local", code))


def label_of(version: Any, name: str) -> str:
    """Return what people call a text."""
    source = type(version.definition) if name == NAME else type(version)
    label = str(source._meta.get_field(name).verbose_name)
    return label[:1].upper() + label[1:]
