"""Partners' walks through journeys: what is done, and of what somebody was reminded."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from core.triggers import marks_stale
from enablement.models.journey_steps import JourneyStep
from enablement.models.journeys import Journey, JourneyVersion
from enablement.querysets import EnrollmentQuerySet, StepWorkQuerySet
from partners.models import Partner, Person


class EnrollmentState(models.TextChoices):
    """How far a partner is on a journey."""

    ACTIVE = "active", _("Under way")
    PAUSED = "paused", _("Paused")
    COMPLETED = "completed", _("Completed")
    STOPPED = "stopped", _("Stopped")


@tracked()
class Enrollment(Record):
    """A partner's walk through a journey, on the version that was published when it began.

    `left_at` is since when what it began on no longer holds, where that paused or ended it: coming back takes it up
    again. Days that are due move by `idle_days`, for which it was paused.
    """

    journey = models.ForeignKey(Journey, on_delete=models.PROTECT, related_name="enrollments")
    journey_version = models.ForeignKey(JourneyVersion, on_delete=models.PROTECT, related_name="enrollments")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="enrollments")
    state = models.CharField(max_length=10, choices=EnrollmentState, default=EnrollmentState.ACTIVE)
    started_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    is_automatic = models.BooleanField(default=False)
    left_at = models.DateTimeField(null=True)
    idle_days = models.PositiveSmallIntegerField(default=0)

    objects = EnrollmentQuerySet.as_manager()

    class Meta(Record.Meta):
        triggers: ClassVar = [
            *Record.Meta.triggers,
            *marks_stale("SELECT partner_id FROM changed", source="journeys"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["journey", "partner"], name="enrollment_once"),
            models.CheckConstraint(
                condition=models.Q(left_at__isnull=True) | models.Q(state__in=["paused", "stopped"]),
                name="enrollment_left_is_off",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="paused") | models.Q(left_at__isnull=False), name="enrollment_paused_has_left"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner_id} on {self.journey_id}"


@tracked()
class StepProgress(Record):
    """A step done, by whom and when; or passed over, because there was nothing to answer (`was_skipped`)."""

    enrollment = models.ForeignKey(Enrollment, on_delete=models.CASCADE, related_name="progress")
    step = models.ForeignKey(JourneyStep, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    completed_at = models.DateTimeField()
    was_skipped = models.BooleanField(default=False, db_default=False)

    class Meta(Record.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["enrollment", "step"], name="step_progress_once")]

    def __str__(self) -> str:
        return f"{self.step_id} done"


class StepReminder(Record):
    """That somebody was reminded of a step: once before it is due, once when it is late.

    Without a person, it was everybody whom it concerned at the partner.
    """

    enrollment = models.ForeignKey(Enrollment, on_delete=models.CASCADE, related_name="reminders")
    step = models.ForeignKey(JourneyStep, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    is_late = models.BooleanField(default=False)
    reminded_at = models.DateTimeField()

    objects = StepWorkQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["enrollment", "step", "person", "is_late"], nulls_distinct=False, name="step_reminder_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.step_id} of {self.enrollment_id}"
