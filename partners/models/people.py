"""People at partners."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from core.triggers import marks_stale
from partners.models.partners import Partner
from partners.querysets import PartnerOwnedQuerySet


class JobFunction(models.TextChoices):
    """What a person does in their organisation."""

    EXECUTIVE = "executive", _("Executive")
    SALES = "sales", _("Sales")
    MARKETING = "marketing", _("Marketing")
    TECHNICAL = "technical", _("Technical")
    OPERATIONS = "operations", _("Operations")


@tracked()
class Person(Record):
    """Somebody who works at a partner; with a user, they may sign in as a partner user or partner admin."""

    partner = models.ForeignKey(  # its index is person_by_partner
        Partner, on_delete=models.PROTECT, related_name="people", db_index=False
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="person"
    )
    name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("e-mail address"))
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    job_title = models.CharField(_("job title"), max_length=120, blank=True)
    job_function = models.CharField(_("job function"), max_length=12, choices=JobFunction, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    is_admin = models.BooleanField(_("partner admin"), default=False)
    may_assess = models.BooleanField(_("answers self-assessments"), default=False, db_default=False)
    left_at = models.DateTimeField(null=True, blank=True, help_text=_("Set when the person left the partner."))

    objects = PartnerOwnedQuerySet.as_manager()

    class Meta(Record.Meta):
        triggers: ClassVar = [
            *Record.Meta.triggers,
            *marks_stale("SELECT partner_id FROM changed", source="people"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("email"),
                "partner",
                condition=models.Q(left_at__isnull=True),
                name="person_email_once_per_partner",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["partner", "name"], name="person_by_partner")]

    def __str__(self) -> str:
        return self.name
