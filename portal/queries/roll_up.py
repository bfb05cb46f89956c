"""Managers side by side: what each looks after and how it goes, one grouped statement for each kind of thing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from accounts.models import User
from core.periods import add_months
from partners.models import LifeStage

TOUCH_DAYS = 30
COMPARED_DAYS = 90

STAGES = """WITH mine AS (SELECT user_id, partner_id FROM partners_assignment WHERE ends_at IS NULL)
SELECT mine.user_id, verdict.stage_id, count(*) FROM mine
LEFT JOIN segmentation_classification verdict USING (partner_id) GROUP BY 1, 2"""
SCORES = """WITH mine AS (SELECT user_id, partner_id FROM partners_assignment WHERE ends_at IS NULL),
main AS (SELECT id FROM scorecards_scorecard WHERE is_main)
SELECT mine.user_id, avg(now.value), avg(now.value - past.value) FROM mine
JOIN scorecards_score now ON now.partner_id = mine.partner_id AND now.is_current
    AND now.scorecard_id = (SELECT id FROM main)
LEFT JOIN LATERAL (
    SELECT value FROM scorecards_score score WHERE score.partner_id = mine.partner_id
        AND score.scorecard_id = (SELECT id FROM main) AND score.day <= %(compared)s ORDER BY day DESC LIMIT 1
) past ON true GROUP BY 1"""
OPEN = """WITH mine AS (SELECT user_id, partner_id FROM partners_assignment WHERE ends_at IS NULL)
SELECT 'alerts', mine.user_id, count(*) FROM mine JOIN scorecards_alert alert USING (partner_id)
WHERE alert.ends_at IS NULL GROUP BY 2
UNION ALL SELECT 'late', coalesce(task.assignee_id, mine.user_id), count(*) FROM scorecards_partnertask task
LEFT JOIN mine USING (partner_id)
WHERE task.done_at IS NULL AND task.side = 'vendor' AND task.due_on < %(today)s GROUP BY 2
UNION ALL SELECT 'touches', touch.logged_by_id, count(*) FROM partners_touch touch
WHERE touch.happened_at > %(touched)s GROUP BY 2
UNION ALL SELECT 'minutes', touch.logged_by_id, coalesce(sum(touch.minutes), 0) FROM partners_touch touch
WHERE touch.happened_at > %(touched)s GROUP BY 2
UNION ALL SELECT 'secondary', user_id, count(*) FROM partners_secondaryassignment WHERE ends_at IS NULL GROUP BY 2"""
DEALS = """WITH mine AS (SELECT user_id, partner_id FROM partners_assignment WHERE ends_at IS NULL),
dealt AS (SELECT DISTINCT mine.user_id, part.deal_id FROM mine JOIN deals_dealparticipant part USING (partner_id))
SELECT dealt.user_id, coalesce(sum(deal.program_amount) FILTER (WHERE deal.stage = 'open'), 0),
    coalesce(sum(deal.program_amount) FILTER (WHERE deal.stage = 'won'), 0)
FROM dealt JOIN deals_deal deal ON deal.id = dealt.deal_id
WHERE deal.stage = 'open' OR (deal.stage = 'won' AND deal.closed_on >= %(year)s) GROUP BY 1"""


@dataclass(slots=True)
class Manager:
    """One manager with the figures of the partners they look after."""

    user: User
    stages: list[int]
    partners: int = 0
    score: int | None = None
    change: int | None = None
    pipeline: Decimal = Decimal(0)
    won: Decimal = Decimal(0)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def alerts(self) -> int:
        """Open alerts."""
        return self.counts.get("alerts", 0)

    @property
    def late(self) -> int:
        """Late tasks."""
        return self.counts.get("late", 0)

    @property
    def touches(self) -> int:
        """Touches of the last thirty days."""
        return self.counts.get("touches", 0)

    @property
    def minutes(self) -> int:
        """What was said of their minutes."""
        return self.counts.get("minutes", 0)

    @property
    def secondary(self) -> int:
        """Partners they help with."""
        return self.counts.get("secondary", 0)


@dataclass(frozen=True, slots=True)
class RollUp:
    """All managers, and the stages in their order."""

    stages: Sequence[LifeStage]
    managers: list[Manager]

    @property
    def stage_totals(self) -> list[int]:
        """How many partners are in each stage, over all managers."""
        return [sum(column) for column in zip(*(one.stages for one in self.managers), strict=True)]

    @property
    def totals(self) -> Mapping[str, Any]:
        """The sums over all managers."""
        names = ("partners", "alerts", "late", "touches", "minutes", "pipeline", "won")
        return {name: sum(getattr(one, name) for one in self.managers) for name in names}


def roll_up(managers: Any, *, at: datetime, today: date) -> RollUp:
    """Return every manager who looks after somebody, or might, by what they have won."""
    stages = list(LifeStage.objects.filter(retired_at__isnull=True).order_by("position", "pk"))
    places = {stage.pk: number for number, stage in enumerate(stages)}
    found = {user.pk: Manager(user, [0] * len(stages)) for user in managers.order_by("name", "pk")}
    asked = {
        "today": today,
        "touched": at - timedelta(days=TOUCH_DAYS),
        "compared": today - timedelta(days=COMPARED_DAYS),
        "year": add_months(today.replace(day=1), -11),
    }
    for user_id, stage_id, count in _rows(STAGES, asked):
        if user_id in found:
            found[user_id].partners += count
            if stage_id in places:
                found[user_id].stages[places[stage_id]] += count
    for user_id, score, change in _rows(SCORES, asked):
        if user_id in found:
            found[user_id].score = round(score)
            found[user_id].change = round(change) if change is not None else None
    for what, user_id, count in _rows(OPEN, asked):
        if user_id in found:
            found[user_id].counts[what] = int(count)
    for user_id, pipeline, won in _rows(DEALS, asked):
        if user_id in found:
            found[user_id].pipeline, found[user_id].won = pipeline, won
    busy = [one for one in found.values() if one.partners or one.touches or one.secondary]
    return RollUp(stages, sorted(busy, key=lambda one: (-one.won, -one.partners, one.user.name)))


def _rows(statement: str, parameters: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()
