"""Certifications, and the people who hold them until they expire."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from core.periods import add_months
from core.triggers import marks_stale
from enablement.querysets import HeldQuerySet
from partners.models import Person

PARTNERS_OF_HOLDERS = """
    SELECT person.partner_id FROM partners_person person
    JOIN enablement_heldcertification held ON held.person_id = person.id
    WHERE held.certification_id IN (SELECT id FROM changed)
"""


class CertificationLevel(models.TextChoices):
    """How deep the proven skill goes."""

    ASSOCIATE = "associate", _("Associate")
    PROFESSIONAL = "professional", _("Professional")
    EXPERT = "expert", _("Expert")


@tracked()
class Certification(Record):
    """A proof of skill people can get."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    level = models.CharField(
        _("level"), max_length=14, choices=CertificationLevel, default=CertificationLevel.ASSOCIATE
    )
    product_line = models.CharField(_("product line"), max_length=80, blank=True)
    valid_months = models.PositiveSmallIntegerField(_("valid for months"), null=True, blank=True)
    retired_at = models.DateTimeField(null=True, editable=False)

    class Meta(Record.Meta):
        triggers: ClassVar = [*Record.Meta.triggers, *marks_stale(PARTNERS_OF_HOLDERS, source="certifications")]

    def __str__(self) -> str:
        return self.name

    def expiry(self, earned_on: date) -> date | None:
        """Return the first day on which it no longer counts when earned on a day."""
        return add_months(earned_on, self.valid_months) if self.valid_months else None


@tracked()
class HeldCertification(Record):
    """A certification a person holds. `expires_on` is the first day on which it no longer counts."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="certifications")
    certification = models.ForeignKey(Certification, on_delete=models.PROTECT, related_name="held")
    earned_on = models.DateField(_("earned on"))
    expires_on = models.DateField(_("expires on"), null=True, blank=True)

    objects = HeldQuerySet.as_manager()

    class Meta(Record.Meta):
        triggers: ClassVar = [
            *Record.Meta.triggers,
            *marks_stale(
                "SELECT partner_id FROM partners_person WHERE id IN (SELECT person_id FROM changed)",
                source="certifications",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "certification", "earned_on"], name="held_certification_once"),
            models.CheckConstraint(
                condition=models.Q(expires_on__isnull=True) | models.Q(expires_on__gt=models.F("earned_on")),
                name="held_certification_period",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["expires_on"], name="held_certification_expiry")]

    def __str__(self) -> str:
        return f"{self.person}: {self.certification}"
