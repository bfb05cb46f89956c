"""Many things, a number of them at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Thing = TypeVar("Thing")


def batched(things: Iterable[Thing], size: int) -> Iterator[list[Thing]]:
    """Yield things in lists of a size; the last one may be shorter."""
    ahead = iter(things)
    while batch := list(islice(ahead, size)):
        yield batch
