"""Texts of definitions in other languages: what a version may hold of them."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.models.program import LANGUAGE_CODE

MAX_LENGTH = 20_000
MAX_LANGUAGES = 40
#: A definition's name may be said in other languages as well.
NAME = "name"

Translations = dict[str, dict[str, str]]


def cleaned(given: Any, *, translatable: Iterable[str]) -> Translations:
    """Return translations as they are kept: language → text → words, without empty ones. Refuses any other shape."""
    known = {NAME, *translatable}
    if not isinstance(given, Mapping) or len(given) > MAX_LANGUAGES:
        raise _invalid(_("Translations are texts by language."))
    kept: Translations = {}
    for code, texts in sorted(given.items()):
        LANGUAGE_CODE(code)
        if not isinstance(texts, Mapping) or not set(texts) <= known:
            raise _invalid(_("A translation holds texts that the definition has."))
        if not all(isinstance(words, str) and len(words) <= MAX_LENGTH for words in texts.values()):
            raise _invalid(_("A translated text is at most %(n)d characters long.") % {"n": MAX_LENGTH})
        said = {name: words.strip() for name, words in sorted(texts.items()) if words.strip()}
        if said:
            kept[code] = said
    return kept


def original_of(version: Any, name: str) -> str:
    """Return a text in the program's own language; the name is the definition's."""
    return str(getattr(version.definition if name == NAME else version, name, "") or "")


def followed(before: Any, after: Any) -> Translations:
    """Return from which originals the translations of a version were made, once its texts were changed.

    Words that are new are of the original beside them; words that stayed are of the one they were of before.
    """
    kept: Translations = {}
    for code, texts in after.translations.items():
        old, known = before.translations.get(code, {}), before.translated_from.get(code, {})
        kept[code] = {
            name: digest(original_of(after, name))
            if words != old.get(name)
            else known.get(name) or digest(original_of(before, name))
            for name, words in texts.items()
        }
    return kept


def confirmed(version: Any, language: str, names: Iterable[str]) -> Translations:
    """Return the same once somebody said of some translations in a language that they still hold."""
    said = version.translations.get(language, {})
    fresh = {name: digest(original_of(version, name)) for name in names if name in said}
    kept = {**version.translated_from, language: {**version.translated_from.get(language, {}), **fresh}}
    return {code: texts for code, texts in kept.items() if texts}


def old_in(version: Any, language: str) -> list[str]:
    """Return the texts whose original changed after they were translated: the translation is possibly old."""
    of = version.translated_from.get(language, {})
    return [
        name
        for name in version.translations.get(language, {})
        if name in of and of[name] != digest(original_of(version, name))
    ]


def digest(text: str) -> str:
    """Return a short mark of a text, by which it is known again; white space around it does not count."""
    return sha256(text.strip().encode()).hexdigest()[:16]


def _invalid(message: str) -> ValidationError:
    return ValidationError({"translations": ValidationError(message, code="invalid")})
