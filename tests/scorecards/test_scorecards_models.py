"""What the database itself refuses."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError

from partners.models import Partner
from tests.factories.partners import LifeStageFactory
from tests.factories.scorecards import (
    BenchmarkFactory,
    MetricFactory,
    MetricScoreFactory,
    ScorecardFactory,
    ScoreFactory,
    ScoreRangeFactory,
    ScoreRunFactory,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"weight": 0}, "metric_weighs_something"),
        ({"floor": 5, "target": 5}, "metric_target_is_not_floor"),
        ({"floor": 9, "target": 5}, "metric_target_fits_direction"),
        ({"floor": 5, "target": 9, "direction": "less"}, "metric_target_fits_direction"),
    ],
)
def test_an_impossible_metric_is_refused(fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        MetricFactory(**fields)


def test_a_scorecard_has_a_key_once() -> None:
    metric = MetricFactory()

    with pytest.raises(IntegrityError, match="metric_key_once"):
        MetricFactory(scorecard=metric.scorecard, key=metric.key)


def test_one_scorecard_is_the_main_one() -> None:
    ScorecardFactory(is_main=True)

    with pytest.raises(IntegrityError, match="scorecard_one_main"):
        ScorecardFactory(is_main=True)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({}, "score_once_a_day"),
        ({"day": date(2030, 3, 19)}, "score_one_current"),
        ({"day": date(2030, 3, 19), "is_current": False, "value": 101}, "score_at_most_100"),
    ],
)
def test_a_score_that_cannot_be_is_refused(fields: dict[str, Any], constraint: str, pinewood: Partner) -> None:
    first = ScoreFactory(partner=pinewood, is_current=bool(fields))

    with pytest.raises(IntegrityError, match=constraint):
        ScoreFactory(partner=pinewood, scorecard=first.scorecard, **fields)


def test_a_metric_is_measured_once_per_partner(pinewood: Partner) -> None:
    first = MetricScoreFactory(partner=pinewood)

    with pytest.raises(IntegrityError, match="metric_score_once"):
        MetricScoreFactory(partner=pinewood, metric=first.metric)


def test_points_end_at_100(pinewood: Partner) -> None:
    with pytest.raises(IntegrityError, match="metric_score_at_most_100"):
        MetricScoreFactory(partner=pinewood, points=101)


def test_a_stage_has_one_benchmark_per_scorecard() -> None:
    first = BenchmarkFactory(stage=LifeStageFactory())

    with pytest.raises(IntegrityError, match="benchmark_once"):
        BenchmarkFactory(scorecard=first.scorecard, stage=first.stage)


def test_a_benchmark_is_from_0_to_100() -> None:
    with pytest.raises(IntegrityError, match="benchmark_points_range"):
        BenchmarkFactory(points=101)


def test_a_range_is_never_empty_nor_twice_in_a_run() -> None:
    first = ScoreRangeFactory()

    with pytest.raises(IntegrityError, match="score_range_once"):
        ScoreRangeFactory(run=first.run)


def test_a_range_ends_after_it_begins() -> None:
    with pytest.raises(IntegrityError, match="score_range_not_empty"):
        ScoreRangeFactory(end_id=1)


def test_a_slot_is_run_once() -> None:
    ScoreRunFactory(slot="today")

    with pytest.raises(IntegrityError, match="slot"):
        ScoreRunFactory(slot="today")
