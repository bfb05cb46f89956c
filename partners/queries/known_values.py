"""What is known for list fields of a profile: what rules ask for, and what others have written.

Partner people are offered only what rules of categories and tiers name, or several partners have: what a single
organisation wrote is its own.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import CharField, Count, F, Func, QuerySet

from partners.models import Partner
from partners.profile_fields import PROFILE_FIELDS, Shape
from partners.queries import asked_fields

#: The fields of which known values are offered.
LISTS = frozenset(one.name for one in PROFILE_FIELDS if one.shape in (Shape.LIST, Shape.LANGUAGES))
#: So many partners must have written a value before another partner is offered it.
FEWEST_PARTNERS = 3
MOST = 8

Known = tuple[str, int]


def of(field: str, typed: str, *, visible: "QuerySet[Any]") -> list[Known]:
    """Return values of a list field that contain what was typed, with how many of these partners have each."""
    return _found(field, typed, _counted(field, visible))


def for_partners(field: str, typed: str) -> list[Known]:
    """Return the same for people of a partner, who read no figures of others."""
    counted = {value: n for value, n in _counted(field, Partner.objects.all()).items() if n >= FEWEST_PARTNERS}
    return [(value, 0) for value, _n in _found(field, typed, counted)]


def _counted(field: str, partners: "QuerySet[Any]") -> dict[str, int]:
    value = Func(F(field), function="unnest", output_field=CharField())
    rows = partners.order_by().annotate(known=value).values("known").annotate(n=Count("pk"))
    return dict(rows.values_list("known", "n"))


def _found(field: str, typed: str, counted: dict[str, int]) -> list[Known]:
    """Return what fits: what begins with the text first, then what most partners have."""
    wanted = typed.casefold()
    everything = {**dict.fromkeys(_asked_for(field), 0), **counted}
    fitting = [(value, n) for value, n in everything.items() if wanted in value.casefold()]
    return sorted(fitting, key=lambda one: (not one[0].casefold().startswith(wanted), -one[1], one[0]))[:MOST]


def _asked_for(field: str) -> Iterable[str]:
    return asked_fields.values_asked(field)
