"""Rounds of surveys, who answered, and what they said.

What was said anonymously stands in a table of its own that knows neither people nor partners nor times, and of which
no trail is kept: nothing in the database leads from an answer to whoever gave it.
"""

from datetime import date
from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from core.triggers import marks_stale
from enablement.models.surveys import Survey, SurveyTerms, SurveyVersion, terms_constraints
from enablement.querysets import SurveyResponseQuerySet, SurveyRoundQuerySet
from partners.models import Partner, Person

KEEP_TERMS = pgtrigger.Trigger(
    name="keep_terms",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    condition=pgtrigger.AnyChange(
        "survey", "survey_version", "is_anonymous", "answered_by", "cut_by", "cut_segment", "number"
    ),
    func="""
        RAISE EXCEPTION 'What a round asks and promises is never changed.'
            USING ERRCODE = 'integrity_constraint_violation';
    """,
)


@tracked()
class SurveyRound(Record, SurveyTerms):
    """A time in which a survey is answered, with the questions and the terms it was opened with.

    Open from `opens_on` to the end of `last_day_on`, days of the program. `closed_at` is when that was noticed: from
    then on nothing is changed any more, and anonymous results are shown.
    """

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="rounds")
    survey_version = models.ForeignKey(SurveyVersion, on_delete=models.PROTECT, related_name="rounds")
    number = models.PositiveIntegerField()
    opens_on = models.DateField()
    last_day_on = models.DateField()
    closed_at = models.DateTimeField(null=True)

    objects = SurveyRoundQuerySet.as_manager()

    class Meta(Record.Meta):
        triggers: ClassVar = [*Record.Meta.triggers, KEEP_TERMS]
        constraints: ClassVar = [
            *terms_constraints("survey_round"),
            models.UniqueConstraint(fields=["survey", "number"], name="survey_round_number_once"),
            models.UniqueConstraint(
                fields=["survey"], condition=models.Q(closed_at=None), name="survey_round_one_open"
            ),
            models.CheckConstraint(
                condition=models.Q(last_day_on__gte=models.F("opens_on")), name="survey_round_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey} {self.number}"

    def is_open_on(self, day: date) -> bool:
        """Whether it takes answers on a day of the program."""
        return self.closed_at is None and self.opens_on <= day <= self.last_day_on and not self.survey.retired_at


FOLLOW_ROUND = pgtrigger.Trigger(
    name="follow_round",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    func="""
        SELECT is_anonymous, answered_by = 'partner' INTO NEW.is_anonymous, NEW.is_per_partner
            FROM enablement_surveyround WHERE id = NEW.round_id;
        NEW.nps := (
            SELECT (NEW.answers ->> (asked.question ->> 'key'))::smallint
            FROM enablement_surveyround round
            JOIN enablement_surveyversion version ON version.id = round.survey_version_id
            CROSS JOIN jsonb_array_elements(version.questions) WITH ORDINALITY AS asked (question, place)
            WHERE round.id = NEW.round_id AND asked.question ->> 'kind' = 'nps'
                AND NEW.answers ? (asked.question ->> 'key')
            ORDER BY asked.place LIMIT 1);
        RETURN NEW;
    """,
)


@tracked(exclude=("draft",))
class SurveyResponse(Record):
    """That somebody answered in a round; and what they said, unless the round is anonymous.

    `draft` is what is being written, `answers` what was handed in. The database takes over from the round whether it is
    anonymous and for whom it counts, and from the answers the first one to whether we would be recommended (`nps`).
    """

    round = models.ForeignKey(SurveyRound, on_delete=models.PROTECT, related_name="responses")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="survey_responses")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="survey_responses")
    is_anonymous = models.BooleanField(editable=False, default=False)
    is_per_partner = models.BooleanField(editable=False, default=False)
    draft = models.JSONField(default=dict, blank=True)
    answers = models.JSONField(default=dict, blank=True)
    handed_in_at = models.DateTimeField(null=True)
    nps = models.PositiveSmallIntegerField(null=True, editable=False)

    objects = SurveyResponseQuerySet.as_manager()

    class Meta(Record.Meta):
        triggers: ClassVar = [
            *Record.Meta.triggers,
            FOLLOW_ROUND,
            *marks_stale("SELECT partner_id FROM changed WHERE NOT is_anonymous", source="surveys"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["round", "person"],
                condition=models.Q(is_per_partner=False),
                name="survey_response_once_per_person",
            ),
            models.UniqueConstraint(
                fields=["round", "partner"],
                condition=models.Q(is_per_partner=True),
                name="survey_response_once_per_partner",
            ),
            models.CheckConstraint(
                condition=models.Q(is_anonymous=False) | models.Q(draft={}, answers={}),
                name="survey_response_anonymous_says_nothing",
            ),
            models.CheckConstraint(
                condition=models.Q(is_anonymous=False) | models.Q(handed_in_at__isnull=False),
                name="survey_response_anonymous_is_handed_in",
            ),
            models.CheckConstraint(
                condition=models.Q(nps=None) | models.Q(nps__range=(0, 10)), name="survey_response_nps"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.round_id}"


ONLY_ANONYMOUS = pgtrigger.Trigger(
    name="only_anonymous",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    func="""
        IF NOT EXISTS (SELECT FROM enablement_surveyround WHERE id = NEW.round_id AND is_anonymous) THEN
            RAISE EXCEPTION 'Answers without a name are for anonymous rounds.'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    """,
)


class RandomUuid(models.Func):
    """A UUID in which there is no time, so that rows have no order either."""

    function = "gen_random_uuid"
    template = "%(function)s()"
    output_field = models.UUIDField()


class AnonymousAnswer(models.Model):
    """What somebody said in an anonymous round: no person, no partner, no time, no trail.

    `token_digest` belongs to a secret that only the browser of whoever answered knows, so that they may change it until
    the round closes; then it goes. `cut` is the one thing told of them, where the round said so beforehand.
    """

    id = models.UUIDField(primary_key=True, editable=False, db_default=RandomUuid())
    round = models.ForeignKey(SurveyRound, on_delete=models.PROTECT, related_name="anonymous_answers")
    token_digest = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 - gone, not empty
    is_handed_in = models.BooleanField(default=False)
    cut = models.CharField(_("group"), max_length=160, blank=True)
    draft = models.JSONField(default=dict, blank=True)
    answers = models.JSONField(default=dict, blank=True)

    class Meta:
        triggers: ClassVar = [ONLY_ANONYMOUS]

    def __str__(self) -> str:
        return f"An answer in {self.round_id}"
