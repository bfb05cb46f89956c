"""Templates of success plans: where a plan begins, so that nobody begins with an empty page."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from scorecards.models.metrics import Direction
from scorecards.models.tasks import TaskSide


@tracked()
class PlanTemplate(Record):
    """A plan to begin with. What is drafted from it is a copy: changing a template changes no plan."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=160)
    purpose = models.CharField(_("when to use it"), max_length=300, blank=True)
    summary = models.TextField(_("what we want to reach together"), blank=True)
    length_days = models.PositiveSmallIntegerField(_("runs for (days)"), default=365)
    retired_at = models.DateTimeField(null=True, editable=False)

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(name=""), name="plan_template_has_name"),
            models.CheckConstraint(condition=models.Q(length_days__range=(7, 1100)), name="plan_template_length_sane"),
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class TemplateObjective(Record):
    """An objective that a plan begins with.

    With `adds_to_today` the target is what is to come on top of where the partner stands on the day of drafting. A
    window `{"since": "start"}` in what is measured becomes the day on which the plan starts.
    """

    template = models.ForeignKey(PlanTemplate, on_delete=models.CASCADE, related_name="objectives")
    name = models.CharField(_("objective"), max_length=160)
    why = models.CharField(_("why it matters"), max_length=500, blank=True)
    expression = models.JSONField(_("what is measured"))
    unit = models.CharField(_("unit"), max_length=30, blank=True)
    direction = models.CharField(_("direction"), max_length=5, choices=Direction, default=Direction.MORE)
    target = models.DecimalField(_("target at the end"), max_digits=18, decimal_places=4)
    adds_to_today = models.BooleanField(
        _("on top of where the partner stands"),
        default=False,
        help_text=_("The target is counted from the figure of the day on which the plan is drafted."),
    )
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(name=""), name="template_objective_has_name"),
            models.CheckConstraint(condition=models.Q(weight__gte=1), name="template_objective_weighs_something"),
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class TemplateMilestone(Record):
    """A milestone that a plan begins with, so many days after its start."""

    template = models.ForeignKey(PlanTemplate, on_delete=models.CASCADE, related_name="milestones")
    name = models.CharField(_("milestone"), max_length=200)
    after_days = models.PositiveSmallIntegerField(_("days after the start"))

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(name=""), name="template_milestone_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class TemplateTask(Record):
    """A task that a plan begins with, due so many days after its start."""

    template = models.ForeignKey(PlanTemplate, on_delete=models.CASCADE, related_name="planned_tasks")
    title = models.CharField(_("task"), max_length=200)
    detail = models.TextField(_("details"), blank=True)
    side = models.CharField(_("who does it"), max_length=7, choices=TaskSide)
    after_days = models.PositiveSmallIntegerField(_("days after the start"))

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(title=""), name="template_task_says_what"),
            models.CheckConstraint(condition=models.Q(side__in=TaskSide.values), name="template_task_side_known"),
        ]

    def __str__(self) -> str:
        return self.title
