"""How to try the tasks of scorecards twice."""

from datetime import date
from typing import Any

from core.models import OutboxMessage
from scorecards.models import Benchmark, MetricScore, PartnerTask, Score, ScoreRange, ScoreRun
from scorecards.services import runs
from tests.architecture.twice import Scenario, scenario
from tests.factories.partners import PartnerFactory
from tests.factories.scorecards import MetricFactory, MetricScoreFactory, PartnerTaskFactory


def measured_partners() -> None:
    """Three partners and one metric."""
    MetricFactory()
    for employees in (10, 50, 200):
        PartnerFactory(employees=employees)


def scores() -> Any:
    """What is known of everybody's scores, and what is left to do."""
    return (
        sorted(MetricScore.objects.values_list("partner_id", "points")),
        sorted(Score.objects.values_list("partner_id", "value")),
        ScoreRange.objects.count(),
        ScoreRun.objects.count(),
    )


@scenario("scorecards.tasks.continue_runs")
def a_run_has_started() -> Scenario:
    """Everybody's scores are wanted anew."""
    measured_partners()
    runs.start(reason="A test")
    return Scenario(state=scores)


@scenario("scorecards.tasks.start_daily_run")
def a_new_day() -> Scenario:
    """One run a day, however many beats there are."""
    measured_partners()
    return Scenario(state=scores)


@scenario("scorecards.tasks.refresh_benchmarks")
def points_of_a_few() -> Scenario:
    """Three partners have points."""
    metric = MetricFactory()
    for points in (20, 40, 90):
        MetricScoreFactory(metric=metric, points=points)
    return Scenario(state=lambda: sorted(map(str, Benchmark.objects.values_list("stage", "partners", "points"))))


@scenario("scorecards.tasks.note_late_tasks")
def a_task_is_late() -> Scenario:
    """Its day is over, and nobody has been told."""
    PartnerTaskFactory(due_on=date(2020, 1, 1))
    return Scenario(
        state=lambda: (
            PartnerTask.objects.filter(late_told_at__isnull=False).count(),
            sorted(OutboxMessage.objects.values_list("topic", flat=True)),
        )
    )
