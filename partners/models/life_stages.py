"""Life stages: where in its life with the vendor a partner is."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record, TranslatedVersion
from core.models.base import version_constraints
from core.periods import in_address
from partners.models.partners import Partner
from partners.querysets import PeriodQuerySet


@tracked()
class LifeStage(Record):
    """A stage. A partner is in the first one by `precedence` whose criteria hold; `position` is the order on pages."""

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    position = models.PositiveIntegerField(_("order on pages"), default=0)
    precedence = models.PositiveIntegerField(_("order of checking"), default=0)
    retired_at = models.DateTimeField(null=True, editable=False)

    class Meta(Record.Meta):
        pass

    def __str__(self) -> str:
        return self.name


@tracked()
class LifeStageVersion(TranslatedVersion):
    """One text of a life stage, and after how many days in it a partner is stuck (never where it says nothing)."""

    translatable = ("meaning", "next_step")

    definition = models.ForeignKey(LifeStage, on_delete=models.PROTECT, related_name="versions")
    meaning = models.TextField(_("meaning"), blank=True)
    next_step = models.CharField(_("what helps partners here"), max_length=300, blank=True)
    stuck_after_days = models.PositiveSmallIntegerField(
        _("stuck after (days)"),
        null=True,
        blank=True,
        help_text=_("Partners longer in this stage are marked on the board. Empty: a stage to stay in."),
    )

    class Meta(TranslatedVersion.Meta):
        constraints: ClassVar = [
            *version_constraints("life_stage_version"),
            models.CheckConstraint(
                condition=models.Q(stuck_after_days__isnull=True) | models.Q(stuck_after_days__gte=1),
                name="life_stage_version_stuck_after_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.definition} {self.number}"


class LifeStagePeriod(Record):
    """A stay of a partner in a life stage. Written by the recompute only."""

    partner = models.ForeignKey(  # its index is life_stage_period_by_partner
        Partner, on_delete=models.CASCADE, related_name="life_stage_periods", db_index=False
    )
    stage = models.ForeignKey(LifeStage, on_delete=models.PROTECT, related_name="periods")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    evidence = models.JSONField(default=dict, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partner"], condition=models.Q(ends_at__isnull=True), name="life_stage_one_open"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gte=models.F("starts_at")),
                name="life_stage_period_order",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["partner", "-starts_at"], name="life_stage_period_by_partner")]

    def __str__(self) -> str:
        return f"{self.partner} {self.stage}"

    @property
    def moment(self) -> str:
        """When it began, as addresses write it."""
        return in_address(self.starts_at)
