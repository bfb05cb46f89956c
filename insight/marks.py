"""Where a matrix is divided: one mark an axis makes four quadrants, two make nine boxes."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

ENDS = ("low", "high")


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of both axes, the lowest first. Whoever is at a mark is in the higher part."""

    x: tuple[Decimal, ...]
    y: tuple[Decimal, ...]

    @property
    def size(self) -> int:
        """How many parts an axis has: 2 or 3."""
        return len(self.x) + 1

    @property
    def named(self) -> list[tuple[str, Decimal]]:
        """The marks with the names that records, forms and addresses have for them."""
        axes = (("x", self.x), ("y", self.y))
        return [(f"{axis}_{ENDS[place]}", mark) for axis, marks in axes for place, mark in enumerate(marks)]

    @property
    def ascend(self) -> bool:
        """Whether both axes have as many marks, each higher than the one before."""
        rising = all(low < high for axis in (self.x, self.y) for low, high in pairwise(axis))
        return rising and len(self.x) == len(self.y) and self.size in (2, 3)


def bounds(marks: Sequence[Decimal], part: int) -> tuple[Decimal | None, Decimal | None]:
    """Return from where to where a part of an axis goes; None where it has no end."""
    return marks[part - 1] if part else None, marks[part] if part < len(marks) else None
