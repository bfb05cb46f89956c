"""Mutual success plans: what a vendor and a partner want to reach together, agreed by both, version by version."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from partners.models import Partner
from scorecards.models.plan_templates import PlanTemplate
from scorecards.querysets.success_plans import SuccessPlanQuerySet


class PlanState(models.TextChoices):
    """Where a plan is in its life."""

    DRAFT = "draft", _("Draft")
    PROPOSED = "proposed", _("Proposed")
    AGREED = "agreed", _("Agreed")
    CLOSED = "closed", _("Closed")
    ENDED = "ended", _("Ended early")


class Pace(models.TextChoices):
    """How a plan does against what its targets ask by today."""

    UNKNOWN = "", _("Not measured yet")
    REACHED = "reached", _("Reached")
    ON_TRACK = "on_track", _("On track")
    BEHIND = "behind", _("Behind")


IS_OVER = models.Q(state__in=[PlanState.CLOSED, PlanState.ENDED])


@tracked()
class SuccessPlan(Record):
    """A plan with one partner. What it says stands in its versions; progress and pace are kept by workers."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="success_plans")
    template = models.ForeignKey(PlanTemplate, null=True, on_delete=models.PROTECT, related_name="plans")
    name = models.CharField(_("name"), max_length=160)
    starts_on = models.DateField(_("from"))
    state = models.CharField(max_length=8, choices=PlanState, default=PlanState.DRAFT)
    progress = models.PositiveSmallIntegerField(null=True, editable=False)
    pace = models.CharField(max_length=8, choices=Pace, default=Pace.UNKNOWN, blank=True, editable=False)
    measured_on = models.DateField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    closing_words = models.TextField(_("closing words"), blank=True)

    objects = SuccessPlanQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(name=""), name="success_plan_has_name"),
            models.CheckConstraint(condition=models.Q(state__in=PlanState.values), name="success_plan_state_known"),
            models.CheckConstraint(
                condition=(IS_OVER & models.Q(closed_at__isnull=False)) | (~IS_OVER & models.Q(closed_at__isnull=True)),
                name="success_plan_closed_when_over",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=PlanState.ENDED) | ~models.Q(closing_words=""),
                name="success_plan_ended_says_why",
            ),
            models.CheckConstraint(
                condition=models.Q(progress__isnull=True) | models.Q(progress__lte=100),
                name="success_plan_progress_at_most_100",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["partner", "state"], name="success_plan_by_partner"),
            models.Index(fields=["measured_on"], condition=~IS_OVER, name="success_plan_to_measure"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_over(self) -> bool:
        """Whether it is closed or was ended early."""
        return self.state in {PlanState.CLOSED, PlanState.ENDED}
