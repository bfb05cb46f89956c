"""Segments: whom we address. An audience is a segment too, named or private to one thing."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import DefinitionVersion, Record
from core.models.base import version_constraints
from core.triggers import marks_stale
from partners.models import Partner


class SegmentKind(models.TextChoices):
    """How partners come to be in a segment."""

    DYNAMIC = "dynamic", _("By criteria")
    STATIC = "static", _("Picked by hand")
    MIXED = "mixed", _("By criteria, with partners pinned in or out")


@tracked()
class Segment(Record):
    """Partners picked by criteria or by hand, for attention."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    description = models.CharField(_("description"), max_length=500, blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=SegmentKind, default=SegmentKind.DYNAMIC)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("owner"),
    )
    is_audience = models.BooleanField(
        default=False,
        help_text=_("Made for an asset or journey, and not listed among the segments."),
    )
    retired_at = models.DateTimeField(null=True, editable=False)

    class Meta(Record.Meta):
        pass

    def __str__(self) -> str:
        return self.name


@tracked()
class SegmentVersion(DefinitionVersion):
    """One text of a segment's criteria."""

    definition = models.ForeignKey(Segment, on_delete=models.PROTECT, related_name="versions")

    class Meta(DefinitionVersion.Meta):
        constraints: ClassVar = [*version_constraints("segment_version")]

    def __str__(self) -> str:
        return f"{self.definition} {self.number}"


class PinDirection(models.TextChoices):
    """Which way a partner was pinned."""

    IN = "in", _("Pinned in")
    OUT = "out", _("Pinned out")


@tracked()
class SegmentPin(Record):
    """A partner put into, or kept out of, a segment by hand. Pins survive every recompute."""

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="pins")
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="segment_pins")
    direction = models.CharField(max_length=3, choices=PinDirection)
    reason = models.CharField(max_length=300, blank=True)
    pinned_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(Record.Meta):
        triggers: ClassVar = [
            *Record.Meta.triggers,
            *marks_stale("SELECT partner_id FROM changed", source="pins"),
        ]
        constraints: ClassVar = [models.UniqueConstraint(fields=["segment", "partner"], name="segment_pin_once")]

    def __str__(self) -> str:
        return f"{self.partner} {self.direction} {self.segment}"
