"""Chance that is the same every time: one stream of random numbers per subject, so that a change here moves nothing there."""

import math
import random
from collections.abc import Sequence
from typing import TypeVar

Thing = TypeVar("Thing")


class Lot(random.Random):
    """Random numbers of one subject."""

    def __init__(self, *subject: object) -> None:
        super().__init__("/".join(map(str, subject)))

    def happens(self, share: float) -> bool:
        """Return True in this share of cases."""
        return self.random() < share

    def times(self, expected: float) -> int:
        """Return a whole number, on average the expected one (by Poisson)."""
        limit, product, count = math.exp(-max(expected, 0)), self.random(), 0
        while product > limit:
            product *= self.random()
            count += 1
        return count

    def some(self, things: Sequence[Thing], low: int, high: int) -> list[Thing]:
        """Return a few of the things, in their order."""
        chosen = set(self.sample(range(len(things)), min(len(things), self.randint(low, high))))
        return [thing for place, thing in enumerate(things) if place in chosen]

    def weighted(self, things: Sequence[Thing], weights: Sequence[float]) -> Thing:
        """Return one of the things, the heavier the likelier."""
        return self.choices(things, weights)[0]
