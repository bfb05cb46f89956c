"""What a whole group of companies comes to, beside one company alone: the same figures criteria may ask for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from partners.models import Partner
from segmentation import engine

WON = {"combinator": "and", "not": False, "rules": [{"field": "stage", "operator": "equals", "value": "won"}]}
VALID = {"combinator": "and", "not": False, "rules": [{"field": "valid", "operator": "is_true"}]}


def _figures(prefix: str) -> dict[str, Any]:
    deals, people, held = f"{prefix}deals", f"{prefix}people", f"{prefix}certifications"
    return {
        f"{prefix}people": {"collection": people, "aggregate": "count"},
        f"{prefix}certified": {"collection": held, "aggregate": "count_distinct", "of": "person", "where": VALID},
        f"{prefix}deals": {"collection": deals, "aggregate": "count"},
        f"{prefix}won": {"collection": deals, "aggregate": "sum", "of": "amount", "where": WON},
    }


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a company and of all its group."""

    label: str
    own: Any
    group: Any
    is_money: bool = False


def figures(partner: Partner, *, at: datetime) -> list[Figure]:
    """Return what the partner alone and its whole group come to, in one statement."""
    found = engine.values({**_figures(""), **_figures("group_")}, partner_ids=[partner.pk], at=at).get(partner.pk, {})
    labels = {
        "people": _("People"),
        "certified": _("People with a valid certification"),
        "deals": _("Deals"),
        "won": _("Revenue from won deals"),
    }
    return [
        Figure(label, found.get(key) or 0, found.get(f"group_{key}") or 0, key == "won")
        for key, label in labels.items()
    ]
