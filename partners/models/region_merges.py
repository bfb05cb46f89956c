"""Regions that became part of another: what is left of them, so that it can be undone."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from core.audit import tracked
from core.models import Record
from partners.models.regions import Region


def _ids() -> ArrayField:
    return ArrayField(models.BigIntegerField(), default=list)


@tracked(exclude=("partner_ids",))
class RegionMerge(Record):
    """A region that became part of another. Its row is gone; the ids of all that was in it are kept here."""

    into = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="merges")
    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=120)
    parent_id = models.BigIntegerField(null=True, help_text="Where it stood; none was at the top.")
    partner_ids = _ids()
    child_ids = _ids()
    category_override_ids = _ids()
    tier_override_ids = _ids()
    application_ids = _ids()
    user_ids = _ids()
    moved_grant_ids = _ids()
    country_ids = _ids()
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(undone_at__isnull=True) | models.Q(undone_at__gte=models.F("merged_at")),
                name="region_merge_undone_later",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} → {self.into}"
