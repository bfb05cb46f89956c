"""Agreements and compliance documents: what partners accept or sign, for how long, and what is closed without."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import DefinitionVersion, Record
from core.models.base import version_constraints
from core.triggers import marks_stale
from partners.models.partners import Partner
from partners.models.people import Person
from partners.querysets import PartnerOwnedQuerySet, SignatoryQuerySet


class Way(models.TextChoices):
    """How a partner agrees."""

    CLICK = "click", _("By a click")
    SIGNATURE = "signature", _("By typing one's name")


class Signers(models.TextChoices):
    """Who may agree for a partner."""

    ADMINS = "admins", _("Partner admins")
    EXECUTIVES = "executives", _("Executives")
    SIGNATORIES = "signatories", _("People named as signatories")


class Gate(models.TextChoices):
    """A part of the portal that stays closed to a partner without the agreement."""

    CONTENT = "content", _("Content library")
    DEALS = "deals", _("Deals")


@tracked()
class Agreement(Record):
    """Something partners agree to. `required_number` is the oldest version whose acceptance still counts."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    required_number = models.PositiveIntegerField(default=1, editable=False)
    retired_at = models.DateTimeField(null=True, editable=False)

    class Meta(Record.Meta):
        triggers: ClassVar = [
            *Record.Meta.triggers,
            *marks_stale(
                "SELECT acceptance.partner_id FROM changed"
                " JOIN partners_acceptance acceptance ON acceptance.agreement_id = changed.id",
                source="agreements",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class AgreementVersion(DefinitionVersion):
    """One text of an agreement: Markdown or a file. No categories, tiers, regions and audience mean everybody.

    Validity is some days, some months, or until a fixed day; none of them means for good. `audience_id` is a segment's,
    of an app above (`partners/audiences.py`): who has to agree is said by its criteria, then.
    """

    definition = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="versions")
    text = models.TextField(_("text"), blank=True)
    file = models.FileField(_("file"), upload_to="agreements/", blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    file_type = models.CharField(max_length=100, blank=True)
    file_hash = models.CharField(max_length=64, blank=True)
    way = models.CharField(_("how"), max_length=9, choices=Way, default=Way.CLICK)
    signers = models.CharField(_("by whom"), max_length=11, choices=Signers, default=Signers.ADMINS)
    category_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    tier_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    region_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    audience_id = models.BigIntegerField(null=True, blank=True)
    valid_days = models.PositiveIntegerField(_("valid for days"), null=True, blank=True)
    valid_months = models.PositiveSmallIntegerField(_("valid for months"), null=True, blank=True)
    valid_until_on = models.DateField(_("valid until"), null=True, blank=True)
    notice_days = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    gates = ArrayField(models.CharField(max_length=12, choices=Gate), default=list, blank=True)
    asks_everybody_again = models.BooleanField(_("everybody accepts anew"), default=False)

    class Meta(DefinitionVersion.Meta):
        constraints: ClassVar = [
            *version_constraints("agreement_version"),
            models.CheckConstraint(
                condition=models.Q(state="draft") | ~models.Q(text="") | ~models.Q(file=""),
                name="agreement_version_says_something",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_days__isnull=True, valid_months__isnull=True)
                | models.Q(valid_days__isnull=True, valid_until_on__isnull=True)
                | models.Q(valid_months__isnull=True, valid_until_on__isnull=True),
                name="agreement_version_one_validity",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.definition} {self.number}"


ACCEPTED_FOR_GOOD = pgtrigger.Trigger(
    name="accepted_for_good",
    declare=[
        ("changing", "text[] := '{copy,copy_name,copy_type,copied_at,copied_by_id,partner_id,version,updated_at}'")
    ],
    when=pgtrigger.Before,
    operation=pgtrigger.Update | pgtrigger.Delete,
    func="""
        IF TG_OP = 'DELETE' THEN
            RAISE EXCEPTION 'An acceptance is never deleted.' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        IF (to_jsonb(NEW) - changing) IS DISTINCT FROM (to_jsonb(OLD) - changing) THEN
            RAISE EXCEPTION 'An acceptance is never changed.' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    """,
)


@tracked()
class Acceptance(Record):
    """A partner agreed: who, to which text, when and from where. Only a countersigned copy may be put beside it.

    `ends_on` is the first day, in the program's time zone, on which it no longer counts. `number` is the version's.
    """

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="acceptances")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="acceptances")
    agreement_version = models.ForeignKey(AgreementVersion, on_delete=models.PROTECT, related_name="acceptances")
    number = models.PositiveIntegerField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="acceptances")
    signed_name = models.CharField(max_length=150)
    way = models.CharField(max_length=9, choices=Way)
    text_hash = models.CharField(max_length=64, help_text=_("SHA-256 of what was shown."))
    accepted_at = models.DateTimeField()
    from_address = models.GenericIPAddressField(null=True)
    ends_on = models.DateField(null=True)
    copy = models.FileField(upload_to="agreements/copies/", blank=True)
    copy_name = models.CharField(max_length=200, blank=True)
    copy_type = models.CharField(max_length=100, blank=True)
    copied_at = models.DateTimeField(null=True)
    copied_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = PartnerOwnedQuerySet.as_manager()

    class Meta(Record.Meta):
        triggers: ClassVar = [
            *Record.Meta.triggers,
            ACCEPTED_FOR_GOOD,
            *marks_stale("SELECT partner_id FROM changed", source="agreements"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(text_hash__regex=r"^[0-9a-f]{64}$"), name="acceptance_text_known"
            ),
            models.CheckConstraint(condition=~models.Q(signed_name=""), name="acceptance_signed"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["partner", "agreement", "-accepted_at"], name="acceptance_by_partner"),
            models.Index(fields=["agreement", "ends_on"], name="acceptance_ending"),
        ]

    def __str__(self) -> str:
        return f"{self.partner}: {self.agreement} {self.number}"


@tracked()
class Signatory(Record):
    """A person who may sign for their partner where an agreement asks for somebody named."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="signatory")
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField()

    objects = SignatoryQuerySet.as_manager()

    class Meta(Record.Meta):
        pass

    def __str__(self) -> str:
        return str(self.person)
