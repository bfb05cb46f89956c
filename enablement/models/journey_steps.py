"""The steps of a journey: what each asks for, of whom, by when, and on whose word it is done."""

from typing import Any, ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from core.models.base import UuidV7
from enablement.models.certifications import Certification
from enablement.models.content import Asset
from enablement.models.courses import Course
from enablement.models.journeys import JourneyVersion
from enablement.models.quizzes import Quiz
from enablement.models.surveys import Survey
from segmentation.models import Segment


class StepKind(models.TextChoices):
    """What a step asks for."""

    CONTENT = "content", _("Read or watch")
    TASK = "task", _("Do something")
    COURSE = "course", _("Take a course")
    QUIZ = "quiz", _("Pass a quiz")
    CERTIFICATION = "certification", _("Get certified")
    SURVEY = "survey", _("Answer a survey")
    MEETING = "meeting", _("Meet us")
    FORM = "form", _("Answer a few questions")
    OURS = "ours", _("We do something")


#: Kinds that are done once somebody has passed, holds or handed in something.
SELF_COMPLETING = frozenset({StepKind.COURSE, StepKind.QUIZ, StepKind.CERTIFICATION, StepKind.SURVEY})


class Proof(models.TextChoices):
    """What a task is shown to be done by."""

    NONE = "", _("Nothing: whoever did it says so")
    TEXT = "text", _("A few words")
    LINK = "link", _("A link")
    FILE = "file", _("A file")


class Confirmation(models.TextChoices):
    """Whose word makes a task done."""

    SELF = "self", _("The partner's own")
    VENDOR = "vendor", _("Ours, once we have looked")


class DueFrom(models.TextChoices):
    """What the days of a step are counted from."""

    ENROLLMENT = "enrollment", _("The day it began")
    PREVIOUS = "previous", _("The day the step before was done")


PROTECT_PUBLISHED_STEPS = pgtrigger.Trigger(
    name="protect_published",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    declare=[("touched", "bigint[]")],
    func="""
        touched := CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW.journey_version_id]
            WHEN 'DELETE' THEN ARRAY[OLD.journey_version_id]
            ELSE ARRAY[OLD.journey_version_id, NEW.journey_version_id] END;
        IF EXISTS (SELECT FROM enablement_journeyversion WHERE id = ANY(touched) AND state <> 'draft') THEN
            RAISE EXCEPTION 'The steps of a published version are never changed.'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    """,
)


@tracked()
class JourneyStep(Record):
    """One part of a version of a journey.

    Steps with the same `only_for` are a branch: those partners walk it for whom the segment holds. `key` is the same in
    every version the step was copied to. `needs` are keys of steps to be done before; `alternative_ids` database ids of
    assets (which are retired, never deleted) that do instead of `asset`; `questions` what a form asks, as
    `services/step_questions.py` has them.
    """

    #: Columns of what a step is about, by its kind; a task is about nothing but itself.
    ABOUT: ClassVar[dict[str, str]] = {
        StepKind.CONTENT: "asset",
        StepKind.COURSE: "course",
        StepKind.QUIZ: "quiz",
        StepKind.CERTIFICATION: "certification",
        StepKind.SURVEY: "survey",
    }
    TEXTS: ClassVar = (
        *("kind", "title", "instructions", "asset_id", "course_id", "quiz_id", "certification_id"),
        *("survey_id", "only_for_id", "minutes", "due_days", "due_from", "proof", "confirmed_by"),
        *("alternative_ids", "needs", "questions"),
    )

    journey_version = models.ForeignKey(JourneyVersion, on_delete=models.CASCADE, related_name="steps")
    key = models.UUIDField(editable=False, db_default=UuidV7())
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind"), max_length=14, choices=StepKind)
    title = models.CharField(_("title"), max_length=200)
    instructions = models.TextField(_("instructions"), blank=True)
    asset = models.ForeignKey(
        Asset, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("asset")
    )
    certification = models.ForeignKey(
        Certification,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("certification"),
    )
    course = models.ForeignKey(
        Course, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("course")
    )
    quiz = models.ForeignKey(
        Quiz, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("quiz")
    )
    survey = models.ForeignKey(
        Survey, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("survey")
    )
    only_for = models.ForeignKey(
        Segment, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("only for")
    )
    minutes = models.PositiveSmallIntegerField(_("minutes it takes"), null=True, blank=True)
    due_days = models.PositiveSmallIntegerField(_("due after days"), null=True, blank=True)
    due_from = models.CharField(_("counted from"), max_length=10, choices=DueFrom, default=DueFrom.ENROLLMENT)
    proof = models.CharField(_("proof"), max_length=4, choices=Proof, default=Proof.NONE, blank=True)
    confirmed_by = models.CharField(
        _("whose word counts"), max_length=6, choices=Confirmation, default=Confirmation.SELF
    )
    alternative_ids = ArrayField(models.BigIntegerField(), default=list, blank=True, verbose_name=_("or instead"))
    needs = ArrayField(models.UUIDField(), default=list, blank=True, verbose_name=_("only after"))
    questions = models.JSONField(_("questions"), default=list, blank=True)

    class Meta(Record.Meta):
        triggers: ClassVar = [*Record.Meta.triggers, PROTECT_PUBLISHED_STEPS]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["journey_version", "position"],
                name="journey_step_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="content") | models.Q(asset__isnull=False), name="journey_step_has_asset"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="certification") | models.Q(certification__isnull=False),
                name="journey_step_has_certification",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="course") | models.Q(course__isnull=False), name="journey_step_has_course"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="quiz") | models.Q(quiz__isnull=False), name="journey_step_has_quiz"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="survey") | models.Q(survey__isnull=False), name="journey_step_has_survey"
            ),
            models.UniqueConstraint(fields=["journey_version", "key"], name="journey_step_key_once"),
            models.CheckConstraint(
                condition=models.Q(kind="task") | models.Q(proof="", confirmed_by="self"),
                name="journey_step_proof_of_task",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="content") | models.Q(alternative_ids=[]), name="journey_step_media_of_content"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="form") & ~models.Q(questions=[])
                | ~models.Q(kind="form") & models.Q(questions=[]),
                name="journey_step_questions_of_form",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def completes_itself(self) -> bool:
        """Whether it is done once somebody of the partner has passed or answered, instead of by hand."""
        return self.kind in SELF_COMPLETING

    @property
    def is_ticked(self) -> bool:
        """Whether somebody of the partner marks it done with nothing to show."""
        is_plain = self.proof == Proof.NONE and self.confirmed_by == Confirmation.SELF
        return self.kind == StepKind.CONTENT or (self.kind == StepKind.TASK and is_plain)

    @property
    def is_handed_in(self) -> bool:
        """Whether it is a task that asks for something to show, or for our word."""
        return self.kind == StepKind.TASK and not self.is_ticked

    @property
    def texts(self) -> dict[str, Any]:
        """What the step says, to copy it and to compare it with another; its place is its order among the others."""
        return {name: getattr(self, name) for name in self.TEXTS}
