"""Scores: 0 to 100 per scorecard, section and metric, now, on past days and at the end of past periods."""

from decimal import Decimal
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models

from core.triggers import marks_stale
from partners.models import Partner
from partners.querysets import PartnerOwnedQuerySet
from scorecards.models.scorecards import Scorecard, ScorecardVersion


class Score(models.Model):
    """The score of one partner on one scorecard, one row per day on which it changed. The newest is current."""

    id = models.BigAutoField(primary_key=True)
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="scores")
    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="scores")
    day = models.DateField()
    value = models.PositiveSmallIntegerField(validators=[MaxValueValidator(100)])
    is_current = models.BooleanField(default=True)
    computed_at = models.DateTimeField()

    objects = PartnerOwnedQuerySet.as_manager()

    class Meta:
        triggers: ClassVar = [*marks_stale("SELECT partner_id FROM changed", source="score")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partner", "scorecard", "day"], name="score_once_a_day"),
            models.UniqueConstraint(
                fields=["partner", "scorecard"], condition=models.Q(is_current=True), name="score_one_current"
            ),
            models.CheckConstraint(condition=models.Q(value__lte=100), name="score_at_most_100"),
        ]

    def __str__(self) -> str:
        return f"{self.partner_id}: {self.value}"


class PeriodScore(models.Model):
    """How one partner stood on one scorecard at the end of a period; the current one is how it stands now.

    A row is written in the first period in which anything differs, and holds until the next one. `figures` and `points`
    have an element for each metric of the version, `section_points` one for each section, in the order of their ids; an
    element is empty where nothing was answered yet. `exact` is the score before it is rounded.
    """

    id = models.BigAutoField(primary_key=True)
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="period_scores", db_index=False)
    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="period_scores")
    scorecard_version = models.ForeignKey(ScorecardVersion, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField(help_text="The first day of the period.")
    exact = models.DecimalField(max_digits=6, decimal_places=3)
    figures = ArrayField(models.DecimalField(max_digits=24, decimal_places=4, null=True), default=list)
    points = ArrayField(models.PositiveSmallIntegerField(null=True), default=list)
    section_points = ArrayField(models.PositiveSmallIntegerField(null=True), default=list)
    peer_group = models.CharField(max_length=80, blank=True, help_text="With whom it is compared; empty: with nobody.")
    is_current = models.BooleanField(default=True)
    computed_at = models.DateTimeField()

    objects = PartnerOwnedQuerySet.as_manager()

    class Meta:
        #: A row that was written without any of its points changing says the same before and after, and marks nobody.
        triggers: ClassVar = [
            *marks_stale(
                "SELECT partner_id FROM changed"
                " GROUP BY partner_id, scorecard_id, scorecard_version_id, points, section_points, is_current"
                " HAVING count(*) = 1",
                source="points",
            )
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partner", "scorecard", "starts_on"], name="period_score_once"),
            models.UniqueConstraint(
                fields=["partner", "scorecard"], condition=models.Q(is_current=True), name="period_score_one_current"
            ),
            models.CheckConstraint(condition=models.Q(exact__range=(0, 100)), name="period_score_range"),
            models.CheckConstraint(
                condition=models.Q(figures__len=models.F("points__len")), name="period_score_figures_have_points"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner_id} {self.scorecard_id} from {self.starts_on}: {self.exact}"

    @property
    def value(self) -> int:
        """The score as pages show it: rounded, halves upwards."""
        return int(self.exact + Decimal("0.5"))
