"""What has to happen after a change, and the sign of life of those who do it."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class OutboxMessage(models.Model):
    """A follow-up written in the transaction of its cause and delivered at least once by a worker."""

    id = models.BigAutoField(primary_key=True)
    topic = models.CharField(max_length=80)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(db_default=Now(), help_text="Not delivered before this moment.")
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    failed_at = models.DateTimeField(null=True, help_text="Set when the attempts are used up; an operator may retry.")

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["due_at", "id"],
                condition=models.Q(failed_at__isnull=True),
                name="outbox_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.pk}"


class Heartbeat(models.Model):
    """The last moment at which a process was seen doing its work."""

    name = models.CharField(max_length=80, primary_key=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
