"""What other learning systems tell of people (xAPI statements), and what became of it."""

from typing import Any, ClassVar

import pgtrigger
from django.contrib.postgres.indexes import HashIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Integration
from core.models import Record
from enablement.models.courses import Course
from enablement.querysets import StatementQuerySet
from partners.models import Person


class StatementOutcome(models.TextChoices):
    """What became of a statement."""

    RECEIVED = "received", _("Being looked at")
    COUNTED = "counted", _("Counted")
    NO_PERSON = "no_person", _("Person not known")
    NO_ACTIVITY = "no_activity", _("Activity not known")
    NOTHING = "nothing", _("Nothing to count")
    VOIDED = "voided", _("Voided")


class StatementReason(models.TextChoices):
    """Why it became that."""

    NOBODY = "nobody", _("Nobody who works at a partner has this address. It counts once somebody has.")
    SEVERAL = (
        "several",
        _("Several people have this address, and not just one of them signs in. It counts once that is clear."),
    )
    NOT_NAMED = "not_named", _("It names a group, or somebody in a way that we do not know people by.")
    NO_COURSE = "no_course", _("No course has this activity. It counts once one has.")
    NOT_OFFERED = "not_offered", _("The course is not offered. It counts once it is.")
    VERB = "verb", _("It completes nothing; it is kept as evidence.")
    NOT_DONE = "not_done", _("It says that it was not passed, or not completed.")
    NO_THING = "no_thing", _("It is about a person or another statement, not about an activity.")
    HAD_IT = "had_it", _("The person had completed the course already.")
    VOIDS = "voids", _("It takes back another statement.")


#: Outcomes that may still become another one.
WAITING = (StatementOutcome.RECEIVED, StatementOutcome.NO_PERSON, StatementOutcome.NO_ACTIVITY)

KEEP_SAID = pgtrigger.Trigger(
    name="keep_said",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    condition=pgtrigger.Condition(
        "ROW(OLD.integration_id, OLD.statement_id, OLD.said, OLD.actor_key, OLD.verb, OLD.activity, OLD.happened_at,"
        " OLD.received_at, OLD.voids) IS DISTINCT FROM ROW(NEW.integration_id, NEW.statement_id, NEW.said,"
        " NEW.actor_key, NEW.verb, NEW.activity, NEW.happened_at, NEW.received_at, NEW.voids)"
    ),
    func="RAISE EXCEPTION 'What was said is never changed.' USING ERRCODE = 'integrity_constraint_violation';",
)


class LearningStatement(Record):
    """One statement of another system: what it said, whom and which course we know it to be about, what became of it.

    `said` is the statement as it came and is never changed. `actor_key` is what people are found by
    (`services.statement_actors`); empty where it names nobody. `voids` is the statement that this one takes back.
    """

    integration = models.ForeignKey(  # its index is the constraint's
        Integration, on_delete=models.PROTECT, related_name="statements", db_index=False
    )
    statement_id = models.UUIDField()
    said = models.JSONField()
    actor_key = models.TextField(blank=True)
    verb = models.TextField()
    activity = models.TextField(blank=True)
    happened_at = models.DateTimeField(help_text="As told; when it came in where it was not told.")
    received_at = models.DateTimeField()
    score = models.DecimalField(max_digits=5, decimal_places=4, null=True, help_text="From -1 to 1.")
    success = models.BooleanField(null=True)
    completion = models.BooleanField(null=True)
    voids = models.UUIDField(null=True)
    voided_at = models.DateTimeField(null=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="statements")
    course = models.ForeignKey(Course, null=True, on_delete=models.PROTECT, related_name="statements")
    outcome = models.CharField(max_length=11, choices=StatementOutcome, default=StatementOutcome.RECEIVED)
    reason = models.CharField(max_length=11, choices=StatementReason, blank=True)

    objects = StatementQuerySet.as_manager()

    class Meta(Record.Meta):
        triggers: ClassVar = [*Record.Meta.triggers, KEEP_SAID]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["integration", "statement_id"], name="learning_statement_once"),
            models.CheckConstraint(
                condition=~models.Q(outcome=StatementOutcome.COUNTED)
                | models.Q(person__isnull=False, course__isnull=False),
                name="learning_statement_counted_for",
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome=StatementOutcome.VOIDED) | models.Q(voided_at__isnull=False),
                name="learning_statement_voided_at",
            ),
            models.CheckConstraint(
                condition=models.Q(score__isnull=True) | models.Q(score__gte=-1, score__lte=1),
                name="learning_statement_score",
            ),
        ]
        indexes: ClassVar = [
            HashIndex(fields=["actor_key"], name="learning_statement_actor"),
            HashIndex(
                fields=["activity"],
                condition=models.Q(outcome=StatementOutcome.NO_ACTIVITY),
                name="learning_statement_activity",
            ),
            models.Index(fields=["integration", "id"], name="learning_statement_of"),
            models.Index(fields=["outcome", "id"], name="learning_statement_outcome"),
            models.Index(fields=["voids"], condition=models.Q(voids__isnull=False), name="learning_statement_voids"),
        ]

    def __str__(self) -> str:
        return str(self.statement_id)

    @property
    def percent(self) -> int | None:
        """The score in percent."""
        return None if self.score is None else round(self.score * 100)

    @property
    def actor(self) -> dict[str, Any]:
        """Who it is about, as it was told."""
        found: dict[str, Any] = self.said["actor"]
        return found

    @property
    def why(self) -> str:
        """Why it became what it is, in a sentence; nothing where the outcome says it all."""
        return str(StatementReason(self.reason).label) if self.reason else ""
