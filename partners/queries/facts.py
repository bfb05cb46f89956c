"""A partner's profile as terms and details, for both sides."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from core.models import Program
from partners.models import AttributeDefinition, AttributeKind, Partner

Fact = tuple[str, Any]


def profile_facts(partner: Partner) -> list[Fact]:
    """Return the built-in fields, in the order people ask for them; empty ones have empty details."""
    return [
        (_("Legal name"), partner.legal_name),
        (_("Domain"), partner.domain),
        (_("Web sites"), ", ".join(partner.websites)),
        (_("Country"), partner.country),
        (_("Region"), partner.region.name if partner.region else ""),
        (_("City"), partner.city),
        (_("Place on the map"), _place(partner)),
        (_("Belongs to"), partner.parent.name if partner.parent else ""),
        (_("Partner since"), date_format(partner.joined_on) if partner.joined_on else ""),
        (_("Employees"), _number(partner.employees)),
        (_("Annual revenue"), _money(partner.annual_revenue)),
        (_("Founded in"), str(partner.founded_year or "")),
        (_("Tax id"), partner.tax_id),
        (_("Industries"), ", ".join(partner.industries)),
        (_("Languages"), ", ".join(partner.languages)),
        (_("Selling motions"), ", ".join(partner.selling_motions)),
        (_("Capabilities"), ", ".join(partner.capabilities)),
        (_("Product lines"), ", ".join(partner.product_lines)),
        (_("Target markets"), ", ".join(partner.target_markets)),
        (_("Business units"), ", ".join(partner.business_units)),
        (_("Other locations"), ", ".join(partner.locations)),
        (_("Resources"), ", ".join(partner.resources)),
    ]


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


def _money(amount: Decimal | None) -> str:
    if amount is None:
        return ""
    return f"{number_format(amount, decimal_pos=0, use_l10n=True, force_grouping=True)} {Program.current().currency}"
