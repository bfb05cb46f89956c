"""Goals: what the vendor is after in a period, handed down to regions, segments and partners."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from partners.models import Partner, Region
from scorecards.querysets.goals import GoalFigureQuerySet, GoalQuerySet, GoalTargetQuerySet
from segmentation.models import Segment


class AddsUp(models.TextChoices):
    """How figures of partners make one figure of many."""

    SUM = "sum", _("Added up")
    AVERAGE = "average", _("On average")


@tracked()
class Goal(Record):
    """What is to be reached from the first to and with the last day of a period, measured at every partner.

    `measured_on` is the day for which everybody was measured, `measured_up_to` how far a run of today has come.
    """

    name = models.CharField(_("name"), max_length=160)
    text = models.TextField(_("what partners are told"), blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    expression = models.JSONField(_("what is measured"))
    unit = models.CharField(_("unit"), max_length=30, blank=True)
    adds_up = models.CharField(_("figures of many partners"), max_length=7, choices=AddsUp, default=AddsUp.SUM)
    shows_numbers = models.BooleanField(
        _("partners see the program's figures"),
        default=True,
        help_text=_("Otherwise they read the text and their own part."),
    )
    follows = models.ForeignKey("self", null=True, editable=False, on_delete=models.PROTECT, related_name="followed_by")
    told_at = models.DateTimeField(null=True, editable=False)
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    retired_at = models.DateTimeField(null=True, editable=False)
    renewal_told_at = models.DateTimeField(null=True, editable=False)
    measured_on = models.DateField(null=True, editable=False)
    measured_up_to = models.BigIntegerField(default=0, editable=False)

    objects = GoalQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(name=""), name="goal_has_name"),
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="goal_period_in_order"),
            models.UniqueConstraint(
                fields=["follows"], condition=models.Q(retired_at__isnull=True), name="goal_renewed_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TargetKind(models.TextChoices):
    """Whose part of a goal it is."""

    PROGRAM = "program", _("The whole program")
    REGION = "region", _("Region")
    SEGMENT = "segment", _("Segment")
    PARTNER = "partner", _("Partner")


def _only(**named: bool) -> models.Q:
    return models.Q(**{f"{name}__isnull": not there for name, there in named.items()})


@tracked(exclude=("attained", "attained_at"))
class GoalTarget(Record):
    """One part of a goal. Parts below it divide its target; what is left over belongs to nobody yet.

    Workers keep `attained`: what the partners of this part, within the parts above it, have brought.
    """

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="targets")
    parent = models.ForeignKey("self", null=True, editable=False, on_delete=models.CASCADE, related_name="parts")
    kind = models.CharField(max_length=7, choices=TargetKind)
    region = models.ForeignKey(Region, null=True, on_delete=models.PROTECT, related_name="+")
    segment = models.ForeignKey(Segment, null=True, on_delete=models.PROTECT, related_name="+")
    partner = models.ForeignKey(Partner, null=True, on_delete=models.PROTECT, related_name="goal_targets")
    #: A region that is gone since the goal was over: its name and key then.
    former_region = models.CharField(max_length=120, blank=True, editable=False)
    former_region_key = models.SlugField(max_length=40, blank=True, editable=False)
    target = models.DecimalField(_("target"), max_digits=18, decimal_places=4)
    text = models.TextField(_("what it means here"), blank=True)
    attained = models.DecimalField(max_digits=24, decimal_places=4, null=True, editable=False)
    attained_at = models.DateTimeField(null=True, editable=False)

    objects = GoalTargetQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["goal"], condition=models.Q(kind=TargetKind.PROGRAM), name="goal_target_one_root"
            ),
            models.UniqueConstraint(
                fields=["parent", "region", "segment", "partner", "former_region_key"],
                condition=models.Q(parent__isnull=False),
                nulls_distinct=False,
                name="goal_target_once",
            ),
            models.CheckConstraint(condition=models.Q(target__gt=0), name="goal_target_positive"),
            models.CheckConstraint(
                condition=(
                    (
                        models.Q(kind=TargetKind.PROGRAM)
                        & _only(parent=False, region=False, segment=False, partner=False)
                    )
                    | (
                        models.Q(kind=TargetKind.REGION, former_region_key="")
                        & _only(parent=True, region=True, segment=False, partner=False)
                    )
                    | (
                        models.Q(kind=TargetKind.REGION)
                        & ~models.Q(former_region_key="")
                        & _only(parent=True, region=False, segment=False, partner=False)
                    )
                    | (
                        models.Q(kind=TargetKind.SEGMENT)
                        & _only(parent=True, region=False, segment=True, partner=False)
                    )
                    | (
                        models.Q(kind=TargetKind.PARTNER)
                        & _only(parent=True, region=False, segment=False, partner=True)
                    )
                ),
                name="goal_target_names_whose",
            ),
        ]

    def __str__(self) -> str:
        return str(self.region or self.segment or self.partner or self.former_region or _("The whole program"))


class GoalFigure(models.Model):
    """What one partner has brought towards a goal."""

    id = models.BigAutoField(primary_key=True)
    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="figures")
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="goal_figures")
    value = models.DecimalField(max_digits=24, decimal_places=4, null=True)
    measured_at = models.DateTimeField()

    objects = GoalFigureQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["goal", "partner"], name="goal_figure_once")]

    def __str__(self) -> str:
        return f"{self.goal_id} {self.partner_id}: {self.value}"


class GoalDay(models.Model):
    """What a part of a goal had attained on a day."""

    id = models.BigAutoField(primary_key=True)
    target = models.ForeignKey(GoalTarget, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    attained = models.DecimalField(max_digits=24, decimal_places=4)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["target", "day"], name="goal_day_once")]

    def __str__(self) -> str:
        return f"{self.target_id} {self.day}: {self.attained}"
