"""Journeys: ordered learning, in versions. What they consist of is in `journey_steps`, who walks them in `walks`."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import DefinitionVersion, Publishable
from core.models.base import version_constraints
from enablement.models.audiences import ForPartners
from enablement.querysets import JourneyQuerySet
from partners.models import Category, LifeStage
from segmentation.models import Segment


@tracked()
class Journey(ForPartners, Publishable):
    """Ordered learning. Partners who enter its audience are enrolled by themselves.

    What it is called, for whom it is and who looks after it hold at once; its steps are on its versions.
    """

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=160)
    summary = models.CharField(_("summary"), max_length=500, blank=True)
    admins_only = models.BooleanField(_("for the partner's admins only"), default=False)
    onboards = models.ForeignKey(
        Category,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="onboarding_journeys",
        verbose_name=_("onboarding of"),
    )

    objects = JourneyQuerySet.as_manager()

    class Meta(ForPartners.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["onboards"], condition=models.Q(retired_at__isnull=True), name="journey_onboards_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Entry(models.TextChoices):
    """On what partners of the audience are enrolled by themselves."""

    AUDIENCE = "audience", _("Being in the audience")
    SEGMENT = "segment", _("Entering a segment")
    CATEGORY = "category", _("Entering a category")
    STAGE = "stage", _("Entering a life stage")
    NOBODY = "nobody", _("Nothing: they start it themselves")


class Leaving(models.TextChoices):
    """What happens to a walk that began by itself when what it began on holds no longer."""

    STAY = "stay", _("Nothing: who began finishes")
    PAUSE = "pause", _("It is paused until they are back")
    END = "end", _("It ends, and the partner is told")


@tracked()
class JourneyVersion(DefinitionVersion):
    """The steps of a journey as they were published together, and who is enrolled in it by themselves.

    Who began under a version walks it to its end, or is moved to a newer one by somebody.
    """

    #: The column of what is entered, by the kind of entry.
    ENTERED: ClassVar[dict[str, str]] = {
        Entry.SEGMENT: "entry_segment",
        Entry.CATEGORY: "entry_category",
        Entry.STAGE: "entry_stage",
    }

    criteria = None
    definition = models.ForeignKey(Journey, on_delete=models.PROTECT, related_name="versions")
    entry = models.CharField(_("enrolled on"), max_length=8, choices=Entry, default=Entry.AUDIENCE)
    entry_segment = models.ForeignKey(
        Segment, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("segment")
    )
    entry_category = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("category")
    )
    entry_stage = models.ForeignKey(
        LifeStage, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("life stage")
    )
    on_leaving = models.CharField(_("when they leave"), max_length=5, choices=Leaving, default=Leaving.STAY)

    class Meta(DefinitionVersion.Meta):
        constraints: ClassVar = [
            *version_constraints("journey_version"),
            models.CheckConstraint(
                condition=models.Q(entry__in=["audience", "nobody"], entry_segment=None, entry_category=None)
                & models.Q(entry_stage=None)
                | models.Q(entry="segment", entry_segment__isnull=False, entry_category=None, entry_stage=None)
                | models.Q(entry="category", entry_segment=None, entry_category__isnull=False, entry_stage=None)
                | models.Q(entry="stage", entry_segment=None, entry_category=None, entry_stage__isnull=False),
                name="journey_version_entry_names_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.definition} {self.number}"

    @property
    def entered(self) -> Segment | Category | LifeStage | None:
        """What partners enter to be enrolled, where it is one certain thing."""
        column = self.ENTERED.get(self.entry)
        return getattr(self, column) if column else None
