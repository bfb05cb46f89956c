"""End customers."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record


@tracked()
class Customer(Record):
    """An organisation that buys."""

    name = models.CharField(_("name"), max_length=200)
    domain = models.CharField(_("domain"), max_length=253, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    industry = models.CharField(_("industry"), max_length=80, blank=True)

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["domain"], condition=~models.Q(domain=""), name="customer_domain_once"),
            models.CheckConstraint(condition=~models.Q(name=""), name="customer_named"),
        ]
        indexes: ClassVar = [models.Index(fields=["name"], name="customer_by_name")]

    def __str__(self) -> str:
        return self.name
