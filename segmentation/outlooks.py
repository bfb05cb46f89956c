"""What may come for a partner, told by apps above: records as they would be on a day, for forecasts.

`register` takes a function that returns outlooks for a partner from today until a day, such as open deals won.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from partners.models import Partner
from segmentation.engine import StandIns


@dataclass(frozen=True, slots=True)
class Outlook:
    """One way it may come: its name, what it takes for granted in a sentence, and the tables as they would be."""

    key: str
    label: str
    says: str
    stand_ins: StandIns


Ask = Callable[[Partner, date, date], Iterable[Outlook]]
_asked: list[Ask] = []


def register(ask: Ask) -> Ask:
    """Ask this function, too, for what may come."""
    if ask not in _asked:
        _asked.append(ask)
    return ask


def outlooks(partner: Partner, *, today: date, until: date) -> list[Outlook]:
    """Return what may come for a partner by a day."""
    return [outlook for ask in _asked for outlook in ask(partner, today, until)]
