"""Writes a program's main scorecard."""

from datetime import datetime

from accounts.models import User
from portal.seed.shapes import Programme
from scorecards.services import scorecards


def write(programme: Programme, *, by: User, at: datetime) -> None:
    """Write the scorecard whose score everybody sees, with its sections and metrics."""
    scorecard = scorecards.create(
        key="partnership",
        name="Partnership score",
        purpose="How the partnership does, in figures that both sides can check",
        sharing="everything",
        is_main=True,
        by=by,
        at=at,
    )
    draft = scorecards.draft_of(scorecard=scorecard, by=by, at=at)
    for section in programme.sections:
        made = scorecards.add_section(version=draft, name=section.name, description=section.description, by=by, at=at)
        for metric in section.metrics:
            scorecards.add_metric(section=made, by=by, at=at, **metric)
    scorecards.publish(version=draft, by=by, at=at)
