"""Scorecards and the automatic metrics on them."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record


@tracked()
class Scorecard(Record):
    """Metrics chosen for a purpose. One of them gives the score shown on home pages and dashboards."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=160)
    purpose = models.CharField(_("purpose"), max_length=300, blank=True)
    is_main = models.BooleanField(_("shown on the dashboard"), default=False)

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["is_main"], condition=models.Q(is_main=True), name="scorecard_one_main")
        ]

    def __str__(self) -> str:
        return self.name


class Direction(models.TextChoices):
    """Whether more is better."""

    MORE = "more", _("More is better")
    LESS = "less", _("Less is better")


class MetricTiming(models.TextChoices):
    """Whether a metric foretells or confirms."""

    LEADING = "leading", _("Leading: foretells")
    LAGGING = "lagging", _("Lagging: confirms")


@tracked()
class Metric(Record):
    """A number asked of every partner, with the target that earns 100 points.

    `expression` is a numeric operand of the criteria language: a field or an aggregate of a collection. Points are
    linear from 0 at `floor` to 100 at `target`, clamped; with `direction` less, `target` lies below `floor`.
    """

    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="metrics")
    key = models.SlugField(max_length=60)
    name = models.CharField(_("name"), max_length=160)
    description = models.CharField(_("description"), max_length=300, blank=True)
    advice = models.CharField(_("advice when low"), max_length=300, blank=True)
    expression = models.JSONField(_("what is measured"))
    unit = models.CharField(_("unit"), max_length=30, blank=True)
    timing = models.CharField(_("timing"), max_length=8, choices=MetricTiming, default=MetricTiming.LEADING)
    direction = models.CharField(_("direction"), max_length=5, choices=Direction, default=Direction.MORE)
    floor = models.DecimalField(_("0 points at"), max_digits=18, decimal_places=4, default=0)
    target = models.DecimalField(_("100 points at"), max_digits=18, decimal_places=4)
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scorecard", "key"], name="metric_key_once"),
            models.CheckConstraint(condition=models.Q(weight__gte=1), name="metric_weighs_something"),
            models.CheckConstraint(condition=~models.Q(target=models.F("floor")), name="metric_target_is_not_floor"),
            models.CheckConstraint(
                condition=models.Q(direction=Direction.MORE, target__gte=models.F("floor"))
                | models.Q(direction=Direction.LESS, target__lte=models.F("floor")),
                name="metric_target_fits_direction",
            ),
        ]

    def __str__(self) -> str:
        return self.name
