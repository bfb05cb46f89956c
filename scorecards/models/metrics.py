"""Metrics: what is asked of a partner, and what earns points."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from scorecards.models.scorecards import FULL, ScorecardSection, ScorecardVersion, protects_parts

#: Levels of an answer, each with a written anchor.
LEVELS = 5


class AskedOf(models.TextChoices):
    """Who says what a metric is worth."""

    NOBODY = "nobody", _("Nobody: it is measured")
    CAM = "cam", _("The channel manager")
    PARTNER = "partner", _("The partner")
    BOTH = "both", _("Both: the channel manager's answer counts")


class Direction(models.TextChoices):
    """Whether more is better."""

    MORE = "more", _("More is better")
    LESS = "less", _("Less is better")


class MetricTiming(models.TextChoices):
    """Whether a metric foretells or confirms."""

    LEADING = "leading", _("Leading: foretells")
    LAGGING = "lagging", _("Lagging: confirms")


class BenchmarkKind(models.TextChoices):
    """What a partner's figure is compared with."""

    AVERAGE = "average", _("The average of its peers")
    PERCENTILE = "percentile", _("A percentile of its peers")
    FIXED = "fixed", _("A fixed value")


@tracked()
class Metric(Record):
    """Something asked of every partner on a version of a scorecard.

    An automatic metric measures `expression`, a numeric operand of the criteria language: a field or an aggregate of a
    collection. An assessed one is answered on five levels, each with its `anchors` text. Points are linear from 0 at
    `floor` to 100 at `target`, clamped; with `direction` less, `target` lies below `floor`. Levels earn points the same
    way, from 0 at level 1 to 100 at level 5. With `half_life_days` points fade.

    The `key` is the same on all versions: history compares by it.
    """

    TEXTS: ClassVar = (
        *("key", "name", "description", "best_practice", "advice", "asked_of", "expression", "anchors"),
        *("unit", "timing", "direction", "floor", "target", "weight", "half_life_days"),
        *("benchmark_kind", "benchmark_value", "benchmark_percentile"),
    )

    scorecard_version = models.ForeignKey(ScorecardVersion, on_delete=models.CASCADE, related_name="metrics")
    section = models.ForeignKey(ScorecardSection, on_delete=models.CASCADE, related_name="metrics")
    key = models.SlugField(max_length=60)
    name = models.CharField(_("name"), max_length=160)
    description = models.CharField(_("description"), max_length=300, blank=True)
    best_practice = models.CharField(_("best practice"), max_length=300, blank=True)
    advice = models.CharField(_("advice when low"), max_length=300, blank=True)
    asked_of = models.CharField(_("who says it"), max_length=8, choices=AskedOf, default=AskedOf.NOBODY)
    expression = models.JSONField(_("what is measured"), null=True, blank=True)
    anchors = ArrayField(
        models.CharField(max_length=300), default=list, blank=True, size=LEVELS, verbose_name=_("what each level means")
    )
    unit = models.CharField(_("unit"), max_length=30, blank=True)
    timing = models.CharField(_("timing"), max_length=8, choices=MetricTiming, default=MetricTiming.LEADING)
    direction = models.CharField(_("direction"), max_length=5, choices=Direction, default=Direction.MORE)
    floor = models.DecimalField(_("0 points at"), max_digits=18, decimal_places=4, default=0)
    target = models.DecimalField(_("100 points at"), max_digits=18, decimal_places=4)
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)
    half_life_days = models.PositiveSmallIntegerField(
        _("half-life in days"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(3650)]
    )
    benchmark_kind = models.CharField(
        _("compared with"), max_length=10, choices=BenchmarkKind, default=BenchmarkKind.AVERAGE
    )
    benchmark_value = models.DecimalField(_("fixed value"), max_digits=18, decimal_places=4, null=True, blank=True)
    benchmark_percentile = models.PositiveSmallIntegerField(
        _("percentile"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(99)]
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(Record.Meta):
        triggers: ClassVar = [*Record.Meta.triggers, protects_parts("metrics")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scorecard_version", "key"], name="metric_key_once"),
            models.UniqueConstraint(
                fields=["section", "position"], name="metric_position_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(condition=models.Q(weight__gte=1), name="metric_weighs_something"),
            models.CheckConstraint(condition=~models.Q(target=models.F("floor")), name="metric_target_is_not_floor"),
            models.CheckConstraint(
                condition=models.Q(direction=Direction.MORE, target__gte=models.F("floor"))
                | models.Q(direction=Direction.LESS, target__lte=models.F("floor")),
                name="metric_target_fits_direction",
            ),
            models.CheckConstraint(
                condition=models.Q(asked_of=AskedOf.NOBODY, expression__isnull=False, anchors__len=0)
                | models.Q(asked_of__in=[AskedOf.CAM, AskedOf.PARTNER, AskedOf.BOTH], expression__isnull=True)
                & models.Q(anchors__len=LEVELS, floor=1, target=LEVELS),
                name="metric_measured_or_answered",
            ),
            models.CheckConstraint(
                condition=models.Q(half_life_days__isnull=True) | models.Q(half_life_days__gte=1),
                name="metric_fades_in_days",
            ),
            models.CheckConstraint(
                condition=models.Q(benchmark_kind=BenchmarkKind.FIXED, benchmark_value__isnull=False)
                | models.Q(benchmark_kind=BenchmarkKind.PERCENTILE, benchmark_percentile__isnull=False)
                & models.Q(benchmark_percentile__range=(1, 99))
                | models.Q(benchmark_kind=BenchmarkKind.AVERAGE),
                name="metric_benchmark_complete",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_assessed(self) -> bool:
        """Whether people answer it."""
        return self.asked_of != AskedOf.NOBODY

    def points_of(self, value: Decimal | None) -> int:
        """Return the points of a figure that has not faded, as `services/points.py` reckons them for everybody at once.

        Nothing measured earns nothing.
        """
        if value is None:
            return 0
        reached = (value - self.floor) / (self.target - self.floor) * FULL
        return int(min(max(reached, Decimal(0)), Decimal(FULL)).quantize(Decimal(1), ROUND_HALF_UP))

    @property
    def texts(self) -> dict[str, Any]:
        """What the metric says, to copy it and to compare it with another; its place is its order among the others."""
        return {name: getattr(self, name) for name in self.TEXTS}
