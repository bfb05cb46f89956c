"""Writes what people think of assets: stars with a word for the owner, and favourites. Nothing is left to chance."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from enablement.models import Asset
from enablement.services import opinions
from partners.models import Person
from portal.seed.lot import Lot
from portal.seed.visits import InventedVisit

MOST = 240
COMMENTS = {
    1: ("Out of date: the screens look different now.",),
    2: ("Too long for a first read. A list would do.", "The figures are those of last year."),
    3: ("Good, but say what it costs.",),
    4: ("Used it with two customers.", "A German version would help my colleagues."),
    5: ("Printed it, hung it up.", ""),
}


def write(seen: Sequence[InventedVisit], assets: Mapping[str, Asset], *, at: datetime) -> None:
    """Let some of those who looked say what they think."""
    lot = Lot("opinions", str(len(seen)))
    asked: dict[tuple[int, str], InventedVisit] = {}
    for one in seen:
        if one.kind == "view":
            asked.setdefault((one.person.id, one.asset), one)
    chosen = [key for key in sorted(asked) if lot.happens(0.15)][:MOST]
    people = Person.objects.in_bulk([person for person, _asset in chosen])
    for person_id, key in chosen:
        stars = lot.some(
            (3, 4, 4, 5, 5, 2 if key == "network-design" else 4, 1 if key == "network-design" else 5), 1, 1
        )[0]
        comment = lot.some(COMMENTS[stars], 1, 1)[0] if lot.happens(0.3) else ""
        opinions.rate(person=people[person_id], asset=assets[key], at=at, stars=stars, comment=comment)
        if stars >= 4 and lot.happens(0.5):
            opinions.keep(person=people[person_id], asset=assets[key], at=at, is_favourite=True)
