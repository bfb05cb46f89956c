"""A next step on a home page."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing worth doing now: why, how long it takes, and the page to do it on. Lower `rank` comes first."""

    rank: int
    title: str
    why: str
    icon: str
    kind: str
    action: str
    url: str
    time: str = ""
    progress: int | None = None
