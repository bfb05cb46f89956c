"""What names in addresses of tasks, success plans and goals stand for."""

from typing import Any

from tests.architecture.subjects import owned, shared, subject
from tests.architecture.world import Variants, World
from tests.factories import goals, scorecards, success_plans


@subject("task")
def task(world: World) -> Variants:
    """Something each partner is to do."""
    return owned(*(scorecards.PartnerTaskFactory(partner=one) for one in (world.pinewood, world.oakhurst)))


def _proposed(partner: Any) -> Any:
    plan = success_plans.SuccessPlanFactory(partner=partner)
    version = success_plans.PlanVersionFactory(plan=plan)
    success_plans.ObjectiveTargetFactory(objective__plan_version=version)
    success_plans.PlanMilestoneFactory(plan_version=version)
    success_plans.PlannedTaskFactory(plan_version=version)
    return plan


@subject("success_plan")
def success_plan(world: World) -> Variants:
    """A plan with each partner."""
    return owned(_proposed(world.pinewood), _proposed(world.oakhurst))


@subject("goal")
def goal(world: World) -> Variants:
    """A goal that partners were told of; everybody at the vendor reads all."""
    return shared(goals.GoalTargetFactory().goal)
