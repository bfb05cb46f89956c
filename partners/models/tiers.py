"""Tiers: ordered ladders, what each rung asks, and which rung each partner holds."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record, TranslatedVersion
from core.models.base import version_constraints
from core.triggers import marks_stale
from partners.models.categories import Category
from partners.models.partners import Partner
from partners.querysets import PeriodQuerySet

#: A rung that moves changes who holds "this tier or higher" all along its ladder.
PARTNERS_ON_LADDER = """
    SELECT partner_id FROM partners_tierholding
    WHERE ends_at IS NULL AND track_id IN (SELECT track_id FROM changed)
"""


@tracked()
class TierTrack(Record):
    """An ordered ladder, for every partner or for those in one category."""

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    category = models.ForeignKey(
        Category,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tier_tracks",
        verbose_name=_("only for category"),
    )
    promotes_at_once = models.BooleanField(
        _("promote at once"), default=True, help_text=_("Otherwise somebody decides at a review.")
    )
    position = models.PositiveIntegerField(default=0)

    class Meta(Record.Meta):
        pass

    def __str__(self) -> str:
        return self.name


@tracked()
class Tier(Record):
    """A rung of a ladder; rank 1 is the lowest. What it asks is on its versions."""

    track = models.ForeignKey(TierTrack, on_delete=models.PROTECT, related_name="tiers")
    key = models.SlugField(max_length=40)
    name = models.CharField(_("name"), max_length=120)
    rank = models.PositiveSmallIntegerField(_("rank"))
    retired_at = models.DateTimeField(null=True, editable=False)

    class Meta(Record.Meta):
        triggers: ClassVar = [*Record.Meta.triggers, *marks_stale(PARTNERS_ON_LADDER, source="tier")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["track", "rank"], name="tier_rank_once"),
            models.UniqueConstraint(fields=["track", "key"], name="tier_key_once"),
            models.CheckConstraint(condition=models.Q(rank__gte=1), name="tier_rank_positive"),
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class TierVersion(TranslatedVersion):
    """One text of a tier: its criteria and what it gives."""

    translatable = ("meaning", "benefits")

    definition = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="versions")
    meaning = models.TextField(_("definition"), blank=True)
    benefits = models.TextField(_("benefits"), blank=True)

    class Meta(TranslatedVersion.Meta):
        constraints: ClassVar = [*version_constraints("tier_version")]

    def __str__(self) -> str:
        return f"{self.definition} {self.number}"


@tracked()
class TierHolding(Record):
    """A period in which a partner holds a tier, with the evidence of the day it began."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="tier_holdings")
    track = models.ForeignKey(TierTrack, on_delete=models.PROTECT, related_name="+")
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="holdings")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    evidence = models.JSONField(default=dict, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta(Record.Meta):
        triggers: ClassVar = [
            *Record.Meta.triggers,
            *marks_stale("SELECT partner_id FROM changed", source="tier"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partner", "track"], condition=models.Q(ends_at__isnull=True), name="tier_holding_one_open"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gte=models.F("starts_at")),
                name="tier_holding_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner} holds {self.tier}"
