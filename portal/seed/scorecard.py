"""Writes a program's main scorecard."""

from datetime import datetime

from accounts.models import User
from portal.seed.shapes import Programme
from scorecards.services import scorecards


def write(programme: Programme, *, by: User, at: datetime) -> None:
    """Write the scorecard whose score everybody sees, with its metrics."""
    scorecard = scorecards.create(
        key="partnership",
        name="Partnership score",
        purpose="How the partnership does, in figures that both sides can check",
        is_main=True,
        by=by,
        at=at,
    )
    for metric in programme.metrics:
        scorecards.add_metric(scorecard=scorecard, by=by, at=at, **metric)
