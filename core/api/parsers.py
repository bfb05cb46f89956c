"""Strict JSON: what two readers could read differently is refused."""

import json
import math
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.parsers import BaseParser

from core.api.problems import Problem

MAX_DEPTH = 20


class StrictJsonParser(BaseParser):
    """JSON in UTF-8: no duplicate keys, NaN, Infinity, NUL or lone surrogates, bounded in size and depth."""

    media_type = "application/json"
    max_depth = MAX_DEPTH

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the body as Python values, and keep its bytes on the request as `raw_body`."""
        _check_charset(media_type or "")
        raw = stream.read(settings.API_BODY_BYTES + 1)
        if len(raw) > settings.API_BODY_BYTES:
            raise Problem("too_large")
        request = (parser_context or {}).get("request")
        if request is not None:
            request.raw_body = raw
        return loads(raw, max_depth=self.max_depth)


def _check_charset(media_type: str) -> None:
    parameters = media_type.lower().replace(" ", "").replace('"', "").split(";")[1:]
    if any(part.startswith("charset=") and part not in {"charset=utf-8", "charset=utf8"} for part in parameters):
        raise UnsupportedMediaType(media_type)


def loads(raw: bytes, *, max_depth: int = MAX_DEPTH) -> Any:
    """Read strict JSON. Raises Problem("malformed_json") with a sentence about the first fault."""
    try:
        text = raw.decode("utf-8")
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant, parse_float=_float)
    except UnicodeDecodeError as error:
        raise _malformed(_("Byte %(place)d is not UTF-8.") % {"place": error.start}) from error
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno}
        raise _malformed(_("Line %(line)d, column %(column)d cannot be read.") % place) from error
    except RecursionError as error:
        raise _too_deep(max_depth) from error
    except ValueError as error:
        raise _malformed(_("A number has too many digits.")) from error
    _check(value, depth=1, max_depth=max_depth)
    return value


def _malformed(detail: str) -> Problem:
    return Problem("malformed_json", detail)


def _too_deep(max_depth: int) -> Problem:
    return _malformed(_("The body is nested more than %(depth)d levels deep.") % {"depth": max_depth})


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _malformed(_("A key stands twice in one object."))
    return found


def _no_constant(name: str) -> Any:
    raise _malformed(_("%(name)s is not a JSON value.") % {"name": name})


def _float(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise _malformed(_("A number is too large."))
    return value


def _check(value: Any, *, depth: int, max_depth: int) -> None:
    if isinstance(value, str):
        _check_text(value)
        return
    if not isinstance(value, dict | list):
        return
    if depth > max_depth:
        raise _too_deep(max_depth)
    for inner in value.values() if isinstance(value, dict) else value:
        _check(inner, depth=depth + 1, max_depth=max_depth)
    if isinstance(value, dict):
        for key in value:
            _check_text(key)


def _check_text(text: str) -> None:
    if "\x00" in text:
        raise _malformed(_("A text has a NUL character."))
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise _malformed(_("A text has half of a surrogate pair."))
