"""Figures of partners that may be chosen: numeric fields of the criteria language, measures and scores among them."""

from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format

from core.models import Program
from core.templatetags.formats import money_short
from criteria.fields import Catalog, Field, Kind, registry

NUMBERS = {Kind.NUMBER, Kind.MONEY}
#: From so many digits before the point on, what stands behind it says nothing.
LARGE = 100


def numeric_fields(catalog: Catalog | None = None) -> dict[str, Field]:
    """Return what has a number at every partner, by key."""
    catalog = catalog or registry.catalog()
    return {key: field for key, field in catalog.fields.items() if field.kind in NUMBERS}


def grouped(fields: Mapping[str, Field]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the fields as choices: group, then key and label."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for key, field in fields.items():
        groups.setdefault(str(field.group), []).append((key, str(field.label)))
    return list(groups.items())


def label_of(fields: Mapping[str, Field], key: str) -> str:
    """Return the name of a figure; its key where nothing has it any more."""
    return str(fields[key].label) if key in fields else key


def shown(field: Field | None, value: Any) -> str:
    """Return a figure as people read it, short, with its unit; a dash where there is none."""
    if value is None:
        return "–"
    if field is not None and field.kind is Kind.MONEY:
        return money_short(value, Program.current().currency)
    amount = float(value)
    places = 0 if amount.is_integer() or abs(amount) >= LARGE else 1
    text = number_format(round(amount, places), decimal_pos=places, use_l10n=True, force_grouping=True)
    return f"{text}\u00a0{field.unit}" if field is not None and field.unit else text
