"""How complete a profile is, and what to fill in next."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from partners.models import AttributeDefinition, Partner
from partners.profile_fields import BY_NAME
from partners.queries.asked_fields import Asked, asked_of, asking

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


#: So many rules are named; of more it is said how many.
NAMED = 3


@dataclass(frozen=True, slots=True)
class Missing:
    """A field that is empty, why it is asked, and the categories and tiers whose criteria ask about it."""

    field: str
    label: Any
    reason: Any
    asked_by: tuple[str, ...] = ()

    @property
    def named(self) -> tuple[str, ...]:
        """The first rules that ask for it."""
        return self.asked_by[:NAMED]

    @property
    def further(self) -> int:
        """How many more there are."""
        return len(self.asked_by) - len(self.named)


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


def completeness(
    partner: Partner, attributes: Iterable[AttributeDefinition] = (), *, asked_of_it: Iterable[Asked] | None = None
) -> Completeness:
    """Return how complete a profile is, counting what partner people may fill in themselves.

    What rules ask for comes first: without it the partner cannot fulfil them. Who has read already what categories and
    tiers ask of the partner gives it.
    """
    rules = asking(asked_of(partner) if asked_of_it is None else asked_of_it)
    missing = [
        Missing(name, BY_NAME[name].label, why, tuple(rules.get(name, ())))
        for name, why in ASKED.items()
        if _is_empty(getattr(partner, name))
    ]
    own = sorted((one for one in attributes if one.partner_may_edit), key=lambda one: not one.is_required)
    missing += [
        Missing(f"attribute_{one.key}", one.label, one.description, tuple(rules.get(f"attributes.{one.key}", ())))
        for one in own
        if _is_empty(partner.attributes.get(one.key))
    ]
    asked = len(ASKED) + len(own)
    filled = asked - len(missing)
    missing.sort(key=lambda one: not one.asked_by)
    return Completeness(round(100 * filled / asked), filled, asked, tuple(missing))


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or value == []
