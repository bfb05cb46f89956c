"""Who stands in for somebody who is away."""

from datetime import date, timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Program, Record
from partners.models.memberships import Period
from partners.querysets import LeaveCoverQuerySet


@tracked()
class LeaveCover(Record):
    """A period in which one user stands in for another, and sees the partners that the other one looks after.

    Its days are those of the program: it begins with the first one and ends after the last one.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="leave_covers", verbose_name=_("who is away")
    )
    stand_in = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="covers_for_others",
        verbose_name=_("who stands in"),
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    note = models.CharField(_("note"), max_length=300, blank=True)
    arranged_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, editable=False)

    objects = LeaveCoverQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="leave_cover_ends_at_after_start"
            ),
            models.CheckConstraint(
                condition=~models.Q(user=models.F("stand_in")), name="leave_cover_is_by_somebody_else"
            ),
            ExclusionConstraint(
                name="leave_cover_one_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    (Period("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
                condition=models.Q(withdrawn_at__isnull=True),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["stand_in", "ends_at"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="leave_cover_by_stand_in",
            )
        ]

    def __str__(self) -> str:
        return f"{self.stand_in} stands in for {self.user}"

    @property
    def first_on(self) -> date:
        """The first day, in the program's time zone."""
        return self.starts_at.astimezone(Program.current().zone).date()

    @property
    def last_on(self) -> date:
        """The last day, in the program's time zone."""
        return (self.ends_at - timedelta(microseconds=1)).astimezone(Program.current().zone).date()
