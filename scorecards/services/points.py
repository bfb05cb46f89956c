"""How figures become points, and points a score: the formulas as SQL, each with its source.

- Points of a figure: min-max normalisation between `floor` and `target`, clamped to 0…100 (OECD/JRC, Handbook on
  Constructing Composite Indicators, 2008, step 5). Points of a level L on a scale of five are the same line from 1 to
  5: (L - 1) × 25.
- Fading: exponential decay by half-lives, N(t) = N₀ × 2^(-t / T½), with t the days since the figure was last true.
  Lead scoring lets engagement fade in the same way.
- A score: the weighted arithmetic mean of the points there are (same handbook, step 6, linear aggregation). What was
  not answered yet has no points, and does not count.

Rounded halves go upwards.
"""

from collections.abc import Iterable
from decimal import Decimal

from scorecards.models import FULL

#: Decimal places of a score before it is rounded for people.
PLACES = 3


def points_sql(figure: str, *, floor: Decimal, target: Decimal) -> str:
    """Return the points of a figure as SQL, before they fade: on a line between `floor` and `target`, clamped.

    Where less is better the target lies below the floor, and the same line falls. Nothing measured gives nothing.
    """
    return f"least(greatest({FULL} * ({figure} - ({floor})) / ({target - floor}), 0), {FULL})"


def fading_sql(days: str, *, half_life_days: int) -> str:
    """Return what is left of points after some days: a half after each half-life. Days to come count as today."""
    return f"power(2::numeric, -(greatest({days}, 0))::numeric / {int(half_life_days)})"


def mean_sql(weighted: Iterable[tuple[str, int]]) -> str:
    """Return the weighted mean of points, empty where none of them is known."""
    pairs = list(weighted)
    total = " + ".join(f"coalesce({points}, 0) * {int(weight)}" for points, weight in pairs)
    known = " + ".join(f"({points} IS NOT NULL)::int * {int(weight)}" for points, weight in pairs)
    return f"round(({total or 0})::numeric / nullif({known or 0}, 0), {PLACES})"
