"""Lets workers do what follows from a write, until nothing is left to do."""

from datetime import datetime, timedelta

from core.services import outbox
from segmentation.services import recompute

MOST_ROUNDS = 30


def follow(at: datetime) -> None:
    """Recompute what is stale and deliver what waits, as of a moment."""
    for _round in range(MOST_ROUNDS):
        if not recompute.stale(at=at) and not outbox.deliver_one(at=at + timedelta(days=3650)):
            return
    raise AssertionError("What follows never ends.")
