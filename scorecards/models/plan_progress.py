"""How plans come on: figures of objectives day by day, milestones reached, and the reviews of quarters."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from scorecards.models.success_plans import SuccessPlan


class ObjectiveFigure(models.Model):
    """What an objective of a plan was worth: one row for each day on which it changed. The newest is current."""

    id = models.BigAutoField(primary_key=True)
    plan = models.ForeignKey(SuccessPlan, on_delete=models.CASCADE, related_name="figures")
    objective_key = models.SlugField(max_length=40)
    day = models.DateField()
    value = models.DecimalField(max_digits=24, decimal_places=4, null=True)
    is_current = models.BooleanField(default=True)
    measured_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "objective_key", "day"], name="objective_figure_once_a_day"),
            models.UniqueConstraint(
                fields=["plan", "objective_key"],
                condition=models.Q(is_current=True),
                name="objective_figure_one_current",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.objective_key} {self.day}: {self.value}"


@tracked()
class MilestoneReached(Record):
    """That a milestone of a plan was reached, told by somebody of either side."""

    plan = models.ForeignKey(SuccessPlan, on_delete=models.CASCADE, related_name="milestones_reached")
    milestone_key = models.SlugField(max_length=40)
    reached_at = models.DateTimeField()
    reached_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "milestone_key"], name="milestone_reached_once"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.milestone_key}"


@tracked()
class QuarterlyReview(Record):
    """What both sides noted of a quarter. `figures` are kept as they stood when the review was finished."""

    plan = models.ForeignKey(SuccessPlan, on_delete=models.CASCADE, related_name="reviews")
    quarter_starts_on = models.DateField()
    went_well = models.TextField(_("what went well"), blank=True)
    went_badly = models.TextField(_("what did not"), blank=True)
    decisions = models.TextField(_("what we decided"), blank=True)
    figures = models.JSONField(null=True, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)
    finished_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "quarter_starts_on"], name="quarterly_review_once"),
            models.CheckConstraint(
                condition=models.Q(finished_at__isnull=True, figures__isnull=True)
                | models.Q(finished_at__isnull=False, figures__isnull=False),
                name="quarterly_review_keeps_figures",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan}, {self.quarter_starts_on}"
