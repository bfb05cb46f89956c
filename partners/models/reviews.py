"""Reviews of memberships: at its interval, somebody asks whether a membership still is what it says."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from partners.models.categories import CategoryVersion
from partners.models.memberships import CategoryMembership
from partners.querysets import MembershipPartQuerySet


class ReviewState(models.TextChoices):
    """Where a review is in its life."""

    ASKED = "asked", _("Partner asked")
    ANSWERED = "answered", _("Partner answered")
    DECIDED = "decided", _("Decided")
    DROPPED = "dropped", _("Dropped")


class ReviewAnswer(models.TextChoices):
    """What the partner says of its membership."""

    CONFIRMED = "confirmed", _("It still applies")
    UPDATED = "updated", _("It applies; the profile was updated")
    NO_LONGER = "no_longer", _("It no longer applies")


class ReviewDecision(models.TextChoices):
    """What the vendor decides."""

    RENEWED = "renewed", _("Renewed")
    CONDITION = "condition", _("Renewed with a condition")
    GRACE = "grace", _("Moved to grace")
    ENDED = "ended", _("Ended")


class ReviewEscalation(models.IntegerChoices):
    """Who was told that a review is late."""

    NOBODY = 0, _("Nobody yet")
    MANAGER = 1, _("The partner's manager")
    PROGRAM = 2, _("Program admins")


class RemarkMark(models.TextChoices):
    """What somebody said of one difference."""

    ACCEPTED = "accepted", _("Accepted")
    NOTED = "noted", _("Noted")


#: Reviews that still wait for something.
OPEN_REVIEWS = (ReviewState.ASKED, ReviewState.ANSWERED)


@tracked()
class MembershipReview(Record):
    """One re-assessment of a membership. `found` is what criteria said when they were last checked for it.

    Opened by the clock when it is due, or before its time by a person, with the reason.
    """

    membership = models.ForeignKey(CategoryMembership, on_delete=models.PROTECT, related_name="reviews")
    category_version = models.ForeignKey(CategoryVersion, null=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    state = models.CharField(max_length=8, choices=ReviewState, default=ReviewState.ASKED)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("why now"), max_length=300, blank=True)
    answer = models.CharField(max_length=10, choices=ReviewAnswer, blank=True)
    statement = models.CharField(max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    found = models.JSONField(default=dict, blank=True)
    differs = models.BooleanField(default=False, help_text=_("Whether criteria say something else than last time."))
    decision = models.CharField(max_length=10, choices=ReviewDecision, blank=True)
    note = models.CharField(max_length=300, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reminded_days = models.PositiveSmallIntegerField(null=True, help_text=_("The last reminder: days before due."))
    escalation = models.PositiveSmallIntegerField(choices=ReviewEscalation, default=ReviewEscalation.NOBODY)

    objects = MembershipPartQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["membership", "due_on"], name="membership_review_once"),
            models.UniqueConstraint(
                fields=["membership"],
                condition=models.Q(state__in=OPEN_REVIEWS),
                name="membership_review_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(state=ReviewState.DECIDED, decided_at__isnull=False) & ~models.Q(decision="")
                | ~models.Q(state=ReviewState.DECIDED) & models.Q(decision="", decided_at__isnull=True),
                name="membership_review_decided_or_not",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ReviewState.ANSWERED)
                | models.Q(answered_at__isnull=False) & ~models.Q(answer=""),
                name="membership_review_answer_known",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_on"], condition=models.Q(state__in=OPEN_REVIEWS), name="membership_review_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.membership}, {self.due_on}"

    @property
    def is_open(self) -> bool:
        """Whether it still waits for the partner or for a decision."""
        return self.state in OPEN_REVIEWS


@tracked()
class ReviewRemark(Record):
    """What somebody said of one difference before the decision: it is all right, or it is to be mended.

    `clause` names the condition (`examinations.key_of`), `asked` is what it asked in words.
    """

    review = models.ForeignKey(MembershipReview, on_delete=models.PROTECT, related_name="remarks")
    clause = models.CharField(max_length=64)
    asked = models.TextField()
    mark = models.CharField(max_length=8, choices=RemarkMark)
    note = models.CharField(_("note"), max_length=300, blank=True)
    marked_at = models.DateTimeField()
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["review", "clause"], name="review_remark_once"),
            models.CheckConstraint(
                condition=models.Q(mark=RemarkMark.ACCEPTED, note="")
                | (models.Q(mark=RemarkMark.NOTED) & ~models.Q(note="")),
                name="review_remark_noted_says_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_mark_display()}: {self.asked}"
