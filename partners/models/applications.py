"""Partner applications: what applicants are asked, what they answered, and what became of it."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Cast, Now
from django.utils.translation import gettext_lazy as _

from core import countries
from core.audit import tracked
from core.models import Record
from core.models.base import UuidV7
from partners.models.attributes import AttributeDefinition, AttributeKind
from partners.models.partners import Partner
from partners.models.regions import Region
from partners.querysets import ApplicationQuerySet

#: What the audit trail must not keep for ever: drafts that are left alone are removed with all they say of people.
PERSONAL = (
    *("name", "domain", "tax_id", "contact_name", "contact_email", "contact_phone", "contact_title"),
    *("answers", "token_digest", "asked_text"),
)


@tracked()
class ApplicationTerms(Record):
    """How the program takes applications. There is exactly one row."""

    is_open = models.BooleanField(
        _("take applications"), default=True, help_text=_("Otherwise the page says that there is no place at present.")
    )
    welcome = models.TextField(
        _("welcome"), max_length=2000, blank=True, help_text=_("Stands above the form: what partners get and give.")
    )
    response_hours = models.PositiveSmallIntegerField(
        _("answer within (hours)"),
        default=48,
        validators=[MinValueValidator(1), MaxValueValidator(24 * 60)],
        help_text=_("Later ones are marked late, and program admins are told."),
    )
    final_days = models.PositiveSmallIntegerField(
        _("a refusal is final after (days)"),
        default=14,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text=_("Until then the applicant may answer and you may reopen it."),
    )

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="application_terms_single_row"),
            models.CheckConstraint(
                condition=models.Q(response_hours__gte=1, final_days__gte=1), name="application_terms_positive"
            ),
        ]

    def __str__(self) -> str:
        return str(_("How applications are taken"))


class AnswerGoesTo(models.TextChoices):
    """Where an answer is kept once the applicant is a partner."""

    PROFILE = "profile", _("A field of the profile")
    ATTRIBUTE = "attribute", _("An attribute of your own")
    NOWHERE = "nowhere", _("Nowhere: it is for the review only")


@tracked()
class ApplicationQuestion(Record):
    """One question of the application form. Files find it again by its `key`.

    Its answer is a field of the profile, an attribute, or free; then it has a kind of its own. Without categories it is
    always asked. Categories are kept by id: the whole question is one row, and so is its history.
    """

    key = models.SlugField(max_length=60, unique=True, editable=False, db_default=Cast(UuidV7(), models.CharField()))
    text = models.CharField(_("question"), max_length=200)
    help_text = models.CharField(_("help"), max_length=300, blank=True)
    goes_to = models.CharField(_("the answer goes to"), max_length=9, choices=AnswerGoesTo)
    profile_field = models.CharField(_("field of the profile"), max_length=40, blank=True)
    attribute = models.ForeignKey(
        AttributeDefinition,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("attribute"),
    )
    kind = models.CharField(_("kind of answer"), max_length=12, choices=AttributeKind, blank=True)
    choices = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    category_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    is_required = models.BooleanField(_("needed"), default=False)
    position = models.PositiveIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, editable=False)

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(text=""), name="application_question_says_something"),
            models.CheckConstraint(
                condition=(
                    models.Q(goes_to=AnswerGoesTo.PROFILE, attribute__isnull=True, kind="")
                    & ~models.Q(profile_field="")
                )
                | models.Q(goes_to=AnswerGoesTo.ATTRIBUTE, attribute__isnull=False, kind="", profile_field="")
                | (
                    models.Q(goes_to=AnswerGoesTo.NOWHERE, attribute__isnull=True, profile_field="")
                    & ~models.Q(kind="")
                ),
                name="application_question_has_one_place",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind__in=["choice", "multi_choice"]) | ~models.Q(choices=[]),
                name="application_question_choices_given",
            ),
            models.UniqueConstraint(
                fields=["profile_field"],
                condition=models.Q(retired_at__isnull=True) & ~models.Q(profile_field=""),
                name="application_question_profile_field_once",
            ),
            models.UniqueConstraint(
                fields=["attribute"],
                condition=models.Q(retired_at__isnull=True, attribute__isnull=False),
                name="application_question_attribute_once",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class ApplicationState(models.TextChoices):
    """Where an application is in its life."""

    DRAFT = "draft", _("Being filled in")
    SUBMITTED = "submitted", _("Submitted")
    IN_REVIEW = "in_review", _("In review")
    ASKED = "asked", _("More information asked")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


#: States in which the applicant may change what was answered.
EDITABLE_STATES = (ApplicationState.DRAFT, ApplicationState.ASKED)
#: States in which the vendor owes an answer.
WAITING_STATES = (ApplicationState.SUBMITTED, ApplicationState.IN_REVIEW)
#: States in which anything may still come of it.
OPEN_STATES = (*WAITING_STATES, ApplicationState.ASKED)


class DeclineReason(models.TextChoices):
    """Why an application was declined, for statistics; the applicant reads a text beside it."""

    FIT = "fit", _("Does not fit the program")
    COVERAGE = "coverage", _("Enough partners there at present")
    READINESS = "readiness", _("Not ready yet")
    INFORMATION = "information", _("Too little information")
    CONFLICT = "conflict", _("Conflict with another partner or with us")
    OTHER = "other", _("Another reason")


@tracked(exclude=PERSONAL)
class PartnerApplication(Record):
    """A request to become a partner. Only the digest of the token in its link is kept.

    `due_at` is when the applicant must have heard from us; it is set while, and only while, the vendor owes an answer.
    """

    state = models.CharField(max_length=9, choices=ApplicationState, default=ApplicationState.DRAFT)
    token_digest = models.CharField(max_length=64, unique=True)
    language = models.CharField(max_length=10, default="en")

    name = models.CharField(_("organisation"), max_length=200)
    domain = models.CharField(_("domain"), max_length=253, blank=True)
    tax_id = models.CharField(_("tax id"), max_length=40, blank=True)
    country = models.CharField(_("country"), max_length=2)
    contact_name = models.CharField(_("your name"), max_length=150)
    contact_email = models.EmailField(_("your e-mail address"))
    contact_phone = models.CharField(_("phone"), max_length=40, blank=True)
    contact_title = models.CharField(_("job title"), max_length=120, blank=True)
    answers = models.JSONField(default=dict, blank=True, help_text=_("By the question's id."))
    category_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)

    edited_at = models.DateTimeField()
    email_proved_at = models.DateTimeField(null=True)
    wants_to_submit_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    region = models.ForeignKey(Region, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="applications"
    )
    due_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True, help_text=_("When the applicant first heard from a person."))
    asked_text = models.TextField(blank=True, help_text=_("What the applicant is asked for."))
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decline_reason = models.CharField(max_length=12, choices=DeclineReason, blank=True)
    decline_text = models.TextField(blank=True)
    decline_outlook = models.TextField(blank=True, help_text=_("What would change the answer."))
    final_at = models.DateTimeField(null=True, help_text=_("From when on a refusal cannot be reopened."))
    closed_at = models.DateTimeField(null=True)
    partner = models.ForeignKey(Partner, null=True, on_delete=models.PROTECT, related_name="applications")

    objects = ApplicationQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(name=""), name="application_named"),
            models.CheckConstraint(condition=models.Q(country__regex=r"^[A-Z]{2}$"), name="application_country_shape"),
            models.CheckConstraint(
                condition=models.Q(state=ApplicationState.DRAFT, submitted_at__isnull=True)
                | (
                    ~models.Q(state=ApplicationState.DRAFT)
                    & models.Q(submitted_at__isnull=False, email_proved_at__isnull=False)
                ),
                name="application_submitted_with_proof",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=WAITING_STATES, due_at__isnull=False)
                | (~models.Q(state__in=WAITING_STATES) & models.Q(due_at__isnull=True)),
                name="application_due_while_we_owe",
            ),
            models.CheckConstraint(
                condition=models.Q(state=ApplicationState.APPROVED, partner__isnull=False, decided_at__isnull=False)
                | (~models.Q(state=ApplicationState.APPROVED) & models.Q(partner__isnull=True)),
                name="application_approved_has_partner",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ApplicationState.DECLINED)
                | (
                    models.Q(decided_at__isnull=False, final_at__gt=models.F("decided_at"))
                    & ~models.Q(decline_reason="")
                    & ~models.Q(decline_text="")
                ),
                name="application_declined_says_why",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "due_at"], name="application_by_due"),
            models.Index(fields=["state", "edited_at"], name="application_by_edit"),
            models.Index(fields=["domain"], name="application_by_domain"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def country_name(self) -> str:
        """The name of the country, for people."""
        return countries.name_of(self.country)


class ApplicationAttempt(models.Model):
    """Something a visitor without a name did, counted per network or address, so that nobody can do it without end."""

    id = models.BigAutoField(primary_key=True)
    act = models.CharField(max_length=10)
    key = models.CharField(max_length=80, help_text=_("A network, or the digest of an e-mail address."))
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["act", "key", "at"], name="application_attempt_lookup")]

    def __str__(self) -> str:
        return f"{self.act} {self.at}"
