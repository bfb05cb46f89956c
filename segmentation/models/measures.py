"""Measures: numbers of a partner that program admins define, and where partners stand among peers by them."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import DefinitionVersion, Record
from core.models.base import version_constraints
from core.triggers import marks_stale
from criteria.fields import MEASURE_PREFIX
from partners.models import Partner
from partners.querysets import PartnerOwnedQuerySet


class MeasureKind(models.TextChoices):
    """What a measure's number is."""

    NUMBER = "number", _("Number")
    MONEY = "money", _("Money")
    PERCENT = "percent", _("Percent")


@tracked()
class Measure(Record):
    """A named formula that gives a number for each partner. Criteria ask for it as the field `measure_<key>`."""

    key = models.SlugField(max_length=40, unique=True, help_text=_("Lower-case letters, digits and underscores."))
    name = models.CharField(_("name"), max_length=120)
    description = models.CharField(_("description"), max_length=500, blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=MeasureKind, default=MeasureKind.NUMBER)
    unit = models.CharField(_("unit"), max_length=30, blank=True)
    places = models.PositiveSmallIntegerField(_("decimal places"), default=0, validators=[MaxValueValidator(6)])
    partner_may_see = models.BooleanField(_("partners may see it"), default=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("owner"),
    )
    retired_at = models.DateTimeField(null=True, editable=False)

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(key__regex=r"^[a-z][a-z0-9_]*$"), name="measure_key_shape"),
            models.CheckConstraint(condition=models.Q(places__lte=6), name="measure_places_few"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def field_key(self) -> str:
        """The name by which criteria and other measures ask for this one."""
        return f"{MEASURE_PREFIX}{self.key}"


@tracked()
class MeasureVersion(DefinitionVersion):
    """One text of a measure. The column `criteria` holds its formula document, read as `formula`."""

    definition = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="versions")

    class Meta(DefinitionVersion.Meta):
        constraints: ClassVar = [*version_constraints("measure_version")]

    def __str__(self) -> str:
        return f"{self.definition} {self.number}"

    @property
    def formula(self) -> Any:
        """The formula document, or None while nothing was written."""
        return self.criteria


class PeerStanding(models.Model):
    """Where a partner stands among its peers by a measure, as it was on a day. Written by the refresh of peers only.

    A partner without a value has no standing; one without peers is first of one, and has no percentile.
    """

    id = models.BigAutoField(primary_key=True)
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="peer_standings")
    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="standings", db_index=False)
    value = models.DecimalField(max_digits=40, decimal_places=10)
    percentile = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    rank = models.PositiveIntegerField()
    peers = models.PositiveIntegerField(help_text="How many were compared, the partner among them.")
    taken_on = models.DateField(help_text="The day whose figures were compared.")

    objects = PartnerOwnedQuerySet.as_manager()

    class Meta:
        # Marked when percentile or rank changed: rows that say the same before and after come in pairs.
        triggers: ClassVar = marks_stale(
            "SELECT partner_id FROM changed GROUP BY partner_id, measure_id, percentile, rank HAVING count(*) = 1",
            source="peers",
        )
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["measure", "partner"], name="peer_standing_once"),
            models.CheckConstraint(
                condition=models.Q(rank__gte=1, peers__gte=models.F("rank")), name="peer_standing_rank_in_range"
            ),
            models.CheckConstraint(
                condition=models.Q(percentile__isnull=True) | models.Q(percentile__range=(0, 100)),
                name="peer_standing_percentile_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner_id}: {self.rank} of {self.peers} by {self.measure_id}"


class PeerRefresh(models.Model):
    """When the standings of a measure were last worked out, of which version, and as of which day."""

    measure = models.OneToOneField(Measure, primary_key=True, on_delete=models.CASCADE, related_name="peer_refresh")
    number = models.PositiveIntegerField(help_text="The version of the measure.")
    taken_on = models.DateField(help_text="The day whose figures were compared.")
    seen = models.CharField(
        max_length=60,
        blank=True,
        help_text="How far writes had got. Empty when some were under way, so that they are looked for again.",
    )
    refreshed_at = models.DateTimeField()
    seconds = models.FloatField(default=0)
    changed = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.measure_id} as of {self.taken_on}"
