"""Alerts: something about a partner that its manager should know, kept while it holds."""

from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from partners.models import Partner
from partners.querysets import PeriodQuerySet


class AlertKind(models.TextChoices):
    """What an alert is about."""

    DEAL = "deal", _("Stalled deal")
    TIER = "tier", _("Tier at risk")
    REVIEW = "review", _("Review due")
    CERTIFICATION = "certification", _("Certification expiring")
    ENGAGEMENT = "engagement", _("Engagement dropped")
    SILENT = "silent", _("Silent partner")


class Alert(Record):
    """One thing that holds about a partner from a moment on, until it no longer does. Closed ones are the history.

    `facts` are the figures behind it, of which `queries.alerts` makes words; `told_at` is when its manager heard of it.
    """

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="alerts")
    kind = models.CharField(max_length=14, choices=AlertKind)
    facts = models.JSONField(default=dict)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    objects = PeriodQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partner", "kind"], condition=models.Q(ends_at__isnull=True), name="alert_one_open"
            ),
            models.CheckConstraint(condition=models.Q(kind__in=AlertKind.values), name="alert_kind_known"),
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gte=models.F("starts_at")),
                name="alert_period",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["partner", "-starts_at"], name="alert_by_partner"),
            models.Index(
                fields=["partner"],
                condition=models.Q(ends_at__isnull=True, told_at__isnull=True),
                name="alert_to_be_told",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.partner}"


def _days(label: Any, default: int) -> Any:
    return models.PositiveSmallIntegerField(
        label, default=default, validators=[MinValueValidator(1), MaxValueValidator(730)]
    )


@tracked()
class AlertPolicy(Record):
    """When alerts are opened. There is exactly one row."""

    deal_quiet_days = _days(_("an open deal has not changed for (days)"), 30)
    tier_days = _days(_("a review that lowers, or the end of grace, comes within (days)"), 45)
    review_days = _days(_("a review of a category is due within (days)"), 14)
    certification_days = _days(_("a certification expires within (days)"), 60)
    engagement_drop_percent = models.PositiveSmallIntegerField(
        _("activity of 30 days has dropped by (percent)"),
        default=50,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Against the average of the 90 days before."),
    )
    engagement_least = models.PositiveSmallIntegerField(
        _("and there was this much activity in the 90 days before"),
        default=15,
        validators=[MinValueValidator(1)],
        help_text=_("Sign-ins, views, downloads and steps; with less, a drop says nothing."),
    )
    silent_days = _days(_("nobody was in touch and nobody signed in for (days)"), 60)
    switched_off = ArrayField(models.CharField(max_length=14, choices=AlertKind), default=list, blank=True)

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="alert_policy_single_row"),
            models.CheckConstraint(
                condition=models.Q(engagement_drop_percent__range=(1, 100)), name="alert_policy_drop_in_percent"
            ),
            models.CheckConstraint(
                condition=models.Q(switched_off__contained_by=AlertKind.values), name="alert_policy_kinds_known"
            ),
        ]

    def __str__(self) -> str:
        return "Alert policy"

    @classmethod
    def current(cls) -> Self:
        """Return the policy, made with its defaults at first use."""
        return cls.objects.filter(pk=1).first() or cls.objects.get_or_create(pk=1)[0]

    def asks_for(self, kind: AlertKind) -> bool:
        """Whether alerts of a kind are wanted at all."""
        return kind.value not in self.switched_off


class AlertRun(Record):
    """A look at every partner, a range after the other: once for each day of the program, and after a new policy."""

    reason = models.CharField(max_length=200)
    slot = models.CharField(  # noqa: DJ001 - unique where there is one; others have none
        max_length=80, null=True, unique=True, help_text="A day of the program: each is run once, however many beats."
    )
    next_id = models.BigIntegerField(default=0, help_text="Partners below it are done.")
    done_at = models.DateTimeField(null=True)

    class Meta(Record.Meta):
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=models.Q(done_at__isnull=True), name="alert_run_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.created_at}"
