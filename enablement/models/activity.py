"""What people of partners did in the portal, by day: the ground of every engagement figure."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.triggers import marks_stale
from partners.models import Partner, Person
from partners.querysets import PartnerOwnedQuerySet


class ActivityKind(models.TextChoices):
    """What was done."""

    SIGN_IN = "sign_in", _("Signed in")
    VIEW = "view", _("Viewed content")
    DOWNLOAD = "download", _("Downloaded")
    STEP = "step", _("Completed a journey step")
    LESSON = "lesson", _("Finished a lesson")
    QUIZ = "quiz", _("Handed in a quiz")


class Activity(models.Model):
    """How often a person did one kind of thing on one day (of the program's time zone)."""

    id = models.BigAutoField(primary_key=True)
    partner = models.ForeignKey(  # its index is activity_by_partner
        Partner, on_delete=models.CASCADE, related_name="activities", db_index=False
    )
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    asset = models.ForeignKey("enablement.Asset", null=True, on_delete=models.SET_NULL, related_name="activities")
    kind = models.CharField(max_length=10, choices=ActivityKind)
    day = models.DateField()
    times = models.PositiveIntegerField(default=1)

    objects = PartnerOwnedQuerySet.as_manager()

    class Meta:
        triggers: ClassVar = [*marks_stale("SELECT partner_id FROM changed", source="activity")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partner", "person", "asset", "kind", "day"], name="activity_once_a_day", nulls_distinct=False
            )
        ]
        indexes: ClassVar = [models.Index(fields=["partner", "day"], name="activity_by_partner")]

    def __str__(self) -> str:
        return f"{self.partner_id} {self.kind} {self.day}"
