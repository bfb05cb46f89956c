"""Short messages to a person inside the portal."""

from typing import ClassVar

from django.db import models

from accounts.models.users import User
from accounts.notice_kinds import Way
from core.models import Record


class Notification(Record):
    """One thing a person should know, with the page to go to."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=60)
    text = models.CharField(max_length=300)
    detail = models.TextField(blank=True, help_text="Why, and what to do about it, in a few sentences.")
    url = models.CharField(max_length=300, blank=True)
    dedupe_key = models.CharField(max_length=200, help_text="Saying the same thing twice makes one notification.")
    way = models.CharField(max_length=7, choices=Way, default=Way.PORTAL, help_text="How it comes beside the portal.")
    about = models.CharField(
        max_length=80, blank=True, help_text="What its reader must be allowed to see when it is sent: a kind and an id."
    )
    digested_at = models.DateTimeField(null=True, help_text="When it was taken into a digest.")
    read_at = models.DateTimeField(null=True)

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "dedupe_key"], name="notification_once"),
            models.CheckConstraint(
                condition=models.Q(digested_at__isnull=True) | models.Q(way=Way.DIGEST),
                name="notification_digested_where_chosen",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user"], condition=models.Q(read_at__isnull=True), name="notification_unread"),
            models.Index(
                fields=["user", "created_at"],
                condition=models.Q(way=Way.DIGEST, digested_at__isnull=True),
                name="notification_for_digest",
            ),
            models.Index(fields=["user", "-created_at"], name="notification_by_user"),
        ]

    def __str__(self) -> str:
        return self.text
