"""What people of partners look for in the library and do not find."""

from typing import ClassVar

from django.db import models

from partners.models import Partner
from partners.querysets import PartnerOwnedQuerySet


class VainSearch(models.Model):
    """How often people of a partner looked for the same words on one day (of the program's) and found nothing.

    Who of them it was is not kept: what is missing in a library is told by the words.
    """

    id = models.BigAutoField(primary_key=True)
    partner = models.ForeignKey(  # its index is that of the constraint
        Partner, on_delete=models.CASCADE, related_name="vain_searches", db_index=False
    )
    day = models.DateField()
    text = models.CharField(max_length=100)
    times = models.PositiveIntegerField(default=1)
    last_at = models.DateTimeField()

    objects = PartnerOwnedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partner", "day", "text"], name="vain_search_once_a_day"),
            models.CheckConstraint(condition=~models.Q(text=""), name="vain_search_has_words"),
            models.CheckConstraint(condition=models.Q(times__gte=1), name="vain_search_times"),
        ]
        indexes: ClassVar = [models.Index(fields=["day", "text"], name="vain_search_by_day")]

    def __str__(self) -> str:
        return f"{self.partner_id} {self.text!r} {self.day}"
