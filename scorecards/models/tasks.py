"""Tasks: what somebody at the vendor or at a partner is to do, by a day."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from partners.models import Partner
from scorecards.querysets.tasks import PartnerTaskQuerySet


class TaskSide(models.TextChoices):
    """Who is to do it."""

    VENDOR = "vendor", _("Us")
    PARTNER = "partner", _("The partner")


@tracked()
class PartnerTask(Record):
    """One thing to do about a partner, on either side. `due_on` is a day of the program and counts whole.

    A task of the partner is always shared; one of the vendor only where it says so. `origin_kind` and `origin_id` name
    what it came from, such as a success plan or a play; they are words, so that what lies above can be named too.
    """

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="tasks")
    title = models.CharField(_("task"), max_length=200)
    detail = models.TextField(_("details"), blank=True)
    side = models.CharField(_("who does it"), max_length=7, choices=TaskSide)
    is_shared = models.BooleanField(_("the partner sees it"), default=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="partner_tasks",
        verbose_name=_("assigned to"),
    )
    due_on = models.DateField(_("due on"), null=True, blank=True)
    done_at = models.DateTimeField(null=True, editable=False)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    origin_kind = models.CharField(max_length=30, blank=True, editable=False)
    origin_id = models.BigIntegerField(null=True, editable=False)
    once_key = models.UUIDField(null=True, unique=True, editable=False)
    late_told_at = models.DateTimeField(null=True, editable=False)

    objects = PartnerTaskQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(title=""), name="partner_task_says_what"),
            models.CheckConstraint(condition=models.Q(side__in=TaskSide.values), name="partner_task_side_known"),
            models.CheckConstraint(
                condition=models.Q(is_shared=True) | models.Q(side=TaskSide.VENDOR),
                name="partner_task_of_partner_is_shared",
            ),
            models.CheckConstraint(
                condition=models.Q(done_at__isnull=False) | models.Q(done_by__isnull=True),
                name="partner_task_done_by_when_done",
            ),
            models.CheckConstraint(
                condition=models.Q(origin_kind="", origin_id__isnull=True)
                | (~models.Q(origin_kind="") & models.Q(origin_id__isnull=False)),
                name="partner_task_origin_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(late_told_at__isnull=True) | models.Q(due_on__isnull=False),
                name="partner_task_late_has_day",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["partner", "done_at", "due_on"], name="partner_task_by_partner"),
            models.Index(
                fields=["assignee", "due_on"], condition=models.Q(done_at__isnull=True), name="partner_task_open"
            ),
            models.Index(
                fields=["due_on"],
                condition=models.Q(done_at__isnull=True, late_told_at__isnull=True),
                name="partner_task_to_be_late",
            ),
            models.Index(
                fields=["origin_kind", "origin_id"],
                condition=models.Q(origin_id__isnull=False),
                name="partner_task_by_origin",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_done(self) -> bool:
        """Whether it is done."""
        return self.done_at is not None

    def is_late(self, today: date) -> bool:
        """Whether its last day is over. `today` is a day of the program."""
        return self.done_at is None and self.due_on is not None and self.due_on < today
