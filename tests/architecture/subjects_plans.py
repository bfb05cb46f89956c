"""What names in addresses of tasks, success plans and goals stand for."""

from datetime import date
from typing import Any

from scorecards.models import PlanVersion
from tests.architecture.subjects import owned, shared, subject
from tests.architecture.world import Thing, Variants, World
from tests.conftest import NOW
from tests.factories import goals, scorecards, success_plans


@subject("task")
def task(world: World) -> Variants:
    """Something each partner is to do."""
    return owned(*(scorecards.PartnerTaskFactory(partner=one) for one in (world.pinewood, world.oakhurst)))


def _agreed_and_drafted(partner: Any) -> Any:
    """Return a plan with a version both agreed to, and a draft of the next."""
    plan = success_plans.SuccessPlanFactory(partner=partner, state="agreed", starts_on=date(2030, 1, 1))
    version = success_plans.PlanVersionFactory(plan=plan)
    _fill(version)
    agreed = {"state": "agreed", **dict.fromkeys(("proposed_at", "vendor_agreed_at", "partner_agreed_at"), NOW)}
    PlanVersion.objects.filter(pk=version.pk).update(**agreed)
    _fill(success_plans.PlanVersionFactory(plan=plan, number=2))
    return plan


def _fill(version: Any) -> None:
    success_plans.ObjectiveTargetFactory(objective__plan_version=version)
    success_plans.PlanMilestoneFactory(plan_version=version)
    success_plans.PlannedTaskFactory(plan_version=version)


@subject("success_plan")
def success_plan(world: World) -> Variants:
    """A plan with each partner."""
    return owned(_agreed_and_drafted(world.pinewood), _agreed_and_drafted(world.oakhurst))


@subject("quarter")
def quarter(world: World) -> Variants:
    """The first day of a quarter of those plans."""
    return Variants(Thing("2030-01-01"), missing="1999-01-01")


def _of_drafts(world: World, parts: str) -> Variants:
    """Return a part of the draft of each plan; partners read no drafts."""
    plans = world.things("success_plan", success_plan)
    mine, theirs = (
        getattr(one.record.versions.get(number=2), parts).get() for one in (plans.own, plans.foreign) if one is not None
    )
    return owned(mine, theirs)


@subject("plan_objective")
def plan_objective(world: World) -> Variants:
    """An objective of each draft."""
    return _of_drafts(world, "objectives")


@subject("plan_milestone")
def plan_milestone(world: World) -> Variants:
    """A milestone of each draft."""
    return _of_drafts(world, "milestones")


@subject("planned_task")
def planned_task(world: World) -> Variants:
    """A task of each draft."""
    return _of_drafts(world, "planned_tasks")


@subject("plan_template")
def plan_template(world: World) -> Variants:
    """A template; all at the vendor read all."""
    return shared(success_plans.PlanTemplateFactory())


@subject("template_objective")
def template_objective(world: World) -> Variants:
    """An objective of a template."""
    return shared(success_plans.TemplateObjectiveFactory())


@subject("template_milestone")
def template_milestone(world: World) -> Variants:
    """A milestone of a template."""
    return shared(success_plans.TemplateMilestoneFactory())


@subject("template_task")
def template_task(world: World) -> Variants:
    """A task of a template."""
    return shared(success_plans.TemplateTaskFactory())


@subject("goal")
def goal(world: World) -> Variants:
    """A goal that partners were told of; everybody at the vendor reads all."""
    return shared(goals.GoalTargetFactory().goal)


@subject("goal_target")
def goal_target(world: World) -> Variants:
    """The whole program's part of that goal."""
    return shared(world.things("goal", goal).own.record.targets.get())
