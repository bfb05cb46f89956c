"""Certifications: what each asks, who is on the way to one, and who holds one until it expires."""

from datetime import date, timedelta
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import lookups
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from core.periods import add_months
from core.triggers import marks_stale
from enablement.models.courses import Course
from enablement.models.quizzes import Quiz
from enablement.querysets import HeldQuerySet, PersonOwnedQuerySet
from partners.models import Partner, Person

PARTNERS_OF_HOLDERS = """
    SELECT partner_id FROM enablement_heldcertification WHERE certification_id IN (SELECT id FROM changed)
"""


class CertificationLevel(models.TextChoices):
    """How deep the proven skill goes."""

    ASSOCIATE = "associate", _("Associate")
    PROFESSIONAL = "professional", _("Professional")
    EXPERT = "expert", _("Expert")


@tracked()
class Certification(Record):
    """A proof of skill people can get, or an organisation as a whole.

    With requirements it is given by itself to whoever fulfils them; without, somebody at the vendor records it, or a
    file brings it in.
    """

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    summary = models.CharField(_("what it proves"), max_length=500, blank=True)
    level = models.CharField(
        _("level"), max_length=14, choices=CertificationLevel, default=CertificationLevel.ASSOCIATE
    )
    product_line = models.CharField(_("product line"), max_length=80, blank=True)
    issued_by = models.CharField(
        _("issued by"), max_length=120, blank=True, help_text=_("Empty: by us. Only ours have badges.")
    )
    for_company = models.BooleanField(
        _("the company holds it"),
        default=False,
        help_text=_("It counts for the company, and stays when the person who earned it leaves."),
    )
    valid_months = models.PositiveSmallIntegerField(_("valid for months"), null=True, blank=True)
    renewal_days = models.PositiveSmallIntegerField(
        _("days before its end from which it is renewed"), default=90, validators=[MinValueValidator(1)]
    )
    retired_at = models.DateTimeField(null=True, editable=False)
    credit_until_on = models.DateField(
        _("counts until"),
        null=True,
        blank=True,
        help_text=_("Of a retired one: the first day on which no certificate of it counts any more."),
    )

    class Meta(Record.Meta):
        triggers: ClassVar = [*Record.Meta.triggers, *marks_stale(PARTNERS_OF_HOLDERS, source="certifications")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(renewal_days__gte=1), name="certification_renewal_days"),
            models.CheckConstraint(
                condition=models.Q(credit_until_on=None) | models.Q(retired_at__isnull=False),
                name="certification_credit_ends_once_retired",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_ours(self) -> bool:
        """Whether we issue it ourselves."""
        return not self.issued_by

    def expiry(self, earned_on: date) -> date | None:
        """Return the first day on which it no longer counts when earned on a day."""
        return add_months(earned_on, self.valid_months) if self.valid_months else None


class RequirementKind(models.TextChoices):
    """What has to be done for a certification."""

    COURSE = "course", _("Complete a course")
    QUIZ = "quiz", _("Pass a quiz")
    CERTIFICATION = "certification", _("Hold another certification")


@tracked()
class CertificationRequirement(Record):
    """One thing a certification asks; all of them are asked."""

    certification = models.ForeignKey(Certification, on_delete=models.CASCADE, related_name="requirements")
    kind = models.CharField(_("kind"), max_length=14, choices=RequirementKind)
    course = models.ForeignKey(Course, null=True, blank=True, on_delete=models.PROTECT, related_name="required_by")
    quiz = models.ForeignKey(Quiz, null=True, blank=True, on_delete=models.PROTECT, related_name="required_by")
    required = models.ForeignKey(
        Certification, null=True, blank=True, on_delete=models.PROTECT, related_name="required_by"
    )
    again = models.BooleanField(
        _("again for renewal"),
        default=False,
        help_text=_("A quiz is to be passed again, from the day on which the certificate may be renewed."),
    )

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind="course", course__isnull=False, quiz=None, required=None)
                | models.Q(kind="quiz", course=None, quiz__isnull=False, required=None)
                | models.Q(kind="certification", course=None, quiz=None, required__isnull=False),
                name="certification_requirement_of_its_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(again=False) | models.Q(kind="quiz"), name="certification_requirement_again"
            ),
            models.CheckConstraint(
                condition=models.Q(required=None) | ~models.Q(required=models.F("certification")),
                name="certification_requires_another",
            ),
            models.UniqueConstraint(
                fields=["certification", "course", "quiz", "required"],
                name="certification_requirement_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return str(self.course or self.quiz or self.required)


@tracked()
class CertificationEnrollment(Record):
    """A person on the way to a certification, for the first time or to renew it."""

    certification = models.ForeignKey(Certification, on_delete=models.PROTECT, related_name="enrollments")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="certification_enrollments")
    is_renewal = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)

    objects = PersonOwnedQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["certification", "person"],
                condition=models.Q(completed_at=None),
                name="certification_enrollment_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(completed_at=None) | models.Q(completed_at__gte=models.F("started_at")),
                name="certification_enrollment_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} for {self.certification_id}"


class HeldOrigin(models.TextChoices):
    """How we know of a certificate."""

    EARNED = "earned", _("Earned here")
    RECORDED = "recorded", _("Recorded")


KNOW_PARTNER = pgtrigger.Trigger(
    name="know_partner",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    condition=pgtrigger.Condition("NEW.partner_id IS NULL"),
    func="SELECT partner_id INTO NEW.partner_id FROM partners_person WHERE id = NEW.person_id; RETURN NEW;",
)


@tracked()
class HeldCertification(Record):
    """A certification a person holds, or a company. `expires_on` is the first day on which it no longer counts.

    `partner` is whose it counts for, filled in by the database where only the person is told. One that a person holds
    counts while they work there; one of the company stays.
    """

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="certifications")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="certifications")
    certification = models.ForeignKey(Certification, on_delete=models.PROTECT, related_name="held")
    for_company = models.BooleanField(default=False)
    earned_on = models.DateField(_("earned on"))
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    origin = models.CharField(max_length=8, choices=HeldOrigin, default=HeldOrigin.RECORDED)
    reference = models.CharField(_("number or address of the certificate"), max_length=300, blank=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    revoked_reason = models.CharField(max_length=300, blank=True)
    noticed_days = models.PositiveSmallIntegerField(
        null=True, help_text=_("How many days before its end people were told last.")
    )

    objects = HeldQuerySet.as_manager()

    class Meta(Record.Meta):
        triggers: ClassVar = [
            *Record.Meta.triggers,
            KNOW_PARTNER,
            *marks_stale("SELECT partner_id FROM changed", source="certifications"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "certification", "earned_on"], name="held_certification_once"),
            models.UniqueConstraint(
                fields=["partner", "certification", "earned_on"],
                condition=models.Q(person=None),
                name="held_certification_of_company_once",
            ),
            models.CheckConstraint(
                condition=models.Q(person__isnull=False) | models.Q(for_company=True),
                name="held_certification_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(expires_on__isnull=True) | models.Q(expires_on__gt=models.F("earned_on")),
                name="held_certification_period",
            ),
            models.CheckConstraint(
                condition=models.Q(revoked_at=None) | ~models.Q(revoked_reason=""),
                name="held_certification_revoked_with_reason",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["expires_on"], name="held_certification_expiry")]

    def __str__(self) -> str:
        return f"{self.holder}: {self.certification}"

    @property
    def holder(self) -> Partner | Person:
        """Whose name stands on it."""
        return self.person or self.partner

    def is_valid_on(self, day: date) -> bool:
        """Whether it counts on a day."""
        ends = [one for one in (self.expires_on, self.certification.credit_until_on) if one is not None]
        return self.revoked_at is None and self.earned_on <= day and all(day < end for end in ends)

    @property
    def renewable_from_on(self) -> date | None:
        """The day from which it may be renewed; None when it never expires."""
        if self.expires_on is None:
            return None
        return self.expires_on - timedelta(days=self.certification.renewal_days)


@tracked()
class Badge(Record):
    """The public sign of a certificate of ours, at an address nobody can guess."""

    held = models.OneToOneField(HeldCertification, on_delete=models.CASCADE, related_name="badge")
    token = models.CharField(max_length=43, unique=True, editable=False)
    issued_at = models.DateTimeField()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            # 32 letters of base64 are 192 bits of chance
            models.CheckConstraint(
                condition=lookups.GreaterThanOrEqual(Length("token"), 32), name="badge_token_unguessable"
            )
        ]

    def __str__(self) -> str:
        return f"badge of {self.held_id}"
