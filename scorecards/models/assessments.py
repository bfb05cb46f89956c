"""Assessments: what people answered about a partner in a period, with evidence; and who was asked to."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from core.triggers import marks_stale
from partners.models import Partner
from partners.querysets import PartnerOwnedQuerySet
from scorecards.models.metrics import LEVELS, AskedOf, Metric
from scorecards.models.scorecards import Scorecard, ScorecardVersion
from scorecards.querysets.assessments import AnswerFileQuerySet, AnswerQuerySet, AssessmentQuerySet


class AssessmentSide(models.TextChoices):
    """Who answers."""

    CAM = "cam", _("Channel manager")
    PARTNER = "partner", _("Partner")


#: What each side is asked.
ASKED: dict[str, tuple[str, ...]] = {
    AssessmentSide.CAM: (AskedOf.CAM, AskedOf.BOTH),
    AssessmentSide.PARTNER: (AskedOf.PARTNER, AskedOf.BOTH),
}


@tracked(exclude=("seconds_spent", "last_active_at"))
class Assessment(Record):
    """One filling of a scorecard about a partner, in one period, by one side. It begins with its first answer.

    The answers are those of one version of the scorecard. `seconds_spent` is time people were at it; breaks are left
    out. Finished is a word of theirs: the answers count from the moment each is given.
    """

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="assessments")
    scorecard_version = models.ForeignKey(ScorecardVersion, on_delete=models.PROTECT, related_name="assessments")
    side = models.CharField(max_length=7, choices=AssessmentSide)
    period_starts_on = models.DateField()
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True)
    finished_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    seconds_spent = models.PositiveIntegerField(default=0)
    last_active_at = models.DateTimeField()

    objects = AssessmentQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partner", "scorecard_version", "side", "period_starts_on"], name="assessment_once_a_period"
            ),
            models.CheckConstraint(condition=models.Q(side__in=AssessmentSide.values), name="assessment_side_known"),
            models.CheckConstraint(
                condition=models.Q(finished_at__isnull=True, finished_by__isnull=True)
                | models.Q(finished_at__isnull=False, finished_at__gte=models.F("started_at")),
                name="assessment_finished_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scorecard_version} of {self.partner_id}, {self.side}, {self.period_starts_on}"


#: An answer is about a metric of the version its assessment was given on.
SAME_VERSION = pgtrigger.Trigger(
    name="same_version",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("assessment_id", "metric_id"),
    func="""
        IF NOT EXISTS (
            SELECT FROM scorecards_assessment assessment JOIN scorecards_metric metric
            ON metric.scorecard_version_id = assessment.scorecard_version_id
            WHERE assessment.id = NEW.assessment_id AND metric.id = NEW.metric_id AND metric.asked_of <> 'nobody'
        ) THEN
            RAISE EXCEPTION 'An answer is about a metric that its own version asks for.'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    """,
)


@tracked()
class Answer(Record):
    """One answer: a level of five, or none where somebody only wrote a comment or kept evidence.

    `answered_at` is when the level was given or confirmed, in the assessment's period or, carried over from a text of
    the scorecard before it, earlier in it.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="answers")
    metric = models.ForeignKey(Metric, on_delete=models.PROTECT, related_name="answers")
    level = models.PositiveSmallIntegerField(null=True)
    comment = models.TextField(_("comment"), blank=True)
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = AnswerQuerySet.as_manager()

    class Meta(Record.Meta):
        triggers: ClassVar = [
            *Record.Meta.triggers,
            SAME_VERSION,
            *marks_stale(
                "SELECT partner_id FROM scorecards_assessment WHERE id IN (SELECT assessment_id FROM changed)",
                source="score",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assessment", "metric"], name="answer_once"),
            models.CheckConstraint(
                condition=models.Q(level__isnull=True) | models.Q(level__range=(1, LEVELS)), name="answer_level_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric_id}: {self.level}"


@tracked()
class AnswerFile(Record):
    """A file that shows why an answer is right. It lies in storage under a random name; `file_name` is what people see.

    Taken away it is not shown any more; the row stays, as the audit trail names it.
    """

    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="files")
    file = models.FileField(upload_to="answers/")
    file_name = models.CharField(max_length=200)
    file_type = models.CharField(max_length=100)
    file_bytes = models.PositiveBigIntegerField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = AnswerFileQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(file=""), name="answer_file_is_there"),
            models.CheckConstraint(
                condition=models.Q(removed_at__isnull=False) | models.Q(removed_by__isnull=True),
                name="answer_file_removed_at_known",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


@tracked()
class AssessmentRequest(Record):
    """The channel manager asked the partner to assess itself on a scorecard in a period, until a day."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="assessment_requests")
    scorecard = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="assessment_requests")
    period_starts_on = models.DateField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(_("please answer by"))
    message = models.CharField(_("message"), max_length=500, blank=True)
    reminded_at = models.DateTimeField(null=True)

    objects = PartnerOwnedQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partner", "scorecard", "period_starts_on"], name="assessment_request_once_a_period"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_on"], condition=models.Q(reminded_at__isnull=True), name="assessment_request_to_remind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.scorecard} asked of {self.partner_id}, {self.period_starts_on}"
