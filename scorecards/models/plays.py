"""Plays: what we do for a gap or a segment, kept in one library."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Publishable, Record
from enablement.models import Asset, Certification, Journey
from scorecards.querysets.plays import PlayQuerySet


class PlayKind(models.TextChoices):
    """What a play consists of. An incentive is said in words."""

    ASSET = "asset", _("Content")
    JOURNEY = "journey", _("Journey")
    CERTIFICATION = "certification", _("Certification")
    ACTIVITY = "activity", _("Activity")
    INCENTIVE = "incentive", _("Incentive")


class EffortUnit(models.TextChoices):
    """How effort is counted."""

    MINUTES = "minutes", _("minutes")
    DAYS = "days", _("days")


#: Kind → the reference that a play of it has, and no other kind.
LINKS = {PlayKind.ASSET: "asset", PlayKind.JOURNEY: "journey", PlayKind.CERTIFICATION: "certification"}


def _links_fit(*, needed: bool) -> models.Q:
    """Return the condition that a play refers to nothing but what its kind says; `needed`: and that it does so."""
    condition = models.Q()
    for kind in PlayKind:
        own = LINKS.get(kind)
        empty = {f"{link}__isnull": True for link in LINKS.values() if link != own}
        here = models.Q(kind=kind, **empty)
        condition |= here & models.Q(**{f"{own}__isnull": False}) if own and needed else here
    return condition


@tracked()
class Play(Publishable):
    """One thing that closes gaps: what the partner does, what we do, and which figures it moves.

    `metric_keys` and `measure_keys` are keys, which are the same in every version of a definition. `position` is the
    library's own order: it decides between plays as long as too little is known of what they moved.
    """

    name = models.CharField(_("name"), max_length=160)
    objective = models.CharField(_("objective"), max_length=300, help_text=_("What is different when it has worked."))
    partner_does = models.TextField(_("what the partner does"), blank=True, help_text=_("Markdown"))
    vendor_does = models.TextField(_("what we do"), blank=True, help_text=_("Markdown. Partners do not read it."))
    kind = models.CharField(_("kind"), max_length=13, choices=PlayKind, default=PlayKind.ACTIVITY)
    asset = models.ForeignKey(
        Asset, null=True, blank=True, on_delete=models.PROTECT, related_name="plays", verbose_name=_("content")
    )
    journey = models.ForeignKey(
        Journey, null=True, blank=True, on_delete=models.PROTECT, related_name="plays", verbose_name=_("journey")
    )
    certification = models.ForeignKey(
        Certification,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="plays",
        verbose_name=_("certification"),
    )
    effort = models.PositiveSmallIntegerField(_("effort"), null=True, blank=True)
    effort_unit = models.CharField(_("counted in"), max_length=7, choices=EffortUnit, default=EffortUnit.MINUTES)
    metric_keys = ArrayField(
        models.SlugField(max_length=60), default=list, blank=True, verbose_name=_("metrics it moves")
    )
    measure_keys = ArrayField(
        models.SlugField(max_length=60), default=list, blank=True, verbose_name=_("measures it moves")
    )
    position = models.PositiveSmallIntegerField(
        _("order"), default=100, help_text=_("Lower comes first where nothing else decides.")
    )
    outcome_days = models.PositiveSmallIntegerField(
        _("outcome looked at after days"), default=60, help_text=_("So long after it was done the figures are read.")
    )

    objects = PlayQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(name=""), name="play_named"),
            models.CheckConstraint(condition=_links_fit(needed=False), name="play_links_what_its_kind_says"),
            models.CheckConstraint(
                condition=models.Q(published_at__isnull=True) | _links_fit(needed=True),
                name="play_published_with_its_link",
            ),
            models.CheckConstraint(
                condition=models.Q(effort__isnull=True) | models.Q(effort__gte=1), name="play_effort_is_some"
            ),
            models.CheckConstraint(condition=models.Q(outcome_days__gte=1), name="play_outcome_takes_time"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def link(self) -> Asset | Journey | Certification | None:
        """What it refers to."""
        name = LINKS.get(PlayKind(self.kind))
        return getattr(self, name) if name else None
