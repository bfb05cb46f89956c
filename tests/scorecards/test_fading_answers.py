"""Answers fade like figures where their metric says so, and count in a draft's impact: worked examples."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.models import Program
from partners.models import Partner
from scorecards.models import Metric, PeriodScore, Scorecard
from scorecards.queries import measure_up, score_card
from scorecards.services import assessments, impacts, scores
from tests.factories.assessments import question
from tests.factories.scorecards import MetricFactory, ScorecardSectionFactory, ScorecardVersionFactory, publish_metrics

pytestmark = pytest.mark.django_db

HALF_LIFE = 30
Give = Callable[..., Any]


@pytest.fixture
def give(pinewood: Partner, vera: Any, now: datetime) -> Give:
    def answer(metric: Metric, level: int, *, at: datetime = now, side: str = "cam", by: Any = vera) -> Any:
        return assessments.answer(partner=pinewood, metric=metric, side=side, by=by, at=at, level=level)

    return answer


def points(partner: Partner, at: datetime) -> list[int | None]:
    """Return the points of a partner's metrics as they are reckoned at a moment."""
    scores.recompute(partner_ids=[partner.pk], at=at)
    return PeriodScore.objects.values_list("points", flat=True).get(partner=partner, is_current=True)


@pytest.mark.parametrize(
    ("level", "days", "left"),
    [
        (5, 0, 100),
        (5, 30, 50),  # a half after each half-life
        (5, 60, 25),
        (5, 15, 71),  # 100 × 2^(-15/30) = 70.71
        (3, 30, 25),  # 50 points at first
        (2, 45, 9),  # 25 × 2^(-45/30) = 8.84
        (1, 30, 0),
    ],
)
def test_points_of_an_answer_halve_with_each_half_life(
    main: Scorecard, classified: list[Partner], give: Give, now: datetime, level: int, days: int, left: int
) -> None:
    [story] = publish_metrics(main, question(half_life_days=HALF_LIFE))
    give(story, level)

    assert points(classified[0], now + timedelta(days=days)) == [left]


def test_said_again_an_answer_counts_in_full(
    main: Scorecard, classified: list[Partner], give: Give, vera: Any, now: datetime
) -> None:
    [story] = publish_metrics(main, question(half_life_days=HALF_LIFE))
    last, later = give(story, 5), now + timedelta(days=60)
    assert points(classified[0], later) == [25]

    assessments.confirm(partner=classified[0], answers=[last], side="cam", by=vera, at=later, shown_at=None)

    assert points(classified[0], later) == [100]


def test_without_a_half_life_an_answer_stays_what_it_was(
    main: Scorecard, classified: list[Partner], give: Give, now: datetime
) -> None:
    story, fading = publish_metrics(main, question("story"), question("fading", half_life_days=HALF_LIFE))
    give(story, 4)
    give(fading, 4)

    assert points(classified[0], now + timedelta(days=60)) == [75, 19]


def test_days_are_those_of_the_programs_zone(main: Scorecard, classified: list[Partner], give: Give) -> None:
    Program.objects.update(timezone="Asia/Tokyo")
    Program.forget()
    [story] = publish_metrics(main, question(half_life_days=1))
    before_midnight = datetime(2030, 3, 18, 14, 59, tzinfo=UTC)  # in Tokyo 23:59

    give(story, 5, at=before_midnight)

    assert points(classified[0], before_midnight) == [100]
    assert points(classified[0], before_midnight + timedelta(minutes=1)) == [50]


def test_a_partner_reads_the_level_that_it_said_and_that_it_counts_less(
    main: Scorecard, classified: list[Partner], give: Give, paula: Any, now: datetime
) -> None:
    [story] = publish_metrics(main, question(asked_of="partner", half_life_days=HALF_LIFE))
    give(story, 4, side="partner", by=paula)
    points(classified[0], now + timedelta(days=60))

    card = score_card(classified[0], at=now + timedelta(days=60))
    assert card is not None
    [(_section, [measure])] = measure_up.measured(card).sections

    assert (measure.level, measure.row.points, measure.has_faded) == (4, 19, True)


def draft_of(scorecard: Scorecard, *metrics: dict[str, Any]) -> Any:
    """Return a draft with one section with these metrics."""
    section = ScorecardSectionFactory(scorecard_version=ScorecardVersionFactory(definition=scorecard))
    for fields in metrics:
        MetricFactory(section=section, **fields)
    return section.scorecard_version


class TestImpact:
    """What a draft would change, with what was answered."""

    def test_what_was_answered_counts_on_the_draft(
        self, main: Scorecard, classified: list[Partner], give: Give, now: datetime
    ) -> None:
        story, _size = publish_metrics(main, question("story"), {"key": "size", "target": 100})
        Partner.objects.update(employees=40)
        give(story, 5)
        scores.recompute(partner_ids=None, at=now)  # Pinewood (100 + 40) / 2 = 70; Oakhurst only 40

        found = impacts.impact(
            draft=draft_of(main, question("story", weight=3), {"key": "size", "target": 100}),
            visible=Partner.objects.all(),
            at=now,
        )

        assert found is not None
        assert (found.rises, found.falls, found.stays) == (1, 0, 1)
        assert [(one.partner.name, one.before, one.after) for one in found.movers] == [("Pinewood", 70, 85)]

    def test_who_is_asked_on_the_draft_decides_whose_answer_counts(
        self, main: Scorecard, classified: list[Partner], give: Give, paula: Any, now: datetime
    ) -> None:
        [story] = publish_metrics(main, question("story"))
        give(story, 5)
        give(story, 2, side="partner", by=paula)
        scores.recompute(partner_ids=None, at=now)

        found = impacts.impact(
            draft=draft_of(main, question("story", asked_of="partner")), visible=Partner.objects.all(), at=now
        )

        assert found is not None
        assert [(one.before, one.after) for one in found.movers] == [(100, 25)]

    def test_a_half_life_on_the_draft_lets_old_answers_fade(
        self, main: Scorecard, classified: list[Partner], give: Give, now: datetime
    ) -> None:
        [story] = publish_metrics(main, question("story"))
        give(story, 5, at=now - timedelta(days=60))
        scores.recompute(partner_ids=None, at=now)

        found = impacts.impact(
            draft=draft_of(main, question("story", half_life_days=HALF_LIFE)), visible=Partner.objects.all(), at=now
        )

        assert found is not None
        assert [(one.before, one.after) for one in found.movers] == [(100, 25)]
