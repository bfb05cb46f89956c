"""Journeys: ordered learning, and each partner's walk through it."""

from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import DefinitionVersion, Record
from core.models.base import version_constraints
from core.triggers import marks_stale
from enablement.models.audiences import ForPeople
from enablement.models.certifications import Certification
from enablement.models.content import Asset, AssetState
from enablement.models.courses import Course
from enablement.models.quizzes import Quiz
from enablement.querysets import EnrollmentQuerySet, JourneyQuerySet
from partners.models import Partner, Person
from segmentation.models import Segment


@tracked()
class Journey(ForPeople):
    """Ordered learning. Partners who enter its audience are enrolled by themselves.

    What it is called, for whom it is and who looks after it hold at once; its steps are on its versions.
    """

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=160)
    summary = models.CharField(_("summary"), max_length=500, blank=True)
    audience = models.ForeignKey(
        Segment,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="journeys",
        verbose_name=_("audience"),
        help_text=_("Empty: for every partner"),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("owner"),
    )
    published_at = models.DateTimeField(
        null=True, editable=False, help_text="When its first version was published; until then partners do not see it."
    )
    retired_at = models.DateTimeField(null=True, editable=False)

    objects = JourneyQuerySet.as_manager()

    class Meta(ForPeople.Meta):
        pass

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> AssetState:
        """Draft, published or retired, as with assets."""
        if self.retired_at:
            return AssetState.RETIRED
        return AssetState.PUBLISHED if self.published_at else AssetState.DRAFT


@tracked()
class JourneyVersion(DefinitionVersion):
    """The steps of a journey as they were published together. Who began under a version walks it to its end."""

    criteria = None
    definition = models.ForeignKey(Journey, on_delete=models.PROTECT, related_name="versions")

    class Meta(DefinitionVersion.Meta):
        constraints: ClassVar = [*version_constraints("journey_version")]

    def __str__(self) -> str:
        return f"{self.definition} {self.number}"


class StepKind(models.TextChoices):
    """What a step asks for."""

    CONTENT = "content", _("Read or watch")
    TASK = "task", _("Do something")
    COURSE = "course", _("Take a course")
    QUIZ = "quiz", _("Pass a quiz")
    CERTIFICATION = "certification", _("Get certified")


SELF_COMPLETING = frozenset({StepKind.COURSE, StepKind.QUIZ, StepKind.CERTIFICATION})

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
    """One part of a version of a journey. With `only_for` it is a step of those partners for whom the segment holds."""

    #: Columns of what a step is about, by its kind; a task is about nothing but itself.
    ABOUT: ClassVar[dict[str, str]] = {
        StepKind.CONTENT: "asset",
        StepKind.COURSE: "course",
        StepKind.QUIZ: "quiz",
        StepKind.CERTIFICATION: "certification",
    }
    TEXTS: ClassVar = (
        *("kind", "title", "instructions", "asset_id", "course_id", "quiz_id", "certification_id"),
        *("only_for_id", "minutes", "due_days"),
    )

    journey_version = models.ForeignKey(JourneyVersion, on_delete=models.CASCADE, related_name="steps")
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
    only_for = models.ForeignKey(
        Segment, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("only for")
    )
    minutes = models.PositiveSmallIntegerField(_("minutes it takes"), null=True, blank=True)
    due_days = models.PositiveSmallIntegerField(_("due after days"), null=True, blank=True)

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
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def completes_itself(self) -> bool:
        """Whether it is done once somebody of the partner has passed, instead of by hand."""
        return self.kind in SELF_COMPLETING

    @property
    def texts(self) -> dict[str, Any]:
        """What the step says, to copy it and to compare it with another; its place is its order among the others."""
        return {name: getattr(self, name) for name in self.TEXTS}


class EnrollmentState(models.TextChoices):
    """How far a partner is on a journey."""

    ACTIVE = "active", _("Under way")
    COMPLETED = "completed", _("Completed")
    STOPPED = "stopped", _("Stopped")


@tracked()
class Enrollment(Record):
    """A partner's walk through a journey, on the version that was published when it began."""

    journey = models.ForeignKey(Journey, on_delete=models.PROTECT, related_name="enrollments")
    journey_version = models.ForeignKey(JourneyVersion, on_delete=models.PROTECT, related_name="enrollments")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="enrollments")
    state = models.CharField(max_length=10, choices=EnrollmentState, default=EnrollmentState.ACTIVE)
    started_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    objects = EnrollmentQuerySet.as_manager()

    class Meta(Record.Meta):
        triggers: ClassVar = [
            *Record.Meta.triggers,
            *marks_stale("SELECT partner_id FROM changed", source="journeys"),
        ]
        constraints: ClassVar = [models.UniqueConstraint(fields=["journey", "partner"], name="enrollment_once")]

    def __str__(self) -> str:
        return f"{self.partner_id} on {self.journey_id}"


@tracked()
class StepProgress(Record):
    """A step done, by whom and when."""

    enrollment = models.ForeignKey(Enrollment, on_delete=models.CASCADE, related_name="progress")
    step = models.ForeignKey(JourneyStep, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    completed_at = models.DateTimeField()

    class Meta(Record.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["enrollment", "step"], name="step_progress_once")]

    def __str__(self) -> str:
        return f"{self.step_id} done"


class StepReminder(Record):
    """That somebody was reminded of a step: once before it is due, once when it is late."""

    enrollment = models.ForeignKey(Enrollment, on_delete=models.CASCADE, related_name="reminders")
    step = models.ForeignKey(JourneyStep, on_delete=models.PROTECT, related_name="+")
    is_late = models.BooleanField(default=False)
    reminded_at = models.DateTimeField()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["enrollment", "step", "is_late"], name="step_reminder_once")
        ]

    def __str__(self) -> str:
        return f"{self.step_id} of {self.enrollment_id}"
