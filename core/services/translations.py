"""Texts of definitions in other languages: what a version may hold of them."""

from collections.abc import Iterable, Mapping
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


def _invalid(message: str) -> ValidationError:
    return ValidationError({"translations": ValidationError(message, code="invalid")})
