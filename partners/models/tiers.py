"""Tiers: ordered ladders, what each rung asks, and which rung each partner holds."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record, TranslatedVersion
from core.models.base import version_constraints
from core.triggers import marks_stale
from partners.models.categories import Category
from partners.models.partners import Partner
from partners.models.tier_policies import TierPolicy, policy_constraints
from partners.querysets import PeriodQuerySet

#: A rung that moves changes who holds "this tier or higher" all along its ladder.
PARTNERS_ON_LADDER = """
    SELECT partner_id FROM partners_tierholding
    WHERE ends_at IS NULL AND track_id IN (SELECT track_id FROM changed)
"""


@tracked()
class TierTrack(TierPolicy, Record):
    """An ordered ladder, for every partner or for those in one category, with the policy by which they move on it."""

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    names = models.JSONField(_("name in other languages"), default=dict, blank=True, help_text=_("By language."))
    category = models.ForeignKey(
        Category,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tier_tracks",
        verbose_name=_("only for category"),
    )
    position = models.PositiveIntegerField(default=0)

    class Meta(Record.Meta):
        constraints: ClassVar = [*policy_constraints("tier_track")]

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


class HoldingState(models.TextChoices):
    """Whether a tier is held for good, or for the time being."""

    HELD = "held", _("Held")
    GRACE = "grace", _("In grace")


class HoldingSource(models.TextChoices):
    """What gave a partner its tier."""

    RULE = "rule", _("Criteria")
    REVIEW = "review", _("A review")
    APPROVAL = "approval", _("An approval")
    HAND = "hand", _("Given by hand")
    OVERRIDE = "override", _("A manual override")


class TsTzRange(models.Func):
    """A period of two moments."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


@tracked()
class TierHolding(Record):
    """A period in which a partner holds a tier, with the evidence of the day it began.

    In grace it is held until the end of `grace_ends_on`; before `may_fall_on` it is not lost at all.
    """

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="tier_holdings")
    track = models.ForeignKey(TierTrack, on_delete=models.PROTECT, related_name="+")
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="holdings")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=HoldingState, default=HoldingState.HELD)
    source = models.CharField(max_length=10, choices=HoldingSource, default=HoldingSource.RULE)
    grace_began_at = models.DateTimeField(null=True)
    grace_ends_on = models.DateField(null=True, help_text=_("The last day of grace."))
    notice_given_days = models.PositiveSmallIntegerField(
        null=True, help_text=_("The last notice before the end of grace, as days before it.")
    )
    may_fall_on = models.DateField(null=True, help_text=_("The first day on which the tier may be lost."))
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
            ExclusionConstraint(
                name="tier_holding_no_overlap",
                expressions=[
                    ("partner", RangeOperators.EQUAL),
                    ("track", RangeOperators.EQUAL),
                    (TsTzRange("starts_at", "ends_at", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=models.Q(state=HoldingState.HELD, grace_ends_on__isnull=True, grace_began_at__isnull=True)
                | models.Q(state=HoldingState.GRACE, grace_ends_on__isnull=False, grace_began_at__isnull=False),
                name="tier_holding_grace_has_end",
            ),
            models.CheckConstraint(
                condition=models.Q(source__in=HoldingSource.values), name="tier_holding_source_known"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["grace_ends_on"],
                condition=models.Q(ends_at__isnull=True, state=HoldingState.GRACE),
                name="tier_holding_in_grace",
            )
        ]

    def __str__(self) -> str:
        return f"{self.partner} holds {self.tier}"

    @property
    def is_in_grace(self) -> bool:
        """Whether the tier is kept though its criteria no longer hold."""
        return self.state == HoldingState.GRACE
