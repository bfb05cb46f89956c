"""How to try the tasks of scorecards twice."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Notification
from core.models import OutboxMessage, Program
from core.periods import today
from scorecards.models import (
    Alert,
    AlertRun,
    AssessmentRequest,
    Benchmark,
    Goal,
    GoalDay,
    GoalFigure,
    GoalTarget,
    ObjectiveFigure,
    PartnerTask,
    PeriodScore,
    PlanVersion,
    QuarterlyReview,
    Score,
    ScoreRange,
    ScoreRun,
    SuccessPlan,
)
from scorecards.services import alerts, runs
from tests.architecture.twice import Scenario, scenario
from tests.factories.accounts import VendorUserFactory
from tests.factories.assessments import AssessmentRequestFactory
from tests.factories.goals import GoalFactory, GoalFigureFactory, GoalTargetFactory
from tests.factories.partners import AssignmentFactory, PartnerFactory
from tests.factories.scorecards import (
    PartnerTaskFactory,
    PeriodScoreFactory,
    ScorecardFactory,
    ScorecardVersionFactory,
    publish_metrics,
)
from tests.factories.success_plans import PlanObjectiveFactory, PlanVersionFactory

MOMENT = datetime(2020, 1, 1, tzinfo=UTC)


def measured_partners() -> None:
    """Three partners and one metric."""
    publish_metrics(ScorecardFactory(), {})
    for employees in (10, 50, 200):
        PartnerFactory(employees=employees)


def scores() -> Any:
    """What is known of everybody's scores, and what is left to do."""
    return (
        sorted(PeriodScore.objects.values_list("partner_id", "points")),
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
    version = ScorecardVersionFactory()
    for points in (20, 40, 90):
        PeriodScoreFactory(scorecard_version=version, exact=points)
    return Scenario(state=lambda: sorted(map(str, Benchmark.objects.values_list("peer_group", "partners", "points"))))


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


@scenario("scorecards.tasks.measure_plans")
def a_plan_was_not_measured_today() -> Scenario:
    """A plan with an objective, and a quarter that is over and was not reviewed."""
    version = PlanVersionFactory(plan__starts_on=date(2020, 1, 1), plan__state="agreed")
    PlanObjectiveFactory(plan_version=version, key="people")
    PlanVersion.objects.filter(pk=version.pk).update(
        state="agreed", proposed_at=MOMENT, vendor_agreed_at=MOMENT, partner_agreed_at=MOMENT
    )
    return Scenario(
        state=lambda: (
            sorted(ObjectiveFigure.objects.values_list("objective_key", "value", "is_current")),
            SuccessPlan.objects.filter(measured_on__isnull=False).count(),
            QuarterlyReview.objects.count(),
            sorted(OutboxMessage.objects.values_list("topic", flat=True)),
        )
    )


def _a_goal_of_today() -> None:
    target = GoalTargetFactory(goal__starts_on=date(2020, 1, 1), goal__ends_on=date(2099, 12, 31))
    for employees in (10, 50):
        partner = PartnerFactory(employees=employees)
        GoalTargetFactory(goal=target.goal, parent=target, kind="partner", partner=partner)


def goal_figures() -> Any:
    """What partners brought, and what parts of goals attained."""
    return (
        sorted(GoalFigure.objects.values_list("partner__employees", "value")),
        sorted(map(str, GoalTarget.objects.values_list("kind", "attained"))),
        sorted(GoalDay.objects.values_list("attained", flat=True)),
    )


@scenario("scorecards.tasks.measure_goals")
def a_goal_was_not_measured_today() -> Scenario:
    """A goal with two partners' parts."""
    _a_goal_of_today()
    return Scenario(state=goal_figures)


@scenario("scorecards.tasks.add_up_goals")
def figures_are_to_be_added_up() -> Scenario:
    """Two partners brought something."""
    _a_goal_of_today()
    for part in GoalTarget.objects.filter(kind="partner"):
        GoalFigureFactory(goal=part.goal, partner=part.partner, value=part.partner.employees)
    return Scenario(state=goal_figures)


@scenario("scorecards.tasks.remind_of_goals")
def a_goal_ends_soon() -> Scenario:
    """It ends in three weeks, and none follows."""
    GoalFactory(starts_on=date(2020, 1, 1), ends_on=timezone.localdate() + timedelta(days=21))
    return Scenario(
        state=lambda: (
            Goal.objects.filter(renewal_told_at__isnull=False).count(),
            sorted(OutboxMessage.objects.values_list("topic", flat=True)),
        )
    )


def silent_partners() -> None:
    """Two partners of whom nobody has heard for long, with a manager."""
    manager = VendorUserFactory()
    for _ in range(2):
        partner = PartnerFactory(last_active_at=timezone.now() - timedelta(days=100), joined_on=date(2020, 1, 1))
        AssignmentFactory(partner=partner, user=manager)


def alerts_and_notices() -> Any:
    """Which alerts there are, who heard of them, and how far the look at everybody is."""
    return (
        sorted(Alert.objects.values_list("partner_id", "kind", "ends_at", "facts__since_on")),
        Alert.objects.filter(told_at__isnull=False).count(),
        sorted(Notification.objects.values_list("user_id", "text")),
        sorted(AlertRun.objects.values_list("reason", "next_id")),
    )


@scenario("scorecards.tasks.start_daily_alerts")
def a_day_of_alerts() -> Scenario:
    """One look a day, however many beats there are."""
    silent_partners()
    return Scenario(state=alerts_and_notices)


@scenario("scorecards.tasks.continue_alert_runs")
def a_look_has_begun() -> Scenario:
    """Everybody is to be looked at."""
    silent_partners()
    alerts.start_run(reason="A test")
    return Scenario(state=alerts_and_notices)


@scenario("scorecards.tasks.tell_of_alerts")
def alerts_to_be_told() -> Scenario:
    """Everybody was looked at today, and nobody heard of what came out."""
    silent_partners()
    at = timezone.now()
    alerts.start_run(reason="A new day", slot=alerts.day_slot(at=at))
    while alerts.continue_run(at=at):
        pass
    return Scenario(state=alerts_and_notices)


@scenario("scorecards.tasks.remind_of_assessments")
def a_self_assessment_is_due_soon() -> Scenario:
    """A partner was asked for its own view until the day after tomorrow."""
    AssessmentRequestFactory(due_on=today(at=timezone.now(), zone=Program.current().zone) + timedelta(days=2))
    return Scenario(
        state=lambda: (AssessmentRequest.objects.filter(reminded_at=None).count(), OutboxMessage.objects.count())
    )
