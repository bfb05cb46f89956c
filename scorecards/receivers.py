"""What scorecards do on hearing others."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext_lazy

from core.models import Program
from core.periods import today
from core.services import outbox
from criteria.fields import RuleKind
from enablement.services import enrollments
from partners.models import Region
from partners.queries.definitions import names
from partners.services import conversations, merge_parts, publications
from partners.signals import region_going, region_returned, rules_changed, users_asked
from scorecards.models import (
    Goal,
    PartnerTask,
    PlanObjective,
    PlanState,
    PlanVersionState,
    ScorecardVersion,
    SuccessPlan,
    TemplateObjective,
)
from scorecards.services import (
    alerts,
    assessment_notices,
    assessment_requests,
    assessments,
    goal_figures,
    goal_notices,
    goal_regions,
    goals,
    journey_tasks,
    merge_rules,
    merge_rules_of_assessments,
    plan_agreement,
    plan_figures,
    plan_notices,
    plan_reviews,
    prescription_merges,
    prescription_notices,
    prescriptions,
    score_circles,
    scorecard_versions,
    scores,
    segment_plays,
    task_notices,
    tasks,
)
from scorecards.signals import task_done
from segmentation.signals import partners_classified

merge_parts.register(*merge_rules.PARTS, *merge_rules_of_assessments.PARTS)
merge_parts.register(*prescription_merges.PARTS)
publications.register(
    "scorecard",
    model=ScorecardVersion,
    publish=scorecard_versions.publish,
    page="vendor:scorecard-detail",
    last_editor=scorecard_versions.last_editor,
)

outbox.handler(assessment_requests.SELF_ASSESSMENT_ASKED)(assessment_notices.asked)
outbox.handler(assessment_requests.REMINDED)(assessment_notices.reminded)
outbox.handler(assessments.FINISHED)(assessment_notices.finished)

outbox.handler(tasks.ASSIGNED)(task_notices.task_assigned)
outbox.handler(tasks.LATE)(task_notices.task_late)
outbox.handler(plan_agreement.CHANGED)(plan_notices.plan_changed)
outbox.handler(plan_figures.REACHED)(plan_notices.objective_reached)
outbox.handler(plan_reviews.DUE)(plan_notices.review_due)
outbox.handler(plan_reviews.FINISHED)(plan_notices.review_finished)
outbox.handler(goals.TOLD)(goal_notices.goal_told)
outbox.handler(goals.ENDS_SOON)(goal_notices.goal_ends_soon)

conversations.register(
    "success_plan",
    SuccessPlan,
    gettext_lazy("Success plan"),
    vendor_page="vendor:success-plan-detail",
    partner_page="partner:success-plan-detail",
    select_related=("partner",),
)
outbox.handler(prescriptions.CHANGED)(prescription_notices.changed)


@outbox.handler(segment_plays.APPLY)
def give_segment_play(payload: Mapping[str, Any]) -> None:
    """A play of a segment has started: give it to a part of the segment."""
    segment_plays.apply(payload, at=timezone.now())


@receiver(partners_classified)
def measure_again(partner_ids: Sequence[int], at: datetime, **_: Any) -> None:
    """Something about these partners may have changed: their metrics too. Writes differences only, so that it ends."""
    scores.recompute(partner_ids=partner_ids, at=at)


@receiver(partners_classified)
def look_for_alerts(partner_ids: Sequence[int], at: datetime, **_: Any) -> None:
    """Something about these partners may have changed: their alerts are opened and closed as the facts say."""
    alerts.refresh(partner_ids=partner_ids, at=at)


@receiver(partners_classified)
def follow_plays(partner_ids: Sequence[int], at: datetime, **_: Any) -> None:
    """What plays asked for may be done; and partners may have come into a segment that has a play, or left it."""
    prescriptions.follow(partner_ids=partner_ids, at=at)
    segment_plays.follow(partner_ids=partner_ids, at=at)


@receiver(partners_classified)
def follow_journeys(partner_ids: Sequence[int], at: datetime, **_: Any) -> None:
    """Partners may have come onto journeys and branches, or left them: what we have to do there is given as tasks."""
    journey_tasks.follow(partner_ids=partner_ids, at=at)


@outbox.handler(enrollments.OURS)
def give_what_is_ours(payload: Mapping[str, Any]) -> None:
    """Partners began journeys or went on: perhaps it is our turn."""
    journey_tasks.follow(partner_ids=payload["partner_ids"], at=timezone.now())


@receiver(task_done)
def finish_step_of_task(task: PartnerTask, by: Any, at: datetime, **_: Any) -> None:
    """A task was ticked off: where it is a step of a journey, that is done, too."""
    journey_tasks.finished(task=task, by=by, at=at)


@receiver(rules_changed)
def refuse_circles_of_scores(**_: Any) -> None:
    """A rule was published, or another scorecard gives the score: one that would follow its own score undoes it."""
    score_circles.refuse()


@receiver(users_asked)
def scorecards_that_ask_for(kind: str, key: str, **_: Any) -> list[str]:
    """Somebody wants to retire a definition: name the metrics and scorecards that ask for it."""
    return scorecard_versions.users_of(RuleKind(kind), key)


@receiver(partners_classified)
def measure_plans_and_goals(partner_ids: Sequence[int], at: datetime, **_: Any) -> None:
    """Something about these partners may have changed: what their plans and our goals count too."""
    plan_figures.measure_partners(partner_ids=partner_ids, at=at)
    goal_figures.measure_partners(partner_ids=partner_ids, at=at)


@receiver(users_asked)
def plans_and_goals_that_ask_for(kind: str, key: str, **_: Any) -> list[str]:
    """Somebody wants to retire a definition: name the goals, running plans and templates that measure by it."""
    running = PlanObjective.objects.exclude(plan_version__state=PlanVersionState.SUPERSEDED).exclude(
        plan_version__plan__state__in=[PlanState.CLOSED, PlanState.ENDED]
    )
    asked = [
        *Goal.objects.filter(retired_at=None).order_by("pk"),
        *running.order_by("pk"),
        *TemplateObjective.objects.filter(template__retired_at=None).order_by("pk"),
    ]
    found = {one.name for one in asked if names(one.expression, RuleKind(kind), key)}
    if kind in {RuleKind.REGION, RuleKind.SEGMENT}:
        coming = Goal.objects.not_over(today(at=timezone.now(), zone=Program.current().zone))
        found |= set(coming.filter(**{f"targets__{kind}__key": key}).values_list("name", flat=True))
    return sorted(found)


@receiver(region_going)
def keep_the_name_of_a_region_that_goes(region: Region, **_: Any) -> None:
    """A region is about to go: parts of goals that are over keep its name and do not stand in the way."""
    goal_regions.leave(region=region, day=today(at=timezone.now(), zone=Program.current().zone))


@receiver(region_returned)
def give_back_the_parts_of_a_region(region: Region, **_: Any) -> None:
    """A region is back: the parts of goals that kept its name are its own again."""
    goal_regions.come_back(region=region)
