"""The starter pack put into a program: six published scorecards, to be switched on per partner and changed at will."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from core.audit import action
from partners.models import LifeStage
from scorecards import starter
from scorecards.models import Reach, Scorecard, ScorecardSection
from scorecards.services import scorecards


def install(*, by: Any | None, at: datetime) -> list[Scorecard]:
    """Add and publish what is not there yet. Returns the scorecards added; those with a key of the pack stay."""
    with action("scorecard.install_starter", by=by):
        _one_at_a_time()
        there = set(Scorecard.objects.filter(key__in=starter.keys()).values_list("key", flat=True))
        wanted = [starter.read(name) for name in starter.NAMES]
        return [_add(one, by=by, at=at) for one in wanted if one["key"] not in there]


def missing() -> int:
    """Return how many scorecards of the pack the program does not have."""
    return len(starter.keys()) - Scorecard.objects.filter(key__in=starter.keys()).count()


def _add(written: Mapping[str, Any], *, by: Any | None, at: datetime) -> Scorecard:
    scorecard = scorecards.create(
        **{name: written[name] for name in ("key", "name", "purpose", "purpose_kind", "sharing")},
        reach=Reach.SWITCHED_ON,
        by=by,
        at=at,
    )
    draft = scorecards.draft_of(scorecard=scorecard, by=by, at=at)
    known = LifeStage.objects.filter(key__in=written["stages"], retired_at__isnull=True)
    stages = sorted(known.values_list("key", flat=True))
    scorecards.save_draft(version=draft, by=by, at=at, changes={"stages": stages})
    for one in written["sections"]:
        section = scorecards.add_section(
            version=draft, key=one["key"], name=one["name"], description=one["description"], by=by, at=at
        )
        _add_metrics(section, one["metrics"], by=by, at=at)
    scorecards.publish(version=draft, by=by, at=at)
    return scorecard


def _add_metrics(section: ScorecardSection, metrics: list[dict[str, Any]], *, by: Any | None, at: datetime) -> None:
    for metric in metrics:
        scorecards.add_metric(section=section, by=by, at=at, **metric)


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('scorecards/starter', 3))")
