"""Manual overrides: a partner's tier decided by a person, whatever the criteria say, until a day."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from partners.models.partners import Partner
from partners.models.tiers import Tier, TierTrack
from partners.querysets import PeriodQuerySet


class ManualOverrideKind(models.TextChoices):
    """What an override does."""

    GIVE = "give", _("Give a tier")
    KEEP = "keep", _("Keep the tier held")
    CAP = "cap", _("Allow no more than a tier")


@tracked()
class ManualOverride(Record):
    """One decision about a partner on a track, over all criteria, until the end of its last day or until taken back.

    `tier` is the one given, kept, or the highest allowed; `held_before` what the partner held when it began.
    """

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="tier_overrides")
    track = models.ForeignKey(TierTrack, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("what it does"), max_length=6, choices=ManualOverrideKind)
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="+", verbose_name=_("tier"))
    held_before = models.ForeignKey(Tier, null=True, on_delete=models.PROTECT, related_name="+", editable=False)
    starts_at = models.DateTimeField(editable=False)
    last_day_on = models.DateField(_("last day"))
    ends_at = models.DateTimeField(null=True, editable=False)
    reason = models.CharField(_("reason, for us"), max_length=300)
    wording = models.CharField(_("what the partner reads"), max_length=300)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    notice_given_days = models.PositiveSmallIntegerField(null=True, editable=False)

    objects = PeriodQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partner", "track"], condition=models.Q(ends_at__isnull=True), name="manual_override_one_open"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gte=models.F("starts_at")),
                name="manual_override_period",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=ManualOverrideKind.values), name="manual_override_kind_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(reason="") & ~models.Q(wording=""), name="manual_override_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.tier}, {self.partner}"

    @property
    def floor(self) -> int:
        """The rank that the partner holds at least while it lasts."""
        return 0 if self.kind == ManualOverrideKind.CAP else self.tier.rank

    @property
    def cap(self) -> int | None:
        """The rank that the partner holds at most while it lasts."""
        return self.tier.rank if self.kind == ManualOverrideKind.CAP else None
