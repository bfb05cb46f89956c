"""Which scorecards are used for which partner, and since when."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from core.triggers import marks_stale
from partners.models import Partner
from partners.querysets import PeriodQuerySet
from scorecards.models.scorecards import Scorecard


@tracked()
class PartnerScorecard(Record):
    """A time in which a scorecard is switched on for one partner; switched on again, it is another time."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="scorecards_used")
    scorecard = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="times_used")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    switched_on_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    switched_off_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("why"), max_length=300, blank=True)
    end_reason = models.CharField(_("why it was switched off"), max_length=300, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta(Record.Meta):
        triggers: ClassVar = [
            *Record.Meta.triggers,
            *marks_stale("SELECT partner_id FROM changed", source="score"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partner", "scorecard"],
                condition=models.Q(ends_at__isnull=True),
                name="partner_scorecard_on_once",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gte=models.F("starts_at")),
                name="partner_scorecard_period",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=False) | models.Q(switched_off_by__isnull=True, end_reason=""),
                name="partner_scorecard_off_when_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scorecard} for {self.partner}"
