"""The names of the queues tasks wait in."""

from enum import StrEnum


class Queue(StrEnum):
    """Where a task waits: each queue can have workers of its own."""

    FRESH = "fresh"
    FULL = "full"
    OUTBOX = "outbox"
    REPORTS = "reports"
