"""Audiences by criteria, as far as this app needs them: who is in one, and which there are to choose from.

Criteria and segments live in apps above. The one that knows them registers here in its `receivers.py`; an agreement
keeps the id of its audience and nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Audiences:
    """Where audiences are found.

    `verdicts` returns a row for each partner, with `partner` and `segment_ids`. `choices` returns the audiences
    somebody may choose from, the one with the given id among them even if it is out of use.
    """

    verdicts: Callable[[], Any]
    choices: Callable[[int | None], Any]


_known: list[Audiences] = []


def register(*, verdicts: Callable[[], Any], choices: Callable[[int | None], Any]) -> None:
    """Say where audiences are found."""
    _known[:] = [Audiences(verdicts, choices)]


def verdicts() -> Any:
    """Return a row for each partner with the ids of the audiences it is in."""
    return _known[0].verdicts()


def choices(chosen: int | None = None) -> Any:
    """Return the audiences there are to choose from."""
    return _known[0].choices(chosen)


def name_of(audience_id: int | None) -> str:
    """Return the name of an audience, or nothing."""
    return next((str(one) for one in choices(audience_id).filter(pk=audience_id)), "") if audience_id else ""
