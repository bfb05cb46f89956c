"""Publications at a day: a draft that is to hold from the beginning of a day in the program's time zone."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record

MOST_DAYS_AHEAD = 180


class PublicationState(models.TextChoices):
    """What became of the plan to publish a draft."""

    PLANNED = "planned", _("Planned")
    PUBLISHED = "published", _("Published")
    FAILED = "failed", _("Could not be published")
    WITHDRAWN = "withdrawn", _("Taken back")


@tracked()
class PlannedPublication(Record):
    """A draft of a definition, as it stood when somebody planned it, and the day from which it is to hold.

    Apps above have definitions too, so the draft is named by `kind` (as registered with
    `partners.services.publications`) and its id. `draft_version` is its row version: another one means that it changed.
    """

    kind = models.CharField(max_length=30)
    draft_id = models.PositiveBigIntegerField()
    draft_version = models.PositiveIntegerField()
    name = models.CharField(max_length=250, help_text=_("What the definition was called."))
    publish_on = models.DateField(_("publish on"))
    tell_ahead_days = models.PositiveSmallIntegerField(
        _("tell partners so many days ahead"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS_AHEAD)],
    )
    told_ahead_at = models.DateTimeField(null=True)
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=PublicationState, default=PublicationState.PLANNED)
    ended_at = models.DateTimeField(null=True)
    failure = models.TextField(blank=True)

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "draft_id"],
                condition=models.Q(state=PublicationState.PLANNED),
                name="planned_publication_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state=PublicationState.PLANNED, ended_at__isnull=True)
                | (~models.Q(state=PublicationState.PLANNED) & models.Q(ended_at__isnull=False)),
                name="planned_publication_ends",
            ),
            models.CheckConstraint(
                condition=models.Q(tell_ahead_days__isnull=True)
                | models.Q(tell_ahead_days__range=(1, MOST_DAYS_AHEAD)),
                name="planned_publication_days_ahead",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["publish_on"],
                condition=models.Q(state=PublicationState.PLANNED),
                name="planned_publication_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} on {self.publish_on}"
