"""Scorecards: definitions with drafts and immutable published versions, made of sections."""

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import DefinitionVersion, Record
from core.models.base import version_constraints

#: Points are from 0 to this.
FULL = 100


class PurposeKind(models.TextChoices):
    """What a scorecard is for."""

    PROFILE = "profile", _("Profiling a prospect")
    ACTIVATION = "activation", _("Activation basics")
    REACTIVATION = "reactivation", _("Reactivation")
    SALES = "sales", _("Sales capability")
    MARKETING = "marketing", _("Marketing capability")
    GROWTH = "growth", _("Growth execution")
    OTHER = "other", _("Something else")


class Reach(models.TextChoices):
    """Whom a scorecard measures."""

    EVERYBODY = "everybody", _("Everybody it applies to")
    SWITCHED_ON = "switched_on", _("Partners it was switched on for")


class Period(models.TextChoices):
    """How long a score stands for, in the program's calendar."""

    MONTH = "month", _("Month")
    QUARTER = "quarter", _("Quarter")
    HALF = "half", _("Half-year")
    YEAR = "year", _("Year")


class Sharing(models.TextChoices):
    """What a partner sees of how it stands."""

    NOTHING = "nothing", _("Nothing")
    SCORE = "score", _("Its score")
    EVERYTHING = "everything", _("Its score, sections and metrics")


class Zone(models.TextChoices):
    """Where a score lies, by the thresholds of its scorecard."""

    RED = "red", _("Red")
    AMBER = "amber", _("Amber")
    GREEN = "green", _("Green")


@tracked()
class Scorecard(Record):
    """Metrics chosen for a purpose. One scorecard gives the score shown on home pages and dashboards."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=160)
    purpose = models.CharField(_("purpose"), max_length=300, blank=True)
    purpose_kind = models.CharField(_("kind"), max_length=12, choices=PurposeKind, default=PurposeKind.OTHER)
    reach = models.CharField(_("who is measured"), max_length=12, choices=Reach, default=Reach.EVERYBODY)
    period = models.CharField(_("period"), max_length=8, choices=Period, default=Period.QUARTER)
    sharing = models.CharField(_("what the partner sees"), max_length=10, choices=Sharing, default=Sharing.NOTHING)
    is_main = models.BooleanField(_("shown on the dashboard"), default=False)
    retired_at = models.DateTimeField(null=True, editable=False)

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["is_main"], condition=models.Q(is_main=True), name="scorecard_one_main"),
            models.CheckConstraint(
                condition=models.Q(is_main=False) | models.Q(retired_at__isnull=True), name="scorecard_main_in_use"
            ),
            models.CheckConstraint(condition=models.Q(reach__in=Reach.values), name="scorecard_reach_known"),
            models.CheckConstraint(condition=models.Q(period__in=Period.values), name="scorecard_period_known"),
            models.CheckConstraint(condition=models.Q(sharing__in=Sharing.values), name="scorecard_sharing_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shows_score(self) -> bool:
        """Whether partners see their score."""
        return self.sharing != Sharing.NOTHING

    @property
    def shows_everything(self) -> bool:
        """Whether partners see sections and metrics too."""
        return self.sharing == Sharing.EVERYTHING


@tracked()
class ScorecardVersion(DefinitionVersion):
    """The sections and metrics of a scorecard as they were published together, and for whom they are meant.

    `criteria` say who it applies to; without any that is everybody. `stages` are the keys of the life stages it is
    proposed for, `peers` whom a partner is compared with.
    """

    criteria = models.JSONField(null=True, blank=True, help_text=_("One criteria document; empty means everybody."))
    definition = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="versions")
    stages = ArrayField(models.SlugField(max_length=40), default=list, blank=True, verbose_name=_("life stages"))
    amber_from = models.PositiveSmallIntegerField(
        _("amber from"), default=40, validators=[MinValueValidator(1), MaxValueValidator(FULL - 1)]
    )
    green_from = models.PositiveSmallIntegerField(
        _("green from"), default=70, validators=[MinValueValidator(2), MaxValueValidator(FULL)]
    )
    peers = models.CharField(_("compared with"), max_length=80, default="stage")

    class Meta(DefinitionVersion.Meta):
        constraints: ClassVar = [
            *version_constraints("scorecard_version"),
            models.CheckConstraint(
                condition=models.Q(amber_from__gte=1, green_from__gt=models.F("amber_from"), green_from__lte=FULL),
                name="scorecard_version_zones_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.definition} {self.number}"

    def zone(self, value: float) -> Zone:
        """Return where a score lies: red below amber's threshold, green from its own."""
        if value >= self.green_from:
            return Zone.GREEN
        return Zone.AMBER if value >= self.amber_from else Zone.RED


def protects_parts(of: str) -> pgtrigger.Trigger:
    """Return the trigger that keeps the parts of published versions as they are; `of` is the word in its message."""
    return pgtrigger.Trigger(
        name="protect_published",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("touched", "bigint[]")],
        func=f"""
            touched := CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW.scorecard_version_id]
                WHEN 'DELETE' THEN ARRAY[OLD.scorecard_version_id]
                ELSE ARRAY[OLD.scorecard_version_id, NEW.scorecard_version_id] END;
            IF EXISTS (SELECT FROM scorecards_scorecardversion WHERE id = ANY(touched) AND state <> 'draft') THEN
                RAISE EXCEPTION 'The {of} of a published version are never changed.'
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """,
    )


@tracked()
class ScorecardSection(Record):
    """A group of metrics on a version of a scorecard, with a score of its own."""

    TEXTS: ClassVar = ("key", "name", "description")

    scorecard_version = models.ForeignKey(ScorecardVersion, on_delete=models.CASCADE, related_name="sections")
    key = models.SlugField(max_length=60)
    name = models.CharField(_("name"), max_length=160)
    description = models.CharField(_("description"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(Record.Meta):
        triggers: ClassVar = [*Record.Meta.triggers, protects_parts("sections")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scorecard_version", "key"], name="scorecard_section_key_once"),
            models.UniqueConstraint(
                fields=["scorecard_version", "position"],
                name="scorecard_section_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def texts(self) -> dict[str, str]:
        """What the section says, to copy it and compare it with another; its place is its order among the others."""
        return {name: getattr(self, name) for name in self.TEXTS}
