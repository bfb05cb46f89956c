"""What people of partners think of assets."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Record
from enablement.models.content import Asset
from enablement.querysets import PersonOwnedQuerySet
from partners.models import Person

MOST_STARS = 5


class AssetOpinion(Record):
    """One person's mark on one asset: kept as a favourite, and rated with stars."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="opinions")
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="opinions")
    favourite_at = models.DateTimeField(null=True)
    stars = models.PositiveSmallIntegerField(_("stars"), null=True)
    comment = models.CharField(_("what would make it better"), max_length=500, blank=True)
    rated_at = models.DateTimeField(null=True)

    objects = PersonOwnedQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "asset"], name="asset_opinion_once"),
            models.CheckConstraint(
                condition=models.Q(stars__isnull=True, rated_at__isnull=True)
                | models.Q(stars__gte=1, stars__lte=MOST_STARS, rated_at__isnull=False),
                name="asset_opinion_stars",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.asset_id}"
