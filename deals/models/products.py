"""What is sold."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from core.triggers import marks_stale

PARTNERS_WHO_SOLD_IT = """
    SELECT participant.partner_id FROM deals_dealparticipant participant
    JOIN deals_dealline line ON line.deal_id = participant.deal_id
    WHERE line.product_id IN (SELECT id FROM changed)
"""


@tracked()
class Product(Record):
    """A product of the vendor, in a product line."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    line = models.CharField(_("product line"), max_length=80, blank=True)

    class Meta(Record.Meta):
        triggers: ClassVar = [*Record.Meta.triggers, *marks_stale(PARTNERS_WHO_SOLD_IT, source="deals")]
        constraints: ClassVar = [models.CheckConstraint(condition=~models.Q(name=""), name="product_named")]

    def __str__(self) -> str:
        return self.name
