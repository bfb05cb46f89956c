"""How complete a profile is, and what to fill in next."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from partners.models import AttributeDefinition, Partner
from partners.profile_fields import BY_NAME

#: What partner people may fill in, most telling first, with why it is asked.
ASKED: dict[str, Any] = {
    "description": _("Customers and managers read it first."),
    "industries": _("Leads and content are matched by industry."),
    "capabilities": _("They decide which categories fit you."),
    "selling_motions": _("They decide which categories fit you."),
    "product_lines": _("Training and content follow them."),
    "target_markets": _("Leads are matched by market."),
    "languages": _("Content reaches you in languages you work in."),
    "employees": _("Some tiers look at size."),
    "annual_revenue": _("Some tiers look at size."),
    "founded_year": _("It rounds off your profile."),
    "websites": _("Customers look you up."),
    "city": _("Customers look for partners nearby."),
}


@dataclass(frozen=True, slots=True)
class Missing:
    """A field that is empty."""

    field: str
    label: Any
    reason: Any


@dataclass(frozen=True, slots=True)
class Completeness:
    """The share of asked fields that are filled in, from 0 to 100, and those that are not."""

    score: int
    filled: int
    asked: int
    missing: tuple[Missing, ...]

    @property
    def next(self) -> Missing | None:
        """The field that helps most."""
        return self.missing[0] if self.missing else None


def completeness(partner: Partner, attributes: Iterable[AttributeDefinition] = ()) -> Completeness:
    """Return how complete a profile is, counting what partner people may fill in themselves."""
    missing = [
        Missing(name, BY_NAME[name].label, why) for name, why in ASKED.items() if _is_empty(getattr(partner, name))
    ]
    own = sorted((one for one in attributes if one.partner_may_edit), key=lambda one: not one.is_required)
    missing += [
        Missing(f"attribute_{one.key}", one.label, one.description)
        for one in own
        if _is_empty(partner.attributes.get(one.key))
    ]
    asked = len(ASKED) + len(own)
    filled = asked - len(missing)
    return Completeness(round(100 * filled / asked), filled, asked, tuple(missing))


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or value == []
