"""Typed values out of what people, files and systems send. Every refusal is a ValidationError with a stable code.

These are plain functions instead of model validation, which costs too much for files of a hundred thousand rows.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

Cleaner = Callable[[Any], Any]

MAX_LIST_ITEMS = 50
#: Control characters have no place in a value; a line break may stand in a long text.
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
CONTROLS_AND_BREAKS = re.compile(r"[\x00-\x1f\x7f]")
WEB_ADDRESS = re.compile(r"https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?(?:/[^\s<>\"'`]*)?", re.IGNORECASE)
DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def refusal(message: str, code: str) -> ValidationError:
    """Return the error of one value."""
    return ValidationError(message, code=code)


def collect(values: Mapping[str, Any], cleaners: Mapping[str, Cleaner]) -> dict[str, Any]:
    """Return every value cleaned. Raises one ValidationError that names every field at fault."""
    cleaned: dict[str, Any] = {}
    errors: dict[str, ValidationError] = {}
    for name, value in values.items():
        cleaner = cleaners.get(name)
        if cleaner is None:
            errors[name] = refusal(_("There is no such field."), "unknown_field")
            continue
        try:
            cleaned[name] = cleaner(value)
        except ValidationError as error:
            errors[name] = error
    if errors:
        raise ValidationError(errors)
    return cleaned


def text(length: int, *, required: bool = False, lines: bool = False) -> Cleaner:
    """Return a cleaner of texts up to a length; white space around them is cut off."""
    controls = CONTROLS if lines else CONTROLS_AND_BREAKS

    def clean(value: Any) -> str:
        if value is None:
            value = ""
        if not isinstance(value, str):
            raise refusal(_("Give a text."), "invalid")
        kept: str = value.strip()
        if required and not kept:
            raise refusal(_("This is needed."), "required")
        if len(kept) > length:
            raise refusal(
                _("This has %(has)d characters; %(length)d are allowed.") % {"has": len(kept), "length": length},
                "too_long",
            )
        if controls.search(kept):
            raise refusal(_("This holds characters that cannot be shown."), "invalid")
        return kept

    return clean


def text_list(length: int, *, item: Cleaner | None = None) -> Cleaner:
    """Return a cleaner of lists of short texts: empty ones dropped, repeated ones kept once, order kept."""
    one = item or text(length)

    def clean(value: Any) -> list[str]:
        if value is None:
            return []
        if isinstance(value, str) or not isinstance(value, Iterable):
            raise refusal(_("Give a list."), "invalid")
        found = dict.fromkeys(filter(None, (one(part) for part in value)))
        if len(found) > MAX_LIST_ITEMS:
            raise refusal(_("At most %(count)d are allowed.") % {"count": MAX_LIST_ITEMS}, "too_many")
        return list(found)

    return clean


def choice(values: Iterable[str], *, empty: bool = False) -> Cleaner:
    """Return a cleaner that lets only the given values through."""
    allowed = list(values)

    def clean(value: Any) -> str:
        if empty and value in (None, ""):
            return ""
        if value not in allowed:
            raise refusal(_("Choose one of: %(choices)s.") % {"choices": ", ".join(allowed)}, "invalid_choice")
        return str(value)

    return clean


def whole_number(low: int, high: int) -> Cleaner:
    """Return a cleaner of whole numbers within bounds, or None."""

    def clean(value: Any) -> int | None:
        if value in (None, ""):
            return None
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            raise refusal(_("Give a whole number."), "invalid") from None
        if isinstance(value, bool) or not number.is_finite() or number != number.to_integral_value():
            raise refusal(_("Give a whole number."), "invalid")
        if not low <= number <= high:
            raise refusal(_("Give a number from %(low)d to %(high)d.") % {"low": low, "high": high}, "out_of_range")
        return int(number)

    return clean


def amount(digits: int, places: int = 2, *, low: Decimal | None = Decimal(0)) -> Cleaner:
    """Return a cleaner of exact numbers with so many digits before the point, or None."""

    def clean(value: Any) -> Decimal | None:
        if value in (None, ""):
            return None
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            raise refusal(_("Give a number."), "invalid") from None
        if isinstance(value, bool) or not number.is_finite():
            raise refusal(_("Give a number."), "invalid")
        if (low is not None and number < low) or abs(number) >= Decimal(10) ** digits:
            raise refusal(_("This number is out of range."), "out_of_range")
        if number != number.quantize(Decimal(1).scaleb(-places)):
            raise refusal(_("At most %(places)d decimal places are kept.") % {"places": places}, "too_precise")
        return number

    return clean


def degrees(limit: int) -> Cleaner:
    """Return a cleaner of degrees up to a limit on either side, or None; six places are kept: a hand's breadth."""
    number = amount(3, 15, low=None)

    def clean(value: Any) -> Decimal | None:
        found: Decimal | None = number(value)
        if found is None:
            return None
        if abs(found) > limit:
            raise refusal(
                _("Give degrees from %(low)d to %(high)d.") % {"low": -limit, "high": limit},
                "out_of_range",
            )
        return round(found, 6)

    return clean


def day(value: Any) -> date | None:
    """Return a day, or None."""
    if value in (None, ""):
        return None
    if isinstance(value, date) and not hasattr(value, "hour"):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise refusal(_("Give a day such as 2026-03-31."), "invalid") from None


def yes_no(value: Any) -> bool:
    """Return yes or no."""
    if isinstance(value, bool):
        return value
    raise refusal(_("Give yes or no."), "invalid")


def email(value: Any) -> str:
    """Return an e-mail address."""
    address: str = text(254, required=True)(value)
    try:
        validate_email(address)
    except ValidationError:
        raise refusal(_("This is not an e-mail address."), "invalid") from None
    return address


def country(value: Any) -> str:
    """Return a country's two letters, or nothing."""
    letters: str = text(2)(value).upper()
    if letters and not re.fullmatch(r"[A-Z]{2}", letters):
        raise refusal(_("Give the two letters of a country, such as DE."), "invalid")
    return letters


def language(value: Any) -> str:
    """Return a language tag such as `de` or `pt-BR`, or nothing."""
    tag: str = text(10)(value)
    if tag and not LANGUAGE.fullmatch(tag):
        raise refusal(_("Give a language such as en or pt-BR."), "invalid")
    return tag


def web_address(value: Any) -> str:
    """Return an http or https address; `pinewood.example` is taken to mean its https address."""
    address: str = text(300)(value)
    if address and "://" not in address:
        address = f"https://{address}"
    if address and not WEB_ADDRESS.fullmatch(address):
        raise refusal(_("Give a web address such as https://pinewood.example."), "invalid")
    return address


def domain(value: Any) -> str:
    """Return the bare domain of an organisation, out of an address if need be, or nothing."""
    name: str = text(300)(value).lower()
    name = re.sub(r"^https?://", "", name).split("/", 1)[0].removeprefix("www.").rstrip(".")
    if name and (len(name) > 253 or not DOMAIN.fullmatch(name)):  # noqa: PLR2004 - the longest name DNS allows
        raise refusal(_("Give a domain such as pinewood.example."), "invalid")
    return name
