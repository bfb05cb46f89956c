"""End customers."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from core.triggers import marks_stale

PARTNERS_WITH_DEALS = """
    SELECT participant.partner_id FROM deals_dealparticipant participant
    JOIN deals_deal deal ON deal.id = participant.deal_id
    WHERE deal.customer_id IN (SELECT id FROM changed)
"""


@tracked()
class Customer(Record):
    """An organisation that buys: known by its domain, or by name and country while its domain is unknown."""

    name = models.CharField(_("name"), max_length=200)
    domain = models.CharField(_("domain"), max_length=253, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    industry = models.CharField(_("industry"), max_length=80, blank=True)

    class Meta(Record.Meta):
        triggers: ClassVar = [*Record.Meta.triggers, *marks_stale(PARTNERS_WITH_DEALS, source="deals")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["domain"], condition=~models.Q(domain=""), name="customer_domain_once"),
            models.UniqueConstraint(
                Upper("name"), "country", condition=models.Q(domain=""), name="customer_name_once_without_domain"
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="customer_named"),
            models.CheckConstraint(condition=models.Q(country__regex=r"^([A-Z]{2})?$"), name="customer_country_shape"),
        ]
        indexes: ClassVar = [models.Index(Upper("name"), "country", name="customer_by_name")]

    def __str__(self) -> str:
        return self.name
