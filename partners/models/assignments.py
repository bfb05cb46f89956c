"""Which channel account manager looks after which partner, since when."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from core.triggers import marks_stale
from partners.models.partners import Partner
from partners.querysets import PeriodQuerySet


@tracked()
class Assignment(Record):
    """A period in which one user looks after one partner. A partner has at most one such user at a time."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="assignments")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    is_automatic = models.BooleanField(
        default=False, help_text=_("Made by a rule, which may change it again; what a person chose stays.")
    )
    reason = models.CharField(_("why"), max_length=200, blank=True)
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = PeriodQuerySet.as_manager()

    class Meta(Record.Meta):
        triggers: ClassVar = [
            *Record.Meta.triggers,
            *marks_stale("SELECT partner_id FROM changed", source="assignment"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partner"], condition=models.Q(ends_at__isnull=True), name="assignment_one_open"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gte=models.F("starts_at")),
                name="assignment_period",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user"], condition=models.Q(ends_at__isnull=True), name="assignment_open_by_user")
        ]

    def __str__(self) -> str:
        return f"{self.user} looks after {self.partner}"
