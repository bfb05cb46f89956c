"""The region tree."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import countries
from core.audit import tracked
from core.models import Record
from core.triggers import marks_stale


@tracked()
class Region(Record):
    """A sales region. `path` holds the ids from the root down to the region itself, so that "in EMEA" is one test."""

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    path = ArrayField(models.BigIntegerField(), default=list, editable=False)

    class Meta(Record.Meta):
        triggers: ClassVar = [
            *Record.Meta.triggers,
            *marks_stale(
                "SELECT partner.id FROM changed JOIN partners_partner partner ON partner.region_id = changed.id",
                source="region",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(parent=models.F("id")), name="region_not_own_parent")
        ]
        indexes: ClassVar = [GinIndex(fields=["path"], name="region_path")]

    def __str__(self) -> str:
        return self.name


@tracked()
class RegionCountry(Record):
    """A country that lies in a region: organisations there that apply belong to it. A country lies in one region."""

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="countries")
    country = models.CharField(max_length=2, unique=True)

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(country__regex=r"^[A-Z]{2}$"), name="region_country_shape")
        ]

    def __str__(self) -> str:
        return f"{countries.name_of(self.country)} · {self.region}"
