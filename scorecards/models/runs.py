"""Recomputing everybody's scores, in parts that any worker may take."""

from typing import ClassVar

from django.db import models

from core.models import Record


class ScoreRun(Record):
    """A recompute of every partner's scores, after a metric changed or a day began."""

    reason = models.CharField(max_length=200)
    slot = models.CharField(  # noqa: DJ001 - unique where there is one; most runs have none
        max_length=80, null=True, unique=True, help_text="A day of the program: each is run once, however many beats."
    )

    class Meta(Record.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.reason} {self.created_at}"


class ScoreRange(models.Model):
    """A part of a run that is still to do: partners with `first_id` ≤ id < `end_id`. Claimed by deletion."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(ScoreRun, on_delete=models.CASCADE, related_name="ranges")
    first_id = models.BigIntegerField()
    end_id = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "first_id"], name="score_range_once"),
            models.CheckConstraint(condition=models.Q(end_id__gt=models.F("first_id")), name="score_range_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.first_id}-{self.end_id}"
