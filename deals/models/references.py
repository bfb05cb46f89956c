"""Customer references: projects at customers that partners may be asked about, once the vendor has validated them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from core.triggers import marks_stale
from deals.models.products import Product
from partners.models import Partner
from partners.querysets import PartnerOwnedQuerySet


class ReferenceVisibility(models.TextChoices):
    """Who may be told of a reference."""

    NONE = "none", _("Nobody else")
    VENDOR = "vendor", _("The vendor's people")
    PUBLIC = "public", _("Everybody, customers too")


class ReferenceState(models.TextChoices):
    """Whether the vendor has looked at a reference."""

    SUBMITTED = "submitted", _("Waits for validation")
    VALIDATED = "validated", _("Validated")
    DECLINED = "declined", _("Not accepted")


@tracked()
class CustomerReference(Record):
    """A project a partner did for a customer. `expires_on` is the first day on which it no longer counts."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="references")
    customer_name = models.CharField(_("customer"), max_length=200)
    project = models.CharField(_("project"), max_length=200)
    summary = models.TextField(_("what was done"), max_length=4000, blank=True)
    product = models.ForeignKey(
        Product, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("product")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    contact = models.CharField(_("contact at the customer"), max_length=300, blank=True)
    contact_may_be_asked = models.BooleanField(_("the contact may be asked"), default=False)
    visibility = models.CharField(
        _("who may be told"), max_length=6, choices=ReferenceVisibility, default=ReferenceVisibility.VENDOR
    )
    state = models.CharField(max_length=9, choices=ReferenceState, default=ReferenceState.SUBMITTED)
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(max_length=500, blank=True, help_text=_("What the vendor says; the partner reads it."))
    expires_on = models.DateField(_("counts until"), null=True, blank=True)
    evidence = models.FileField(_("evidence"), upload_to="references/", blank=True)
    evidence_name = models.CharField(max_length=200, blank=True)
    evidence_type = models.CharField(max_length=100, blank=True)

    objects = PartnerOwnedQuerySet.as_manager()

    class Meta(Record.Meta):
        triggers: ClassVar = [
            *Record.Meta.triggers,
            *marks_stale("SELECT partner_id FROM changed", source="references"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(customer_name="") & ~models.Q(project=""), name="reference_named"
            ),
            models.CheckConstraint(condition=models.Q(year__range=(1990, 2200)), name="reference_year"),
            models.CheckConstraint(
                condition=models.Q(state=ReferenceState.SUBMITTED) | models.Q(decided_at__isnull=False),
                name="reference_decided_when",
            ),
            models.CheckConstraint(
                condition=models.Q(contact_may_be_asked=False) | ~models.Q(contact=""), name="reference_contact_known"
            ),
            models.UniqueConstraint(fields=["partner", "customer_name", "project", "year"], name="reference_told_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["submitted_at"], condition=models.Q(state="submitted"), name="reference_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.customer_name}: {self.project}"
