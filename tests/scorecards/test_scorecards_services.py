"""Making scorecards and metrics."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from partners.models import Partner
from scorecards.models import Metric, MetricScore, Scorecard, ScoreRange
from scorecards.services import scorecards
from segmentation.models import FullRun
from tests.factories.scorecards import MetricFactory, MetricScoreFactory, ScorecardFactory


def add(scorecard: Scorecard, by: User, at: datetime, **differs: Any) -> Metric:
    """Add an ordinary metric."""
    fields = {"name": "Employees", "expression": {"field": "employees"}, "target": Decimal(100), **differs}
    return scorecards.add_metric(scorecard=scorecard, by=by, at=at, **fields)


def test_a_scorecard_gets_a_key_of_its_own(victor: User, now: datetime) -> None:
    first = scorecards.create(name="Sales capability", by=victor, at=now)
    second = scorecards.create(name="Sales capability", by=victor, at=now)

    assert (first.key, second.key) == ("sales-capability", "sales-capability-2")


def test_one_scorecard_gives_the_score(main: Scorecard, victor: User, now: datetime) -> None:
    other = ScorecardFactory()

    assert scorecards.make_main(scorecard=other, by=victor, at=now)
    assert not scorecards.make_main(scorecard=other, by=victor, at=now)

    assert list(Scorecard.objects.filter(is_main=True)) == [other]
    assert FullRun.objects.count() == 1


def test_a_new_metric_has_everybody_measured(main: Scorecard, pinewood: Partner, victor: User, now: datetime) -> None:
    first, second = add(main, victor, now), add(main, victor, now)

    assert (first.key, second.key, first.position, second.position) == ("employees", "employees-2", 0, 1)
    assert ScoreRange.objects.count() == 1


@pytest.mark.parametrize(
    ("differs", "field", "code"),
    [
        ({"name": ""}, "name", "blank"),
        ({"expression": {"field": "colour"}}, "expression", "unknown_field"),
        ({"expression": {"field": "country"}}, "expression", "not_a_number"),
        ({"expression": {"field": "score"}}, "expression", "own_field"),
        ({"expression": "employees"}, "expression", None),
        ({"target": Decimal(0)}, "target", "below_floor"),
        ({"direction": "less"}, "target", "above_floor"),
        ({"weight": 0}, "weight", "too_small"),
        ({"direction": "sideways"}, "direction", "invalid_choice"),
    ],
)
def test_an_impossible_metric_is_refused_by_field(
    differs: dict[str, Any], field: str, code: str | None, main: Scorecard, victor: User, now: datetime
) -> None:
    with pytest.raises(ValidationError) as refused:
        add(main, victor, now, **differs)

    assert list(refused.value.error_dict) == [field]
    assert code is None or refused.value.error_dict[field][0].code == code
    assert not Metric.objects.exists()


def test_only_what_can_change_a_figure_has_everybody_measured(
    main: Scorecard, pinewood: Partner, victor: User, now: datetime
) -> None:
    metric = MetricFactory(scorecard=main)

    renamed = scorecards.update_metric(metric=metric, by=victor, at=now, changes={"name": "People"})
    assert (renamed, ScoreRange.objects.count()) == (["name"], 0)

    moved = scorecards.update_metric(metric=metric, by=victor, at=now, changes={"target": Decimal(50)})
    assert (moved, ScoreRange.objects.count()) == (["target"], 1)

    ScoreRange.objects.all().delete()
    same = scorecards.update_metric(metric=metric, by=victor, at=now, changes={"target": Decimal(50)})
    assert (same, ScoreRange.objects.count()) == ([], 0)


def test_a_removed_metric_takes_its_figures_along(
    main: Scorecard, pinewood: Partner, victor: User, now: datetime
) -> None:
    metric = MetricFactory(scorecard=main)
    MetricScoreFactory(metric=metric, partner=pinewood)

    scorecards.remove_metric(metric=metric, by=victor, at=now)

    assert not MetricScore.objects.exists()
    assert ScoreRange.objects.exists()


def test_renaming_a_scorecard_twice_changes_nothing_the_second_time(
    main: Scorecard, victor: User, now: datetime
) -> None:
    first = scorecards.update(scorecard=main, by=victor, at=now, changes={"name": "Health"})
    second = scorecards.update(scorecard=main, by=victor, at=now, changes={"name": "Health"})

    assert (first, second) == (["name"], [])
