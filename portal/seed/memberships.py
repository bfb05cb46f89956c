"""Decides in which categories partners are and how that stands, and writes it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from accounts.models import User
from partners.models import Category, Partner
from partners.services import memberships
from portal.seed.lot import Lot
from portal.seed.population import Course, InventedPartner
from portal.seed.shapes import Programme

#: How often a partner's first category stands in each state. What is left to the rule is suggested by the recompute.
STATES = {"active": 80, "left to the rule": 9, "self_declared": 5, "pending": 6}
STATEMENT = "We have done this for three customers this year and can name them."


def write(programme: Programme, newcomers: Sequence[InventedPartner], *, by: Mapping[str, User], at: datetime) -> None:
    """Put partners into their categories as of the day they joined. `by` has the manager of each region."""
    categories = {category.key: category for category in Category.objects.all()}
    records = Partner.objects.in_bulk([one.id for one in newcomers])
    for one in newcomers:
        lot = Lot(programme.key, "memberships", one.domain)
        for key, state in _wanted(one, lot):
            manager = by[one.place.region]
            _put(records[one.id], categories[key], state, manager=manager, at=_moment(one, at))


def _wanted(one: InventedPartner, lot: Lot) -> list[tuple[str, str]]:
    """Return the partner's categories, each with the state it shall be in."""
    if one.story:
        return list(one.story.categories)
    if one.course is Course.PROSPECT:
        return [(one.kind.category, lot.choice(("pending", "self_declared", "left to the rule", "active", "active")))]
    states = [
        (
            one.kind.category,
            "ended" if one.course is Course.ENDED else lot.weighted(list(STATES), list(STATES.values())),
        )
    ]
    if one.kind.second and lot.happens(0.22):
        states.append((lot.choice(one.kind.second), lot.choice(("active", "active", "self_declared", "ended"))))
    return states


def _moment(one: InventedPartner, at: datetime) -> datetime:
    if one.joined_on is None:
        return at
    return min(at, datetime(one.joined_on.year, one.joined_on.month, one.joined_on.day, 9, tzinfo=at.tzinfo))


def _put(partner: Partner, category: Category, state: str, *, manager: User, at: datetime) -> None:
    if state == "left to the rule":
        return
    if state in ("self_declared", "pending"):
        memberships.declare(
            partner=partner, category=category, by=None, at=at, statement=STATEMENT if state == "pending" else ""
        )
        return
    membership = memberships.assign(partner=partner, category=category, by=manager, at=at)
    if state == "ended":
        memberships.end(
            membership=membership, by=manager, at=at + timedelta(days=200), reason="Gave up this line of business"
        )
