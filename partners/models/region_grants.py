"""Which regions a regional program admin looks after."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from core.audit import tracked
from core.models import Record
from partners.models.regions import Region


@tracked()
class RegionGrant(Record):
    """A region, with all below it, in which a user acts as regional program admin. It counts only in that role."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="region_grants")
    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="+")

    class Meta(Record.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "region"], name="region_grant_once")]

    def __str__(self) -> str:
        return f"{self.user} in {self.region}"
