"""Putting parts of a draft in order."""

from collections.abc import Sequence
from typing import TypeVar

from scorecards.models import Metric, ScorecardSection

Part = TypeVar("Part", Metric, ScorecardSection)


def moved(parts: list[Part], part: Part, places: int) -> list[Part]:
    """Return the parts with one of them so many places on; beyond either end it stays there."""
    here = parts.index(part)
    there = min(max(here + places, 0), len(parts) - 1)
    rest = [one for one in parts if one != part]
    rest.insert(there, part)
    return rest


def numbered(parts: Sequence[Part]) -> bool:
    """Write the places of parts that stand elsewhere than said. Returns whether any did."""
    moved = [(place, part) for place, part in enumerate(parts) if part.position != place]
    for place, part in moved:
        part.position = place
        part.save(update_fields=["position"])
    return bool(moved)


def arranged(parts: Sequence[Part], order: Sequence[str]) -> list[Part]:
    """Return the parts in the order of these public ids; those not named come last, as they were."""
    places = {public_id: place for place, public_id in enumerate(order)}
    return sorted(parts, key=lambda part: places.get(str(part.public_id), len(places)))
