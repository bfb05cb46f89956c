"""Quizzes: a pool of questions, what makes a pass, and each person's attempts at them."""

from typing import Any, ClassVar

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import lookups
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Publishable, Record
from core.triggers import marks_stale
from enablement.models.audiences import ForPartners
from enablement.models.content import Asset
from enablement.querysets import PersonOwnedQuerySet, QuestionQuerySet, QuizQuerySet
from partners.models import Person

MAX_CHOICES = 8
PERCENT = [MinValueValidator(0), MaxValueValidator(100)]
PARTNERS_OF_PEOPLE = "SELECT partner_id FROM partners_person WHERE id IN (SELECT person_id FROM changed)"


class QuizPurpose(models.TextChoices):
    """What a quiz is for."""

    CHECK = "check", _("Check what was learned")
    ASSESSMENT = "assessment", _("Assess how ready people are")


class Readiness(models.TextChoices):
    """What an assessment measures."""

    TECH_SAVVINESS = "tech_savviness", _("Tech-savviness")
    PRODUCT_KNOWLEDGE = "product_knowledge", _("Product knowledge")


class ArrayLength(models.Func):
    """How many elements a JSON array has."""

    function = "jsonb_array_length"
    output_field = models.IntegerField()


@tracked()
class Quiz(ForPartners, Publishable):
    """Questions to answer. A check has a pass mark; an assessment is passed by taking it, and its score is kept.

    Its pool may be edited while people are answering: an attempt keeps what was asked and what was right.
    """

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=160)
    summary = models.CharField(_("summary"), max_length=500, blank=True)
    purpose = models.CharField(_("purpose"), max_length=10, choices=QuizPurpose, default=QuizPurpose.CHECK)
    measures = models.CharField(_("measures"), max_length=20, choices=Readiness, blank=True)
    pass_percent = models.PositiveSmallIntegerField(_("pass mark in percent"), default=70, validators=PERCENT)
    questions_asked = models.PositiveSmallIntegerField(
        _("questions in an attempt"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    max_attempts = models.PositiveSmallIntegerField(
        _("attempts"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    minutes_limit = models.PositiveSmallIntegerField(
        _("minutes to answer"), null=True, blank=True, validators=[MinValueValidator(1)]
    )

    objects = QuizQuerySet.as_manager()

    class Meta(ForPartners.Meta):
        triggers: ClassVar = [
            *ForPartners.Meta.triggers,
            *marks_stale(
                "SELECT person.partner_id FROM partners_person person"
                " JOIN enablement_quizstanding standing ON standing.person_id = person.id"
                " WHERE standing.quiz_id IN (SELECT id FROM changed)",
                source="quizzes",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(pass_percent__lte=100), name="quiz_pass_mark"),
            models.CheckConstraint(
                condition=(models.Q(max_attempts=None) | models.Q(max_attempts__gte=1))
                & (models.Q(minutes_limit=None) | models.Q(minutes_limit__gte=1))
                & (models.Q(questions_asked=None) | models.Q(questions_asked__gte=1)),
                name="quiz_limits_above_zero",
            ),
            models.CheckConstraint(
                condition=models.Q(purpose="assessment") | models.Q(measures=""), name="quiz_check_measures_nothing"
            ),
            models.CheckConstraint(
                condition=~models.Q(purpose="assessment") | models.Q(pass_percent=0),
                name="quiz_assessment_has_no_pass_mark",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_assessment(self) -> bool:
        """Whether it gives a score for the profile instead of a pass."""
        return self.purpose == QuizPurpose.ASSESSMENT


class QuestionKind(models.TextChoices):
    """How a question is answered."""

    SINGLE = "single", _("One answer is right")
    MULTIPLE = "multiple", _("Several answers are right")
    ORDERING = "ordering", _("Put in order")
    TEXT = "text", _("Type the answer")


@tracked()
class Question(Record):
    """A question of a pool. `choices` is [{"text": …, "right": true|false}, …]: the answers offered, in their right
    order for an ordering, the accepted spellings for a typed answer.
    """

    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="questions")
    kind = models.CharField(_("kind"), max_length=8, choices=QuestionKind, default=QuestionKind.SINGLE)
    text = models.TextField(_("question"), max_length=2000, help_text=_("Markdown"))
    choices = models.JSONField(_("answers"), default=list)
    explanation = models.TextField(_("why"), max_length=2000, blank=True, help_text=_("Markdown"))
    points = models.PositiveSmallIntegerField(
        _("points"), default=1, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    read_again = models.ForeignKey(
        "enablement.Lesson",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("lesson to read again"),
    )
    asset = models.ForeignKey(
        Asset, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("asset to read again")
    )
    retired_at = models.DateTimeField(null=True, editable=False, help_text=_("Since then it is asked no more."))

    objects = QuestionQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(text=""), name="question_says_something"),
            models.CheckConstraint(condition=models.Q(points__range=(1, 20)), name="question_points"),
            models.CheckConstraint(
                condition=lookups.GreaterThanOrEqual(ArrayLength("choices"), 1)
                & lookups.LessThanOrEqual(ArrayLength("choices"), MAX_CHOICES),
                name="question_choices",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]


@tracked()
class QuizStanding(Record):
    """Where a person stands with a quiz. A round is a series of attempts; the next one begins after a pass, or when
    somebody at the vendor opens it.
    """

    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="standings")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="quiz_standings")
    round = models.PositiveSmallIntegerField(default=1)
    best_percent = models.PositiveSmallIntegerField(null=True)
    last_percent = models.PositiveSmallIntegerField(null=True)
    taken_on = models.DateField(null=True, help_text=_("When it was handed in last."))
    passed_at = models.DateTimeField(null=True, help_text=_("When it was passed last."))

    objects = PersonOwnedQuerySet.as_manager()

    class Meta(Record.Meta):
        triggers: ClassVar = [*Record.Meta.triggers, *marks_stale(PARTNERS_OF_PEOPLE, source="quizzes")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["quiz", "person"], name="quiz_standing_once"),
            models.CheckConstraint(
                condition=models.Q(best_percent=None) | models.Q(best_percent__range=(0, 100)),
                name="quiz_standing_percent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.quiz_id}"


LIMIT_ATTEMPTS = pgtrigger.Trigger(
    name="limit_attempts",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    declare=[("most", "integer")],
    func="""
        SELECT max_attempts INTO most FROM enablement_quiz WHERE id = NEW.quiz_id;
        IF NEW.number > most THEN
            RAISE EXCEPTION 'No attempt is left.' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    """,
)
KEEP_HANDED_IN = pgtrigger.Trigger(
    name="keep_handed_in",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    condition=pgtrigger.Condition("OLD.handed_in_at IS NOT NULL"),
    func="""
        IF (to_jsonb(NEW) - '{person_id,version,updated_at}'::text[]) IS DISTINCT FROM
           (to_jsonb(OLD) - '{person_id,version,updated_at}'::text[]) THEN
            RAISE EXCEPTION 'What was handed in is never changed.' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    """,
)


class QuizAttempt(Record):
    """One try at a quiz, with the questions as they were drawn.

    `asked` is what the browser may see; `solution` is what is right, which it never sees before the attempt is handed
    in. Both are by the ids of questions: [{"id": …, "kind": …, "text": …, "points": …, "choices": [{"id", "text"}]}].
    Numbers are counted within a round and never pass the quiz's limit, which the database holds.
    """

    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="attempts")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="quiz_attempts")
    round = models.PositiveSmallIntegerField(default=1)
    number = models.PositiveSmallIntegerField()
    asked = models.JSONField()
    solution = models.JSONField()
    answers = models.JSONField(default=dict)
    pass_percent = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    handed_in_at = models.DateTimeField(null=True)
    ran_out = models.BooleanField(default=False, help_text=_("The time ended before it was handed in."))
    points = models.PositiveSmallIntegerField(null=True)
    percent = models.PositiveSmallIntegerField(null=True)
    passed = models.BooleanField(null=True)
    answered_rightly = models.JSONField(default=list, help_text=_("The ids of the questions answered rightly."))

    objects = PersonOwnedQuerySet.as_manager()

    class Meta(Record.Meta):
        triggers: ClassVar = [*Record.Meta.triggers, LIMIT_ATTEMPTS, KEEP_HANDED_IN]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["quiz", "person", "round", "number"], name="quiz_attempt_once"),
            models.UniqueConstraint(
                fields=["quiz", "person"], condition=models.Q(handed_in_at=None), name="quiz_attempt_one_open"
            ),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="quiz_attempt_counted_from_one"),
            models.CheckConstraint(
                condition=models.Q(handed_in_at=None, percent=None, passed=None, points=None)
                | models.Q(handed_in_at__isnull=False, percent__range=(0, 100), passed__isnull=False, points__gte=0),
                name="quiz_attempt_marked_when_handed_in",
            ),
            models.CheckConstraint(
                condition=lookups.GreaterThanOrEqual(Coalesce("handed_in_at", "started_at"), models.F("started_at")),
                name="quiz_attempt_period",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=models.Q(handed_in_at=None), name="quiz_attempt_due")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.quiz_id}, {self.round}.{self.number}"

    @property
    def is_open(self) -> bool:
        """Whether it may still be answered."""
        return self.handed_in_at is None

    def answered(self, question: dict[str, Any]) -> Any:
        """Return what was answered to one of its questions; None when nothing was."""
        return self.answers.get(question["id"])
