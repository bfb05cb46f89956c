"""A partner's profile as terms and details, for both sides."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from core.models import Program
from partners.models import AttributeDefinition, AttributeKind, Partner
from partners.profile_fields import BY_NAME, PLACE, PROFILE_FIELDS, ProfileField, Shape

Fact = tuple[str, Any]


#: What stands elsewhere on the page, or is told by another line.
NOT_LISTED = frozenset({"name", "status", "description", "longitude"})


def profile_facts(partner: Partner) -> list[Fact]:
    """Return the built-in fields, in the order of the form; empty ones have empty details."""
    return [_fact(one, partner) for one in PROFILE_FIELDS if one.name not in NOT_LISTED]


def profile_words(name: str, partner: Partner) -> str:
    """Return one field of a profile as people read it; either half of the place on the map stands for both."""
    return _place(partner) if name in PLACE else _shown(BY_NAME[name], partner)


def _shown(one: ProfileField, partner: Partner) -> str:
    if one.shape is Shape.STATUS:
        return str(partner.get_status_display())
    return _words(one, getattr(partner, one.name))


def _fact(one: ProfileField, partner: Partner) -> Fact:
    if one.name == "latitude":
        return _("Place on the map"), _place(partner)
    return str(one.label), _words(one, getattr(partner, one.name))


def _words(one: ProfileField, value: Any) -> str:
    if value in (None, "", []):
        return ""
    match one.shape:
        case Shape.LIST | Shape.WEB_ADDRESSES | Shape.LANGUAGES:
            return ", ".join(value)
        case Shape.DAY:
            return date_format(value)
        case Shape.WHOLE:
            return str(value) if one.low else _number(value)  # years are not grouped
        case Shape.MONEY:
            return _money(value)
    return str(value)


def attribute_facts(partner: Partner, attributes: Iterable[AttributeDefinition]) -> list[Fact]:
    """Return the program's own attributes."""
    return [(one.label, attribute_words(one, partner.attributes.get(one.key))) for one in attributes]


def attribute_words(definition: AttributeDefinition, value: Any) -> str:
    """Return a value as people read it."""
    if value is None:
        return ""
    match definition.kind:
        case AttributeKind.YES_NO:
            return _("Yes") if value else _("No")
        case AttributeKind.MULTI_CHOICE:
            return ", ".join(value)
        case AttributeKind.NUMBER:
            return f"{_number(value)} {definition.unit}".strip()
        case AttributeKind.DATE:
            day = parse_date(value)
            return date_format(day) if day else value
    return str(value)


def _place(partner: Partner) -> str:
    if partner.latitude is None or partner.longitude is None:
        return ""
    return f"{number_format(partner.latitude)}; {number_format(partner.longitude)}"


def _number(value: float | None) -> str:
    return "" if value is None else number_format(value, use_l10n=True, force_grouping=True)


def _money(amount: Decimal) -> str:
    return f"{number_format(amount, decimal_pos=0, use_l10n=True, force_grouping=True)} {Program.current().currency}"
