"""What a draft of a success plan holds, written part by part: objectives with their targets, milestones, tasks."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import action
from core.refusals import Refusal
from scorecards.attainment import starting
from scorecards.models import Direction, ObjectiveTarget, PlanMilestone, PlannedTask, PlanObjective, PlanVersion
from scorecards.quarters import quarters_between
from scorecards.services import operands, plan_figures

OBJECTIVE_FIELDS = ("name", "why", "expression", "unit", "direction", "floor", "weight")


class NotADraft(Refusal):
    """Only drafts are written."""


def put_objective(
    *,
    version: PlanVersion,
    by: User | None,
    at: datetime,
    objective: PlanObjective | None = None,
    key: str = "",
    targets: Mapping[date, Decimal],
    **fields: Any,
) -> PlanObjective:
    """Add an objective or change one, with its target for each quarter.

    Where something else is measured it is another objective: its figures begin anew. The same `key` again is the same
    new objective.
    """
    operands.expect_measurable(fields["expression"])
    with action("success_plan.put_objective", by=by):
        draft = locked_draft(version)
        expression = starting(fields["expression"], draft.plan.starts_on)
        one = objective or draft.objectives.filter(key=key).first()
        one = one or PlanObjective(plan_version=draft, key=key or new_key(), position=draft.objectives.count())
        if one.pk and one.expression != expression:
            one.key = new_key()
        for name in OBJECTIVE_FIELDS:
            if name in fields:
                setattr(one, name, fields[name])
        one.expression = expression
        one.clean_fields(exclude=["public_id", "plan_version", "expression"])
        _expect_targets(one, draft, targets)
        one.save()
        write_targets(one, targets)
        plan_figures.measure([draft.plan_id], at=at)
    return one


def remove_objective(*, objective: PlanObjective, by: User, at: datetime) -> None:
    """Take an objective out of a draft."""
    _remove(objective, "success_plan.remove_objective", by)


def put_milestone(
    *,
    version: PlanVersion,
    by: User,
    at: datetime,
    name: str,
    due_on: date,
    milestone: PlanMilestone | None = None,
    key: str = "",
) -> PlanMilestone:
    """Add a milestone to a draft, or change one. The same `key` again is the same new milestone."""
    with action("success_plan.put_milestone", by=by):
        draft = locked_draft(version)
        one = milestone or draft.milestones.filter(key=key).first()
        one = one or PlanMilestone(plan_version=draft, key=key or new_key())
        one.name, one.due_on = name.strip(), due_on
        one.clean_fields(exclude=["public_id", "plan_version"])
        _expect_within(one.due_on, draft)
        one.save()
    return one


def remove_milestone(*, milestone: PlanMilestone, by: User, at: datetime) -> None:
    """Take a milestone out of a draft."""
    _remove(milestone, "success_plan.remove_milestone", by)


def put_task(
    *,
    version: PlanVersion,
    by: User,
    at: datetime,
    title: str,
    side: str,
    due_on: date,
    detail: str = "",
    task: PlannedTask | None = None,
    key: str = "",
) -> PlannedTask:
    """Add a task to a draft, or change one. It is given to its side when both have agreed.

    The same `key` again is the same new task.
    """
    with action("success_plan.put_task", by=by):
        draft = locked_draft(version)
        one = task or draft.planned_tasks.filter(key=key).first()
        one = one or PlannedTask(plan_version=draft, key=key or new_key())
        one.title, one.side, one.due_on, one.detail = title.strip(), side, due_on, detail.strip()
        one.clean_fields(exclude=["public_id", "plan_version"])
        _expect_within(one.due_on, draft)
        one.save()
    return one


def remove_task(*, task: PlannedTask, by: User, at: datetime) -> None:
    """Take a task out of a draft."""
    _remove(task, "success_plan.remove_task", by)


def locked_draft(version: PlanVersion) -> PlanVersion:
    """Return a draft under lock; refuse what is not one any more."""
    rows = PlanVersion.objects.select_for_update(no_key=True, of=("self",)).select_related("plan__partner")
    draft: PlanVersion | None = rows.filter(pk=version.pk).first()
    if draft is None:
        raise NotADraft(_("This draft was thrown away."), code="not_a_draft")
    if not draft.is_draft:
        raise NotADraft(_("What is proposed or agreed is not changed. Make a new draft."), code="not_a_draft")
    return draft


def write_targets(objective: PlanObjective, targets: Mapping[date, Decimal]) -> None:
    objective.targets.exclude(quarter_starts_on__in=list(targets)).delete()
    for day, target in sorted(targets.items()):
        ObjectiveTarget.objects.update_or_create(
            objective=objective, quarter_starts_on=day, defaults={"target": target}
        )


def fit_targets(objective: PlanObjective, draft: PlanVersion) -> None:
    """Keep the targets of quarters that are still in the plan's period; new ones ask what the last one asked."""
    known = {one.quarter_starts_on: one.target for one in objective.targets.order_by("quarter_starts_on")}
    quarters = quarters_between(draft.plan.starts_on, draft.ends_on)
    last = next(reversed(list(known.values())), objective.floor)
    write_targets(objective, {one.starts_on: known.get(one.starts_on, last) for one in quarters})


def _expect_targets(objective: PlanObjective, draft: PlanVersion, targets: Mapping[date, Decimal]) -> None:
    wanted = [one.starts_on for one in quarters_between(draft.plan.starts_on, draft.ends_on)]
    if sorted(targets) != wanted:
        raise ValidationError({"targets": _("Give a target for each quarter of the plan.")})
    way = -1 if objective.direction == Direction.LESS else 1
    steps = [(targets[day] - objective.floor) * way for day in wanted]
    if min(steps) < 0 or steps[-1] == 0:
        told = (
            _("Where less is better, targets lie below where the objective starts.")
            if way < 0
            else _("Targets lie above where the objective starts.")
        )
        raise ValidationError({"targets": ValidationError(told, code="wrong_side")})


def _expect_within(day: date, draft: PlanVersion) -> None:
    if not draft.plan.starts_on <= day <= draft.ends_on:
        raise ValidationError({"due_on": _("This day lies outside the plan's period.")})


def _remove(part: Any, name: str, by: User) -> None:
    with action(name, by=by):
        locked_draft(part.plan_version)
        type(part)._default_manager.filter(pk=part.pk).delete()


def new_key() -> str:
    """Return a name for a part that stays from version to version."""
    return uuid4().hex[:12]
