"""What the database itself refuses."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from partners.models import Partner
from tests.conftest import NOW
from tests.factories.scorecards import (
    BenchmarkFactory,
    MetricFactory,
    PeriodScoreFactory,
    ScorecardFactory,
    ScorecardSectionFactory,
    ScorecardVersionFactory,
    ScoreFactory,
    ScoreRangeFactory,
    ScoreRunFactory,
    publish,
)

pytestmark = pytest.mark.django_db
ASSESSED = {"asked_of": "cam", "anchors": ["a", "b", "c", "d", "e"], "expression": None, "floor": 1, "target": 5}


def immediately() -> None:
    """Have the constraints checked now that wait for the end of a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"weight": 0}, "metric_weighs_something"),
        ({"floor": 5, "target": 5}, "metric_target_is_not_floor"),
        ({"floor": 9, "target": 5}, "metric_target_fits_direction"),
        ({"floor": 5, "target": 9, "direction": "less"}, "metric_target_fits_direction"),
        ({"expression": None}, "metric_measured_or_answered"),
        ({"anchors": ["a", "b", "c", "d", "e"]}, "metric_measured_or_answered"),
        ({"asked_of": "cam", "anchors": ["a", "b", "c", "d", "e"]}, "metric_measured_or_answered"),
        ({**ASSESSED, "anchors": ["a", "b", "c", "d"]}, "metric_measured_or_answered"),
        ({**ASSESSED, "target": 4}, "metric_measured_or_answered"),
        ({"half_life_days": 0}, "metric_fades_in_days"),
        ({"benchmark_kind": "fixed"}, "metric_benchmark_complete"),
        ({"benchmark_kind": "percentile"}, "metric_benchmark_complete"),
        ({"benchmark_kind": "percentile", "benchmark_percentile": 100}, "metric_benchmark_complete"),
    ],
)
def test_an_impossible_metric_is_refused(fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        MetricFactory(**fields)


def test_a_version_has_a_metric_once() -> None:
    metric = MetricFactory()

    with pytest.raises(IntegrityError, match="metric_key_once"):
        MetricFactory(section__scorecard_version=metric.scorecard_version, key=metric.key)


def test_a_version_has_a_section_once() -> None:
    section = ScorecardSectionFactory()

    with pytest.raises(IntegrityError, match="scorecard_section_key_once"):
        ScorecardSectionFactory(scorecard_version=section.scorecard_version, key=section.key)


def test_two_metrics_never_stand_in_one_place() -> None:
    metric = MetricFactory()

    MetricFactory(section=metric.section, position=metric.position)

    with pytest.raises(IntegrityError, match="metric_position_once"):
        immediately()


def test_two_sections_never_stand_in_one_place() -> None:
    section = ScorecardSectionFactory()

    ScorecardSectionFactory(scorecard_version=section.scorecard_version, position=section.position)

    with pytest.raises(IntegrityError, match="scorecard_section_position_once"):
        immediately()


@pytest.mark.parametrize("zones", [{"amber_from": 0}, {"amber_from": 70}, {"green_from": 101}])
def test_zones_are_in_order(zones: dict[str, int]) -> None:
    with pytest.raises(IntegrityError, match="scorecard_version_zones_in_order"):
        ScorecardVersionFactory(**zones)


def test_a_scorecard_has_one_draft_and_one_published_version() -> None:
    version = publish(ScorecardVersionFactory())
    ScorecardVersionFactory(definition=version.definition)

    with pytest.raises(IntegrityError, match="scorecard_version_one_draft"), transaction.atomic():
        ScorecardVersionFactory(definition=version.definition)
    with pytest.raises(IntegrityError, match="scorecard_version_number_once"), transaction.atomic():
        ScorecardVersionFactory(definition=version.definition, number=version.number)
    with pytest.raises(IntegrityError, match="scorecard_version_one_published"), transaction.atomic():
        ScorecardVersionFactory(definition=version.definition, state="published", published_at=NOW)
    with pytest.raises(IntegrityError, match="scorecard_version_published_at_known"), transaction.atomic():
        ScorecardVersionFactory(definition=version.definition, state="superseded")


def test_what_is_published_is_never_changed() -> None:
    metric = MetricFactory()
    section, version = metric.section, metric.scorecard_version
    publish(version)

    for attempt in (
        lambda: MetricFactory(section=section),
        lambda: type(metric).objects.filter(pk=metric.pk).update(weight=2),
        lambda: metric.delete(),
        lambda: ScorecardSectionFactory(scorecard_version=version),
        lambda: type(section).objects.filter(pk=section.pk).update(name="Other"),
        lambda: type(version).objects.filter(pk=version.pk).update(green_from=80),
    ):
        with pytest.raises(IntegrityError, match="published version"), transaction.atomic():
            attempt()


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"reach": "nobody"}, "scorecard_reach_known"),
        ({"period": "week"}, "scorecard_period_known"),
        ({"sharing": "all"}, "scorecard_sharing_known"),
        ({"is_main": True, "retired_at": NOW}, "scorecard_main_in_use"),
    ],
)
def test_an_impossible_scorecard_is_refused(fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        ScorecardFactory(**fields)


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


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({}, "period_score_once"),
        ({"starts_on": date(2030, 4, 1)}, "period_score_one_current"),
        ({"starts_on": date(2030, 4, 1), "is_current": False, "exact": Decimal("100.001")}, "period_score_range"),
        ({"starts_on": date(2030, 4, 1), "is_current": False, "points": [1]}, "period_score_figures_have_points"),
    ],
)
def test_a_standing_that_cannot_be_is_refused(fields: dict[str, Any], constraint: str, pinewood: Partner) -> None:
    first = PeriodScoreFactory(partner=pinewood, is_current=bool(fields))

    with pytest.raises(IntegrityError, match=constraint):
        PeriodScoreFactory(partner=pinewood, scorecard_version=first.scorecard_version, **fields)


def test_a_group_has_one_benchmark_per_scorecard() -> None:
    first = BenchmarkFactory()

    with pytest.raises(IntegrityError, match="benchmark_once"):
        BenchmarkFactory(scorecard=first.scorecard)


def test_a_benchmark_counts_every_number_of_points() -> None:
    with pytest.raises(IntegrityError, match="benchmark_counts_points"):
        BenchmarkFactory(counts=[1, 2, 3])


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
