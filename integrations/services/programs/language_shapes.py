"""Shapes of languages, translations and countries."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core import countries
from core.models.program import LANGUAGE_CODE
from core.services.translations import MAX_LANGUAGES, MAX_LENGTH, NAME
from integrations.services.programs.shapes import Plain, Text, WrongValueError, escaped

SCHEMA: dict[str, Any] = {"type": "string", "pattern": "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"}


def _code(value: Any, path: str = "") -> str:
    try:
        LANGUAGE_CODE(value if isinstance(value, str) else None)
    except ValidationError as error:
        raise WrongValueError("not_a_language", " ".join(error.messages), path) from error
    return str(value)


def _by_language(value: Any) -> dict[str, Any]:
    """Return an object whose members are languages, by code in order."""
    if not isinstance(value, dict):
        raise WrongValueError("not_an_object", _("Give an object in braces: language, then words."))
    if len(value) > MAX_LANGUAGES:
        raise WrongValueError("too_many", _("At most %(count)d are allowed.") % {"count": MAX_LANGUAGES})
    return {_code(code, f"/{escaped(str(code))}"): value[code] for code in sorted(value)}


def _read(value: Any, length: int, path: str, *, lines: bool = False) -> str:
    try:
        return Text(length, lines=lines).read(value).strip()
    except WrongValueError as error:
        raise WrongValueError(error.code, error.message, path) from error


@dataclass(frozen=True)
class Code(Plain):
    """A language by its code."""

    def read(self, value: Any) -> str:
        """Return the code."""
        return _code(value)

    def schema(self) -> dict[str, Any]:
        """Describe a code."""
        return SCHEMA


@dataclass(frozen=True)
class Languages(Plain):
    """A list of languages with code and name, each once."""

    def read(self, value: Any) -> list[dict[str, str]]:
        """Return the languages in their order."""
        if not isinstance(value, list) or len(value) > MAX_LANGUAGES:
            raise WrongValueError("not_a_list", _("Give a list of languages, each with “code” and “name”."))
        found: dict[str, str] = {}
        for index, one in enumerate(value):
            if not isinstance(one, dict) or set(one) != {"code", "name"}:
                raise WrongValueError("not_an_object", _("Give each language “code” and “name”."), f"/{index}")
            code = _code(one["code"], f"/{index}/code")
            if code in found:
                raise WrongValueError("repeated_key", _("This language stands in the list already."), f"/{index}/code")
            found[code] = _read(one["name"], 60, f"/{index}/name")
        return [{"code": code, "name": name} for code, name in found.items()]

    def schema(self) -> dict[str, Any]:
        """Describe the list."""
        one = {"code": SCHEMA, "name": {"type": "string", "minLength": 1, "maxLength": 60}}
        item = {"type": "object", "properties": one, "required": ["code", "name"], "additionalProperties": False}
        return {"type": "array", "items": item, "maxItems": MAX_LANGUAGES}


@dataclass(frozen=True)
class Translated(Plain):
    """The name and texts of a definition in further languages: language → text → words. Empty words are left out."""

    texts: Sequence[str]

    def read(self, value: Any) -> dict[str, dict[str, str]]:
        """Return what is said, without what is empty."""
        found = {code: self._words(code, said) for code, said in _by_language(value).items()}
        return {code: words for code, words in found.items() if words}

    def _words(self, code: str, said: Any) -> dict[str, str]:
        if not isinstance(said, dict):
            raise WrongValueError("not_an_object", _("Give an object in braces: text, then words."), f"/{code}")
        known = (NAME, *self.texts)
        for name in said:
            if name not in known:
                told = _("“%(name)s” is no text here. Known are: %(known)s.")
                words = {"name": str(name)[:60], "known": ", ".join(known)}
                raise WrongValueError("unknown_key", told % words, f"/{code}/{escaped(str(name))}")
        kept = {name: _read(said[name], MAX_LENGTH, f"/{code}/{name}", lines=True) for name in sorted(said)}
        return {name: words for name, words in kept.items() if words}

    def schema(self) -> dict[str, Any]:
        """Describe the translations."""
        words = {name: {"type": "string", "maxLength": MAX_LENGTH} for name in (NAME, *self.texts)}
        said = {"type": "object", "properties": words, "additionalProperties": False}
        return {"type": "object", "propertyNames": SCHEMA, "additionalProperties": said}


@dataclass(frozen=True)
class Names(Plain):
    """A name in further languages: language → name. Empty ones are left out."""

    length: int = 120

    def read(self, value: Any) -> dict[str, str]:
        """Return the names."""
        found = {code: _read(name, self.length, f"/{code}") for code, name in _by_language(value).items()}
        return {code: name for code, name in found.items() if name}

    def schema(self) -> dict[str, Any]:
        """Describe the names."""
        said = {"type": "string", "maxLength": self.length}
        return {"type": "object", "propertyNames": SCHEMA, "additionalProperties": said}


@dataclass(frozen=True)
class Countries(Plain):
    """A list of countries by their two letters, each once and in order."""

    def read(self, value: Any) -> list[str]:
        """Return the letters."""
        if not isinstance(value, list) or len(value) > len(countries.options()):
            raise WrongValueError("not_a_list", _("Give a list of countries by their two letters."))
        known = {code for code, _name in countries.options()}
        for index, one in enumerate(value):
            if one not in known:
                told = _("Give the two capital letters of a country, such as DE.")
                raise WrongValueError("not_a_country", told, f"/{index}")
        return sorted(set(value))

    def schema(self) -> dict[str, Any]:
        """Describe the list."""
        one = {"type": "string", "pattern": "^[A-Z]{2}$"}
        return {"type": "array", "items": one, "maxItems": len(countries.options())}
