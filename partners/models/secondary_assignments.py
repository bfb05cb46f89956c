"""Who helps to look after a partner beside its manager."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from partners.models.partners import Partner
from partners.querysets import PeriodQuerySet


@tracked()
class SecondaryAssignment(Record):
    """A period in which one user looks after one partner beside its manager. A partner may have several of them."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="secondary_assignments")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="secondary_assignments")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    reason = models.CharField(_("why"), max_length=200, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = PeriodQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partner", "user"],
                condition=models.Q(ends_at__isnull=True),
                name="secondary_assignment_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gte=models.F("starts_at")),
                name="secondary_assignment_period",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user"], condition=models.Q(ends_at__isnull=True), name="secondary_assignment_by_user")
        ]

    def __str__(self) -> str:
        return f"{self.user} helps to look after {self.partner}"
