"""The beat's schedule: kept in the broker, under a lock so that only one beat rings, and outliving the broker."""

from collections.abc import Callable
from typing import Any

import structlog
from redbeat import RedBeatScheduler
from redis.exceptions import ConnectionError as NoBroker
from redis.exceptions import LockNotOwnedError

log = structlog.get_logger("prm")

RETRY_SECONDS = 1.0


class LastingScheduler(RedBeatScheduler):
    """Goes on where its parent ends: when the broker is away, and when it comes back empty.

    Started anew, a beat would be ready seconds later; until then nobody would ring.
    """

    def tick(self, min: Callable[..., float] = min, **kwargs: Any) -> float:  # noqa: A002 - the parent's name
        """Ring for what is due, and return the seconds until the next look.

        A lost lock was in a broker that has been emptied, or another beat has it by now: this one waits for it, as
        when it was started. The schedule is written again, for it was in the same broker.
        """
        try:
            return float(super().tick(min=min, **kwargs))
        except LockNotOwnedError:
            log.warning("beat.lock_lost")
            self.lock.acquire()
            self.setup_schedule()
        except NoBroker:
            log.warning("beat.broker_away")
            return RETRY_SECONDS
        return 0.0
