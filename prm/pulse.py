"""The worker's sign of life as the supervisor reads it.

Every few seconds beat rings, through the broker, for a task that writes a row. A worker that lost its ear to the broker
lives on and does nothing: then the row stays as it is, and the worker must be started again.
"""

import contextlib
import time
from collections.abc import Callable

import psycopg2

DEAF_AFTER_SECONDS = 60
#: What a worker and beat may take, beyond that, to hear each other after they were started.
START_SECONDS = 30
LOOK_EVERY_SECONDS = 5
#: Who has not looked for so long slept, with the whole machine perhaps.
ASLEEP_SECONDS = 30
CONNECT_SECONDS = 3
READ_PULSE = "SELECT beat_at FROM core_heartbeat WHERE name = 'worker'"


class Pulse:
    """Tells when a sign of life has stayed the same for too long, in time in which it was looked at and could be read.

    It compares the row with itself and asks no clock what time it is: a machine that slept has not made anybody deaf.
    """

    def __init__(self, read: Callable[[], object], *, clock: Callable[[], float] = time.monotonic) -> None:
        """Remember how to read the sign."""
        self._read = read
        self._clock = clock
        self._seen: object = None
        self._looked_at = clock()
        self.begin_anew()

    def begin_anew(self) -> None:
        """Give whoever was just started the time to be heard."""
        self._lost_at = self._clock() + START_SECONDS + DEAF_AFTER_SECONDS

    def is_lost(self) -> bool:
        """Say whether nothing was heard for too long."""
        now = self._clock()
        since_last = now - self._looked_at
        if since_last < LOOK_EVERY_SECONDS:
            return False
        self._looked_at = now
        try:
            sign = self._read()
        except psycopg2.Error:
            self._lost_at += since_last
            return False
        if since_last > ASLEEP_SECONDS:
            self._lost_at += since_last
        if sign != self._seen:
            self._seen = sign
            self._lost_at = max(self._lost_at, now + DEAF_AFTER_SECONDS)
        return now > self._lost_at


def read_from(database_url: str) -> Callable[[], object]:
    """Return how to read the worker's sign of life out of a database, without Django."""

    def read() -> object:
        with contextlib.closing(psycopg2.connect(database_url, connect_timeout=CONNECT_SECONDS)) as connection:
            cursor = connection.cursor()
            cursor.execute(READ_PULSE)
            return cursor.fetchone()

    return read
