"""Lets people of partners look for what the library does not have."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from enablement.services import vain_searches
from partners.models import Person
from portal.seed.lot import Lot
from portal.seed.visits import InventedVisit

#: What is looked for, the most wanted first, by program.
MISSING = {
    "it": ("kubernetes", "sap hana", "white label brochure", "api documentation", "quantum safe", "podcast transcript"),
    "manufacturer": ("exploded drawing", "hydrogen", "bim objects", "noise certificate", "torque table dutch"),
}
DAYS = 80
MOST = 90


def write(key: str, seen: Sequence[InventedVisit], *, at: datetime) -> None:
    """Let some of those who came lately find nothing, on the day they came."""
    since = at.date() - timedelta(days=DAYS)
    lately = [one for one in seen if one.kind == "view" and since < one.day < at.date()]
    lot = Lot("searches", key)
    chosen = sorted(lot.sample(range(len(lately)), min(MOST, len(lately))))
    people = Person.objects.select_related("partner").in_bulk([lately[place].person.id for place in chosen])
    for place in chosen:
        text = lot.weighted(MISSING[key], [2.0**-rank for rank in range(len(MISSING[key]))])
        day = lately[place].day
        moment = datetime(day.year, day.month, day.day, 9, tzinfo=at.tzinfo) + timedelta(minutes=lot.randrange(480))
        vain_searches.note(partner=people[lately[place].person.id].partner, text=text, at=moment)
