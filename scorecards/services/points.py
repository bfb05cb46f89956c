"""From measured values to points, and from points to a score. Plain arithmetic."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

FULL = 100


def points(value: Decimal | None, *, floor: Decimal, target: Decimal) -> int:
    """Return 0 at the floor, 100 at the target, on a line between, clamped; 0 where there is nothing to measure.

    Where less is better the target lies below the floor, and the same line falls.
    """
    if value is None:
        return 0
    reached = (value - floor) / (target - floor) * FULL
    return _rounded(min(max(reached, Decimal(0)), Decimal(FULL)))


def score(weighted: Iterable[tuple[int, int]]) -> int | None:
    """Return the weighted mean of (points, weight) pairs, rounded half up; None without any."""
    pairs = list(weighted)
    total = sum(weight for _points, weight in pairs)
    return _rounded(Decimal(sum(one * weight for one, weight in pairs)) / total) if total else None


def _rounded(number: Decimal) -> int:
    return int(number.quantize(Decimal(1), ROUND_HALF_UP))
