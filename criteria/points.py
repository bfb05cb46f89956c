"""Where missing points can be earned: weighted parts, each with so many points per unit and perhaps a cap.

To earn with one part costs its relative distance: the units to add as a share of what is then there. That grows slower
and slower, so the cheapest way fills some parts to their caps and takes what is left from one more: all those ways are
tried.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from itertools import combinations

#: With more parts than this only ways with few of them are tried.
MOST_PARTS = 10
FEW = 2


@dataclass(frozen=True, slots=True)
class Source:
    """One part of weighted points: what a partner has of it, the points per unit, and the most it gives.

    `whole` says that units are counted: nobody certifies half a person.
    """

    has: Decimal
    each: Decimal
    cap: Decimal | None = None
    whole: bool = False

    @property
    def points(self) -> Decimal:
        """The points it gives now."""
        earned = self.has * self.each
        return earned if self.cap is None else min(earned, self.cap)

    @property
    def room(self) -> Decimal | None:
        """The points it can still give; None for as many as one likes."""
        if self.each <= 0:
            return Decimal(0)
        return None if self.cap is None else max(self.cap - self.points, Decimal(0))

    def units_for(self, points: Decimal) -> Decimal:
        """Return how many units more give so many points more."""
        units = (self.points + points) / self.each - self.has
        return units.to_integral_value(ROUND_CEILING) if self.whole else units

    def cost_of(self, points: Decimal) -> float:
        """Return how far that is, as a share of what is there then."""
        units = self.units_for(points)
        return float(units / max(self.has + units, Decimal(1))) if units > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Gain:
    """So many units more of one source (by its place), and the points they bring."""

    place: int
    units: Decimal
    points: Decimal


@dataclass(frozen=True, slots=True)
class Earning:
    """A way to earn points, and what it costs."""

    gains: tuple[Gain, ...]
    cost: float


def earnings(sources: Sequence[Source], missing: Decimal) -> list[Earning]:
    """Return ways to earn the missing points, the cheapest first; none where all caps together are too low."""
    found = {earning.gains: earning for earning in _earnings(sources, missing)}
    return sorted(found.values(), key=lambda one: (round(one.cost, 9), len(one.gains), one.gains[0].place))


def _earnings(sources: Sequence[Source], missing: Decimal) -> Iterator[Earning]:
    usable = [place for place, one in enumerate(sources) if one.room is None or one.room > 0]
    most = len(usable) if len(usable) <= MOST_PARTS else FEW
    for count in range(most):
        for filled in combinations([place for place in usable if sources[place].room is not None], count):
            earned = sum((sources[place].room or Decimal(0) for place in filled), Decimal(0))
            rest = missing - earned
            if rest <= 0:
                continue
            for last in usable:
                room = sources[last].room
                if last in filled or (room is not None and room < rest):
                    continue
                taken = {**{place: sources[place].room or Decimal(0) for place in filled}, last: rest}
                gains = tuple(
                    Gain(place, sources[place].units_for(points), points) for place, points in sorted(taken.items())
                )
                cost = sum(sources[place].cost_of(points) for place, points in taken.items())
                yield Earning(gains, cost)
