"""What a version of a success plan holds: objectives with their targets, milestones, tasks. Only drafts are written."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from scorecards.models.metrics import Direction
from scorecards.models.plan_versions import PlanVersion
from scorecards.models.tasks import TaskSide


def only_in_drafts(owner: str) -> pgtrigger.Trigger:
    """Return the trigger that keeps a part of a version as it is, unless the version is a draft.

    `owner` is the version's id, with `{row}` for the part.
    """
    locked = "EXISTS (SELECT FROM scorecards_planversion v WHERE v.id = ({owner}) AND v.state <> 'draft')"
    after, before = (locked.format(owner=owner.format(row=row)) for row in ("NEW", "OLD"))
    return pgtrigger.Trigger(
        name="only_in_drafts",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            IF (TG_OP <> 'DELETE' AND {after}) OR (TG_OP <> 'INSERT' AND {before}) THEN
                RAISE EXCEPTION 'Only drafts are written.' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            IF TG_OP = 'DELETE' THEN
                RETURN OLD;
            END IF;
            RETURN NEW;
        """,
    )


PART_OF_VERSION = only_in_drafts("{row}.plan_version_id")


@tracked()
class PlanObjective(Record):
    """Something to reach, measured by one numeric operand of the criteria language.

    `key` is stable from version to version as long as the same is measured; figures are kept by it. Attainment is
    linear from `floor` to the target.
    """

    plan_version = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="objectives")
    key = models.SlugField(max_length=40)
    name = models.CharField(_("objective"), max_length=160)
    why = models.CharField(_("why it matters"), max_length=500, blank=True)
    expression = models.JSONField(_("what is measured"))
    unit = models.CharField(_("unit"), max_length=30, blank=True)
    direction = models.CharField(_("direction"), max_length=5, choices=Direction, default=Direction.MORE)
    floor = models.DecimalField(_("starts from"), max_digits=18, decimal_places=4, default=0)
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(Record.Meta):
        triggers: ClassVar = [*Record.Meta.triggers, PART_OF_VERSION]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan_version", "key"], name="plan_objective_key_once"),
            models.CheckConstraint(condition=~models.Q(name=""), name="plan_objective_has_name"),
            models.CheckConstraint(condition=models.Q(weight__gte=1), name="plan_objective_weighs_something"),
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class ObjectiveTarget(Record):
    """What an objective asks by the end of one quarter."""

    objective = models.ForeignKey(PlanObjective, on_delete=models.CASCADE, related_name="targets")
    quarter_starts_on = models.DateField()
    target = models.DecimalField(max_digits=18, decimal_places=4)

    class Meta(Record.Meta):
        triggers: ClassVar = [
            *Record.Meta.triggers,
            only_in_drafts("SELECT o.plan_version_id FROM scorecards_planobjective o WHERE o.id = {row}.objective_id"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["objective", "quarter_starts_on"], name="objective_target_once"),
        ]

    def __str__(self) -> str:
        return f"{self.quarter_starts_on}: {self.target}"


@tracked()
class PlanMilestone(Record):
    """Something to have come so far by a day."""

    plan_version = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="milestones")
    key = models.SlugField(max_length=40)
    name = models.CharField(_("milestone"), max_length=200)
    due_on = models.DateField(_("by"))

    class Meta(Record.Meta):
        triggers: ClassVar = [*Record.Meta.triggers, PART_OF_VERSION]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan_version", "key"], name="plan_milestone_key_once"),
            models.CheckConstraint(condition=~models.Q(name=""), name="plan_milestone_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class PlannedTask(Record):
    """A task that both sides agree to: it is given when the version is agreed."""

    plan_version = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="planned_tasks")
    key = models.SlugField(max_length=40)
    title = models.CharField(_("task"), max_length=200)
    detail = models.TextField(_("details"), blank=True)
    side = models.CharField(_("who does it"), max_length=7, choices=TaskSide)
    due_on = models.DateField(_("due on"))

    class Meta(Record.Meta):
        triggers: ClassVar = [*Record.Meta.triggers, PART_OF_VERSION]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan_version", "key"], name="planned_task_key_once"),
            models.CheckConstraint(condition=~models.Q(title=""), name="planned_task_says_what"),
            models.CheckConstraint(condition=models.Q(side__in=TaskSide.values), name="planned_task_side_known"),
        ]

    def __str__(self) -> str:
        return self.title
