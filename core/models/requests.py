"""Requests remembered so that repeating one changes nothing."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class IdempotencyKey(models.Model):
    """One POST that a caller named: its answer is given again when the same request is repeated."""

    id = models.BigAutoField(primary_key=True)
    caller = models.CharField(max_length=80)
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=300)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of query and body.")
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["caller", "method", "path", "key"], name="idempotency_key_once")
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.key}"
