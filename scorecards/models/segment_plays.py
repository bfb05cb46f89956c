"""Plays per segment: how we treat its partners, what for, and what it came to."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from partners.models import Partner
from partners.querysets import PartnerOwnedQuerySet
from scorecards.models.metrics import Direction
from scorecards.models.plays import Play
from segmentation.models import Segment


class SupportLevel(models.TextChoices):
    """How much of us a partner gets."""

    SELF_SERVICE = "self_service", _("Self-service: the portal")
    SHARED = "shared", _("Shared: a team answers")
    NAMED = "named", _("Named: one manager for many")
    DEDICATED = "dedicated", _("Dedicated: one manager for few")


class Cadence(models.TextChoices):
    """How often we are in touch."""

    WEEKLY = "weekly", _("Every week")
    MONTHLY = "monthly", _("Every month")
    QUARTERLY = "quarterly", _("Every quarter")
    HALF_YEARLY = "half_yearly", _("Every half year")
    YEARLY = "yearly", _("Every year")


class OnLeaving(models.TextChoices):
    """What becomes of what is in work at a partner that leaves the segment."""

    KEEP = "keep", _("They carry on")
    WITHDRAW = "withdraw", _("What is in work is taken back")


class SegmentPlayState(models.TextChoices):
    """Where a segment's play is in its life."""

    PLANNED = "planned", _("Planned")
    RUNNING = "running", _("Running")
    ENDED = "ended", _("Ended")


@tracked()
class SegmentPlay(Record):
    """How we treat the partners of a segment: support, content, journeys and incentives, owner, objective, cadence.

    `plays` are given to every partner of the segment when it starts, and to those who come later if `takes_newcomers`.
    `field_key` is the figure that is to move: a numeric field of the criteria language, measures among them.
    """

    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, related_name="segment_plays")
    name = models.CharField(_("name"), max_length=160)
    objective = models.CharField(_("objective"), max_length=300)
    field_key = models.CharField(_("figure that is to move"), max_length=120)
    direction = models.CharField(_("direction"), max_length=5, choices=Direction, default=Direction.MORE)
    target = models.DecimalField(_("target on average"), max_digits=18, decimal_places=4, null=True, blank=True)
    support_level = models.CharField(_("support"), max_length=12, choices=SupportLevel, default=SupportLevel.SHARED)
    cadence = models.CharField(_("in touch"), max_length=11, choices=Cadence, default=Cadence.QUARTERLY)
    treatment = models.TextField(_("treatment"), blank=True, help_text=_("Markdown. What these partners get."))
    incentives = models.TextField(_("incentives"), blank=True, help_text=_("In words."))
    plays = models.ManyToManyField(Play, related_name="segment_plays", blank=True, verbose_name=_("plays they get"))
    takes_newcomers = models.BooleanField(_("partners who come later get it, too"), default=True)
    on_leaving = models.CharField(
        _("when a partner leaves the segment"), max_length=8, choices=OnLeaving, default=OnLeaving.KEEP
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    started_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(name=""), name="segment_play_named"),
            models.CheckConstraint(condition=~Q(field_key=""), name="segment_play_moves_something"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(started_at__isnull=False, ended_at__gte=F("started_at")),
                name="segment_play_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> SegmentPlayState:
        """Planned, running or ended."""
        if self.ended_at:
            return SegmentPlayState.ENDED
        return SegmentPlayState.RUNNING if self.started_at else SegmentPlayState.PLANNED


class SegmentPlayMember(models.Model):
    """A partner that was given a segment's play, and the figure it had then."""

    id = models.BigAutoField(primary_key=True)
    segment_play = models.ForeignKey(SegmentPlay, on_delete=models.CASCADE, related_name="members")
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="segment_plays")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    value_then = models.DecimalField(max_digits=24, decimal_places=4, null=True)

    objects = PartnerOwnedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["segment_play", "partner"], name="segment_play_member_once"),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(left_at__gte=F("joined_at")), name="segment_play_member_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner_id} in {self.segment_play_id}"


class SegmentPlayFigure(models.Model):
    """The figure on one day: averaged over who was given the play, then and now, and over everybody else."""

    id = models.BigAutoField(primary_key=True)
    segment_play = models.ForeignKey(SegmentPlay, on_delete=models.CASCADE, related_name="figures")
    day = models.DateField()
    inside = models.PositiveIntegerField(help_text="Partners that were given it and have a figure, then and now.")
    inside_then = models.DecimalField(max_digits=24, decimal_places=4, null=True)
    inside_now = models.DecimalField(max_digits=24, decimal_places=4, null=True)
    outside = models.PositiveIntegerField(help_text="Others that have a figure.")
    outside_now = models.DecimalField(max_digits=24, decimal_places=4, null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["segment_play", "day"], name="segment_play_figure_once")
        ]

    def __str__(self) -> str:
        return f"{self.segment_play_id} {self.day}: {self.inside_now}"
