"""What became stale and why, and the runs that make everything right again."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.models import Record
from segmentation.models.classifications import RuleKind


class StalePartner(models.Model):
    """A partner some write may have changed. Appended by triggers in the writer's transaction; claimed by deletion.

    No unique key and no foreign key: a writer never waits here for anybody.
    """

    id = models.BigAutoField(primary_key=True)
    partner_id = models.BigIntegerField()
    source = models.CharField(max_length=40)
    marked_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.partner_id} ({self.source})"


class RunState(models.TextChoices):
    """Where a run or one of its ranges is."""

    PENDING = "pending", _("Waiting")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class FullRun(Record):
    """A recompute of every partner, after a rule was published or a day began."""

    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=RunState, default=RunState.PENDING)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    partners = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    slot = models.CharField(  # noqa: DJ001 — runs that no calendar asks for have no slot, and are not unique in it
        max_length=80,
        null=True,
        unique=True,
        help_text="A day in a time zone: each is run once, however many beats.",
    )

    class Meta(Record.Meta):
        indexes: ClassVar = [
            models.Index(
                fields=["created_at"],
                condition=models.Q(state="pending"),
                name="full_run_pending",
            )
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.created_at}"


class RunRange(models.Model):
    """A part of a full run: partners with `first_id` ≤ id < `end_id`. Claimed, computed, marked in one transaction."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(FullRun, on_delete=models.CASCADE, related_name="ranges")
    first_id = models.BigIntegerField()
    end_id = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=RunState, default=RunState.PENDING)
    changed = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "first_id"], name="run_range_once")]
        indexes: ClassVar = [
            models.Index(
                fields=["id"],
                condition=models.Q(state="pending"),
                name="run_range_pending",
            )
        ]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.first_id}-{self.end_id}"


class RuleHealth(models.Model):
    """A rule that could not be run: it keeps its last good answers until it is mended, and its owner is told."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=10, choices=RuleKind)
    rule_id = models.IntegerField()
    failed_at = models.DateTimeField()
    error = models.TextField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "rule_id"], name="rule_health_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.rule_id}"
