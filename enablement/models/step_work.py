"""What is handed in, agreed and answered for steps that are more than a tick: tasks, meetings, forms."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from enablement.models.journey_steps import JourneyStep
from enablement.models.walks import Enrollment
from enablement.querysets import StepWorkQuerySet
from partners.models import Person, Touch

MAX_PROPOSALS = 5


class StepWork(Record):
    """Work for one step of one walk."""

    enrollment = models.ForeignKey(Enrollment, on_delete=models.CASCADE, related_name="%(class)ss")
    step = models.ForeignKey(JourneyStep, on_delete=models.PROTECT, related_name="+")

    objects = StepWorkQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = True


class ProofState(models.TextChoices):
    """What became of something handed in."""

    WAITING = "waiting", _("We are looking at it")
    CONFIRMED = "confirmed", _("Confirmed")
    RETURNED = "returned", _("Please look again")


@tracked()
class StepProof(StepWork):
    """What shows that a task was done. Returned, another one may follow; all are kept."""

    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("in your words"), blank=True)
    link = models.URLField(_("link"), max_length=500, blank=True)
    file = models.FileField(upload_to="proofs/%Y/%m/", blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    file_type = models.CharField(max_length=100, blank=True)
    file_bytes = models.PositiveBigIntegerField(null=True)
    handed_in_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=ProofState, default=ProofState.WAITING)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reply = models.CharField(_("what you found"), max_length=500, blank=True)

    class Meta(StepWork.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["enrollment", "step"], condition=~models.Q(state="returned"), name="step_proof_one_counts"
            ),
            models.CheckConstraint(
                condition=models.Q(state="waiting", decided_at=None, decided_by=None)
                | ~models.Q(state="waiting") & models.Q(decided_at__isnull=False),
                name="step_proof_decided_when_decided",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="returned") | ~models.Q(reply=""), name="step_proof_returned_says_why"
            ),
            models.CheckConstraint(condition=models.Q(file="") | ~models.Q(file_name=""), name="step_proof_file_named"),
        ]

    def __str__(self) -> str:
        return f"Proof of {self.step_id}"


@tracked()
class StepMeeting(StepWork):
    """A meeting: days proposed by one side, agreed by the other, and that it was held."""

    proposals = ArrayField(models.DateTimeField(), default=list, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(null=True)
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    held_on = models.DateField(null=True)
    held_said_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    touch = models.OneToOneField(Touch, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(StepWork.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["enrollment", "step"], name="step_meeting_once"),
            models.CheckConstraint(
                condition=models.Q(proposals__len__lte=MAX_PROPOSALS), name="step_meeting_few_proposals"
            ),
            models.CheckConstraint(
                condition=models.Q(touch__isnull=True) | models.Q(held_on__isnull=False),
                name="step_meeting_touch_when_held",
            ),
        ]

    def __str__(self) -> str:
        return f"Meeting of {self.step_id}"


@tracked()
class StepAnswers(StepWork):
    """What a partner answered to the questions of a form: `answers` by the question's key."""

    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    answers = models.JSONField()
    answered_at = models.DateTimeField()

    class Meta(StepWork.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["enrollment", "step"], name="step_answers_once")]

    def __str__(self) -> str:
        return f"Answers of {self.step_id}"
