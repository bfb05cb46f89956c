"""Prescriptions: plays given to one partner, and what became of its figures."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from partners.models import Partner
from scorecards.models.plays import Play
from scorecards.models.scorecards import Scorecard
from scorecards.models.segment_plays import SegmentPlay
from scorecards.models.tasks import TaskSide
from scorecards.querysets.plays import PrescriptionQuerySet


class PrescriptionState(models.TextChoices):
    """What became of a play proposed for a partner."""

    ACCEPTED = "accepted", _("In work")
    DONE = "done", _("Done")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


@tracked()
class Prescription(Record):
    """A play given to a partner, mostly for one metric, or declined for it with a reason.

    `metric_key` is the same in every version of its scorecard; `metric_name` is what it was called then. `expected` is
    what the metric was likely to gain, `expected_from` how many partners that was known from (null: nobody yet), and
    `worth` what the whole score would gain if the gap closed.
    """

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="prescriptions")
    play = models.ForeignKey(Play, on_delete=models.PROTECT, related_name="prescriptions")
    scorecard = models.ForeignKey(Scorecard, null=True, on_delete=models.PROTECT, related_name="+")
    metric_key = models.SlugField(max_length=60, blank=True)
    metric_name = models.CharField(max_length=160, blank=True)
    segment_play = models.ForeignKey(
        SegmentPlay,
        null=True,
        on_delete=models.PROTECT,
        related_name="prescriptions",
        verbose_name=_("play of a segment"),
    )
    state = models.CharField(max_length=9, choices=PrescriptionState)
    words = models.TextField(_("what is to be done"), blank=True, help_text=_("Markdown. The partner reads it."))
    due_on = models.DateField(_("due on"), null=True, blank=True)
    side = models.CharField(max_length=7, choices=TaskSide, default=TaskSide.PARTNER)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("who does it"),
    )
    expected = models.SmallIntegerField(null=True)
    expected_from = models.PositiveIntegerField(null=True)
    worth = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True)
    note = models.TextField(_("note"), blank=True)
    proof = models.FileField(upload_to="proofs/", blank=True)
    proof_name = models.CharField(max_length=200, blank=True)
    proof_type = models.CharField(max_length=100, blank=True)

    objects = PrescriptionQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partner", "play"], condition=Q(state="accepted"), name="prescription_one_open"
            ),
            models.UniqueConstraint(
                fields=["partner", "play", "metric_key"],
                condition=Q(state="declined"),
                name="prescription_declined_once",
            ),
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False) | (~Q(state="done") & Q(done_at__isnull=True)),
                name="prescription_done_has_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(reason=""), name="prescription_declined_with_reason"
            ),
            models.CheckConstraint(
                condition=Q(scorecard__isnull=True, metric_key="") | (Q(scorecard__isnull=False) & ~Q(metric_key="")),
                name="prescription_metric_on_scorecard",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["play", "state"], name="prescription_by_play"),
            models.Index(fields=["partner", "-decided_at"], name="prescription_by_partner"),
        ]

    def __str__(self) -> str:
        return f"{self.partner}: {self.play}"


class Outcome(models.Model):
    """The figures of a prescription's metric: when it was accepted, when it was done, and `measure_on`.

    `peer_ids` are partners that had the same gap when it was accepted and were not given the play. What they gained
    meanwhile would have come by itself. Worked out by the machine, so no trail is kept of it.
    """

    prescription = models.OneToOneField(
        Prescription, primary_key=True, on_delete=models.CASCADE, related_name="outcome"
    )
    points_before = models.PositiveSmallIntegerField(null=True)
    score_before = models.PositiveSmallIntegerField(null=True)
    peer_ids = ArrayField(models.BigIntegerField(), default=list)
    peer_points = ArrayField(models.PositiveSmallIntegerField(), default=list, help_text="Theirs, in the same order.")
    points_done = models.PositiveSmallIntegerField(null=True)
    score_done = models.PositiveSmallIntegerField(null=True)
    measure_on = models.DateField(null=True)
    points_after = models.PositiveSmallIntegerField(null=True)
    score_after = models.PositiveSmallIntegerField(null=True)
    peers = models.PositiveSmallIntegerField(null=True, help_text="Peers of whom both figures are known.")
    peers_before = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    peers_after = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    measured_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(measured_at__isnull=True) | Q(measure_on__isnull=False),
                name="outcome_measured_on_its_day",
            ),
            models.CheckConstraint(
                condition=Q(peer_ids__len=models.F("peer_points__len")), name="outcome_peers_with_points"
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__lte": 100}), name=f"outcome_{name}_range"
                )
                for name in (
                    *("points_before", "points_done", "points_after"),
                    *("score_before", "score_done", "score_after"),
                )
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["measure_on"], condition=Q(measured_at__isnull=True), name="outcome_due")
        ]

    def __str__(self) -> str:
        return f"{self.prescription_id}: {self.points_before} → {self.points_after}"

    @property
    def gained_by_peers(self) -> Decimal | None:
        """What partners with the same gap gained meanwhile without the play."""
        if self.peers_after is None or self.peers_before is None:
            return None
        return self.peers_after - self.peers_before

    @property
    def gained(self) -> int | None:
        """What the metric gained from acceptance until it was measured; None where a figure is missing."""
        if self.points_after is None or self.points_before is None:
            return None
        return self.points_after - self.points_before
