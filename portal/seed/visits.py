"""Invents on which days people came to the portal, and what they did there. Nothing here writes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from portal.seed.lot import Lot
from portal.seed.population import InventedPartner, InventedPerson
from portal.seed.shapes import Asset, Programme

DAYS_BACK = 365
#: Who fell silent before that has these days at least.
LAST_DAYS = timedelta(days=20)
WEEKEND = 5


@dataclass(frozen=True)
class InventedVisit:
    """One kind of thing that a person did on a day."""

    partner: InventedPartner
    person: InventedPerson
    kind: str
    asset: str
    day: date


def invent(programme: Programme, partners: Sequence[InventedPartner], *, today: date) -> list[InventedVisit]:
    """Return all visits, the oldest first."""
    open_to_all = [one for one in programme.assets if not one.audience and one.state == "published"]
    found = [one for partner in partners for one in _of_partner(programme, partner, open_to_all, today)]
    return sorted(found, key=lambda one: (one.day, one.person.email, one.kind, one.asset))


def _of_partner(
    programme: Programme, partner: InventedPartner, assets: Sequence[Asset], today: date
) -> Iterator[InventedVisit]:
    if partner.active_until is None:
        return
    lot = Lot(programme.key, "visits", partner.domain)
    first = max(partner.known_on, min(today - timedelta(days=DAYS_BACK), partner.active_until - LAST_DAYS))
    for back in range((partner.active_until - first).days + 1):
        day = partner.active_until - timedelta(days=back)
        quiet = 0.15 if day.weekday() >= WEEKEND else 1.0
        if back and not lot.happens(min(1.0, partner.days_a_month / 22) * quiet):
            continue
        for person in lot.some(partner.people, 1, 2):
            yield InventedVisit(partner, person, "sign_in", "", day)
            for asset in lot.some(assets, 0, 2):
                if (today - day).days < asset.published_days_ago:
                    yield InventedVisit(partner, person, "view", asset.key, day)
                    if asset.kind == "file" and lot.happens(0.6):
                        yield InventedVisit(partner, person, "download", asset.key, day)
