"""Celery doors of scorecards."""

from celery import shared_task
from django.utils import timezone

from core.doorbell import ring
from core.queues import Queue
from scorecards.services import (
    alert_digests,
    alerts,
    assessment_requests,
    benchmarks,
    goal_figures,
    goals,
    outcomes,
    plan_figures,
    plan_reviews,
    prescriptions,
    runs,
    segment_plays,
)
from scorecards.services import tasks as partner_tasks

#: A task stops here and rings for the next one, so that it stays far below its time limit.
PARTS_PER_TASK = 50


@shared_task(queue=Queue.REPORTS)
def continue_runs() -> None:
    """Do parts of what is waiting, sharing them with every other worker, until none is left."""
    for _ in range(PARTS_PER_TASK):
        if not runs.continue_one(at=timezone.now()):
            return
    ring("scorecards.tasks.continue_runs", queue=Queue.REPORTS)


@shared_task(queue=Queue.REPORTS)
def start_daily_run() -> None:
    """Start the run of the program's day, once: windows of metrics move with the calendar."""
    runs.start(reason="A new day", slot=runs.day_slot(at=timezone.now()))


@shared_task(queue=Queue.REPORTS)
def refresh_benchmarks() -> None:
    """Average every metric per life stage anew."""
    benchmarks.refresh(at=timezone.now())


@shared_task(queue=Queue.REPORTS)
def note_late_tasks() -> None:
    """Tell of tasks whose day is over. Often, so that no zone waits long for its midnight."""
    partner_tasks.note_late(at=timezone.now())


@shared_task(queue=Queue.REPORTS)
def measure_plans() -> None:
    """Measure the plans that were not measured today, and ask for the reviews of quarters that are over."""
    for _ in range(PARTS_PER_TASK):
        if not plan_figures.measure_some_due(at=timezone.now()):
            break
    plan_reviews.ask_due(at=timezone.now())


@shared_task(queue=Queue.REPORTS)
def measure_goals() -> None:
    """Measure everybody for goals that are new or were not measured today, and add up."""
    for _ in range(PARTS_PER_TASK):
        if not goal_figures.measure_some_due(at=timezone.now()):
            break
    goal_figures.add_up(at=timezone.now())


@shared_task(queue=Queue.REPORTS)
def add_up_goals() -> None:
    """Add up what goals have attained."""
    goal_figures.add_up(at=timezone.now())


@shared_task(queue=Queue.REPORTS)
def remind_of_goals() -> None:
    """Remind program admins of goals that end and have no successor."""
    goals.ask_for_renewal(at=timezone.now())


@shared_task(queue=Queue.REPORTS)
def start_daily_alerts() -> None:
    """Look at everybody once on each day of the program: what is due moves with the calendar."""
    at = timezone.now()
    alerts.start_run(reason="A new day", slot=alerts.day_slot(at=at))


@shared_task(queue=Queue.REPORTS)
def continue_alert_runs() -> None:
    """Look at the next ranges of partners, until none is left."""
    for _ in range(PARTS_PER_TASK):
        if not alerts.continue_run(at=timezone.now()):
            return
    ring("scorecards.tasks.continue_alert_runs", queue=Queue.REPORTS)


@shared_task(queue=Queue.REPORTS)
def tell_of_alerts() -> None:
    """Tell managers of new alerts, once a day."""
    alert_digests.send(at=timezone.now())


@shared_task(queue=Queue.REPORTS)
def keep_prescriptions() -> None:
    """Finish plays whose task was ticked off, and read the figures of those whose day has come."""
    at = timezone.now()
    prescriptions.follow_tasks(at=at)
    outcomes.measure_due(at=at)


@shared_task(queue=Queue.REPORTS)
def keep_segment_plays() -> None:
    """Start plays of segments whose day has come, and read the figures of those that run."""
    at = timezone.now()
    segment_plays.start_due(at=at)
    segment_plays.note_figures(at=at)


@shared_task(queue=Queue.REPORTS)
def remind_of_assessments() -> None:
    """Remind partners of self-assessments that are due soon."""
    assessment_requests.remind_due(at=timezone.now())
