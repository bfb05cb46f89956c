"""What became stale and why, and the runs that make everything right again."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.models import Record
from partners.models import Partner
from partners.querysets import PartnerOwnedQuerySet
from segmentation.models.classifications import RuleKind

#: Figures of a group change with each of its companies: those above a stale partner are stale with it.
WHOLE_GROUP = pgtrigger.Trigger(
    name="whole_group",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    referencing=pgtrigger.Referencing(new="changed"),
    func="""
        IF EXISTS (SELECT FROM changed WHERE source <> 'group') THEN
            INSERT INTO segmentation_stalepartner (partner_id, source, marked_at)
            SELECT DISTINCT link.top_id, 'group', now() FROM changed
            JOIN partners_grouplink link ON link.member_id = changed.partner_id;
        END IF;
        RETURN NULL;
    """,
)


class StalePartner(models.Model):
    """A partner some write may have changed. Appended by triggers in the writer's transaction; claimed by deletion.

    No unique key and no foreign key: a writer never waits here for anybody.
    """

    id = models.BigAutoField(primary_key=True)
    partner_id = models.BigIntegerField()
    source = models.CharField(max_length=40)
    marked_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers: ClassVar = [WHOLE_GROUP]

    def __str__(self) -> str:
        return f"{self.partner_id} ({self.source})"


class SetAsidePartner(models.Model):
    """A partner that could not be recomputed, alone as little as among others; it keeps its last answers.

    Tried again when `retry_at` has come, after longer pauses each time, and at once when something of it changes.
    """

    id = models.BigAutoField(primary_key=True)
    partner = models.OneToOneField(Partner, on_delete=models.CASCADE, related_name="+")
    failed_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=1)
    retry_at = models.DateTimeField()
    error = models.TextField()

    objects = PartnerOwnedQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["retry_at"], name="set_aside_due")]

    def __str__(self) -> str:
        return f"{self.partner_id}: {self.error}"


class Pace(models.Model):
    """How much workers recomputed in one minute, after writes and in full runs. Lossy, and kept for a day."""

    minute_at = models.DateTimeField(primary_key=True)
    marks = models.PositiveIntegerField(default=0)
    partners = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0)

    def __str__(self) -> str:
        return f"{self.minute_at}: {self.partners}"


class RunState(models.TextChoices):
    """Where a run or one of its ranges is."""

    PENDING = "pending", _("Waiting")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class FullRun(Record):
    """A recompute of every partner, after a rule was published or a day began.

    `rules` are those that are computed, as pairs of kind and database id, with all that builds on them; null is all.
    """

    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=RunState, default=RunState.PENDING)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    partners = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    rules = models.JSONField(null=True)
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
    """A part of a full run: partners with `first_id` ≤ id < `end_id`. Claimed, computed, marked in one transaction.

    A large one that `is_look` is looked at first, without locks: where much differs, it is taken apart into small ones.
    """

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(FullRun, on_delete=models.CASCADE, related_name="ranges", db_index=False)  # run_range_once
    first_id = models.BigIntegerField()
    end_id = models.BigIntegerField()
    is_look = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=RunState, default=RunState.PENDING)
    changed = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="How often it has failed.")
    error = models.TextField(blank=True)
    due_at = models.DateTimeField(null=True, help_text="After a failure: not tried again before this moment.")

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

    @property
    def last_id(self) -> int:
        """The last id that may be in it."""
        return self.end_id - 1


class RuleHealth(models.Model):
    """A rule that could not be run: it keeps its last good answers until it is mended, and its owner is told.

    From `tried_at` on it is among the others again; it fails once more, or is struck off when a full run has ended.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=10, choices=RuleKind)
    rule_id = models.IntegerField()
    failed_at = models.DateTimeField()
    error = models.TextField()
    number = models.PositiveIntegerField(default=0, help_text="The version that failed.")
    attempts = models.PositiveSmallIntegerField(default=1)
    tried_at = models.DateTimeField(null=True, help_text="Since when it is being tried again; empty while set aside.")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "rule_id"], name="rule_health_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.rule_id}"
