"""Specializations: proof of a partner's expertise, granted by what it can show, until it is looked at again."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from core.triggers import marks_stale
from partners.models import Partner
from partners.querysets import PeriodQuerySet
from segmentation.models import Segment


class SpecializationKind(models.TextChoices):
    """What the expertise is in."""

    PRODUCT = "product", _("Product")
    INDUSTRY = "industry", _("Industry")
    SERVICE = "service", _("Service")


class HeldState(models.TextChoices):
    """Where a partner's specialization is in its life."""

    PENDING = "pending", _("Waits for approval")
    ACTIVE = "active", _("Held")
    EXPIRED = "expired", _("Expired")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    DECLINED = "declined", _("Not granted")


@tracked()
class Specialization(Record):
    """An expertise partners can prove. Its criteria are those of `rule`, a segment made for it alone."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    public_name = models.CharField(_("name customers see"), max_length=120, blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=SpecializationKind, default=SpecializationKind.PRODUCT)
    meaning = models.TextField(_("what it proves"), blank=True, help_text=_("Markdown"))
    requirements = models.TextField(_("how to get it"), blank=True, help_text=_("Markdown"))
    valid_months = models.PositiveSmallIntegerField(_("valid for months"), null=True, blank=True)
    needs_approval = models.BooleanField(_("somebody approves each"), default=False)
    rule = models.OneToOneField(Segment, on_delete=models.PROTECT, related_name="specialization")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    retired_at = models.DateTimeField(null=True, editable=False)

    class Meta(Record.Meta):
        pass

    def __str__(self) -> str:
        return self.name


@tracked()
class HeldSpecialization(Record):
    """One stay of a partner in a specialization. `expires_on` is the day on which it is looked at again."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="specializations")
    specialization = models.ForeignKey(Specialization, on_delete=models.PROTECT, related_name="held")
    state = models.CharField(max_length=9, choices=HeldState)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    expires_on = models.DateField(null=True)
    renewed_at = models.DateTimeField(null=True)
    noticed_days = models.PositiveSmallIntegerField(
        null=True, help_text=_("How many days before its day people were told last, of this round.")
    )
    rule_number = models.PositiveIntegerField(null=True, help_text=_("The version of the criteria that held."))
    evidence = models.JSONField(default=list, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = PeriodQuerySet.as_manager()

    class Meta(Record.Meta):
        triggers: ClassVar = [
            *Record.Meta.triggers,
            *marks_stale("SELECT partner_id FROM changed", source="specializations"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partner", "specialization"],
                condition=models.Q(ends_at__isnull=True),
                name="held_specialization_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gte=models.F("starts_at")),
                name="held_specialization_period",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["pending", "active"], ends_at__isnull=True)
                | models.Q(state__in=["expired", "withdrawn", "declined"], ends_at__isnull=False),
                name="held_specialization_ended_has_end",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["expires_on"], condition=models.Q(ends_at__isnull=True), name="held_specialization_expiry"
            )
        ]

    def __str__(self) -> str:
        return f"{self.partner}: {self.specialization}"
