"""Answers to surveys: kept while somebody writes, handed in, changed until the round closes.

In an anonymous round nothing is written that leads from an answer to a person: their browser keeps a secret, the answer
its digest, and the response says only that they answered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import action
from core.models import Program
from core.periods import today
from core.refusals import Refusal
from enablement.models import AnonymousAnswer, AnsweredBy, SurveyResponse, SurveyRound
from enablement.queries.survey_cuts import groups_of
from enablement.services import enrollments, survey_answering
from partners.models import Person


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody has said in a round so far: what they write or handed in, and whether it is known to be theirs."""

    answers: Mapping[str, Any]
    is_handed_in: bool
    is_ours: bool = True
    by: Person | None = None


def given(*, survey_round: SurveyRound, person: Person, token: str = "") -> Given:
    """Return what somebody has said so far. Anonymously it is theirs only with the secret of their browser."""
    response = _response(survey_round, person)
    is_handed_in = response is not None and response.handed_in_at is not None
    if not survey_round.is_anonymous:
        answers = (response.draft or response.answers) if response else {}
        return Given(answers, is_handed_in, by=response.person if response else None)
    own = _anonymous(survey_round, token)
    answers = (own.draft or own.answers) if own else {}
    return Given(answers, is_handed_in, is_ours=own is not None or not is_handed_in, by=None)


def keep(
    *,
    survey_round: SurveyRound,
    person: Person,
    by: User | None,
    at: datetime,
    answers: Mapping[str, Any],
    token: str = "",
) -> str:
    """Keep what is written so far. Returns the secret with which an anonymous answer is found again."""
    with action("survey.keep_draft", by=by):
        _expect_open(survey_round, at)
        kept = survey_answering.as_draft(survey_round.survey_version.questions, answers)
        if survey_round.is_anonymous:
            own, token = _own_anonymous(survey_round, person, token)
            own.draft = kept
            own.save(update_fields=["draft"])
            return token
        response = _response(survey_round, person) or SurveyResponse(
            round=survey_round, person=person, partner=person.partner
        )
        if response.draft != kept or response.pk is None:
            response.draft = kept
            response.save(update_fields=["draft"] if response.pk else None)
    return ""


def hand_in(
    *,
    survey_round: SurveyRound,
    person: Person,
    by: User | None,
    at: datetime,
    answers: Mapping[str, Any],
    token: str = "",
) -> str:
    """Hand in. Again before the round closes, the newer answers count. Returns the secret of an anonymous answer.

    Raises Refusal by the key of each question whose answer is missing or does not fit; nothing is handed in then.
    """
    with action("survey.hand_in", by=by):
        _expect_open(survey_round, at)
        said = survey_answering.handed_in(survey_round.survey_version.questions, answers)
        if survey_round.is_anonymous:
            token = _hand_in_unnamed(survey_round, person, at, said, token)
            _carry_on(person, at)
            return token
        response = _response(survey_round, person)
        if response is None:
            response = SurveyResponse(round=survey_round, partner=person.partner)
        elif response.handed_in_at and response.answers == said:
            return ""
        response.person, response.answers, response.draft, response.handed_in_at = person, said, {}, at
        response.save(update_fields=["person", "answers", "draft", "handed_in_at"] if response.pk else None)
        _carry_on(person, at)
    return ""


def _carry_on(person: Person, at: datetime) -> None:
    """Complete the steps of journeys that asked for this."""
    enrollments.catch_up(partner_ids=[person.partner_id], at=at)
    enrollments.ask_for_ours([person.partner_id])


def _hand_in_unnamed(survey_round: SurveyRound, person: Person, at: datetime, said: dict[str, Any], token: str) -> str:
    own, token = _own_anonymous(survey_round, person, token)
    if not own.is_handed_in:
        own.cut = groups_of([person.partner_id], by=survey_round.cut_by, segment=survey_round.cut_segment).get(
            person.partner_id, ""
        )
    own.answers, own.draft, own.is_handed_in = said, {}, True
    own.save(update_fields=["answers", "draft", "is_handed_in", "cut"])
    if _response(survey_round, person) is None:
        SurveyResponse.objects.create(round=survey_round, partner=person.partner, person=person, handed_in_at=at)
    return token


def _own_anonymous(survey_round: SurveyRound, person: Person, token: str) -> tuple[AnonymousAnswer, str]:
    """Return the answer that a secret belongs to, begun now for whoever has not answered, and the secret."""
    own = _anonymous(survey_round, token)
    if (own is None or not own.is_handed_in) and _response(survey_round, person) is not None:
        raise Refusal(
            _(
                "It was answered already, and nobody can tell which answer it was. It can be changed only in the"
                " browser in which it was given."
            )
        )
    if own is None:
        token = token_urlsafe(32)
        own = AnonymousAnswer.objects.create(round=survey_round, token_digest=_digest(token))
    return own, token


def _anonymous(survey_round: SurveyRound, token: str) -> AnonymousAnswer | None:
    if not token:
        return None
    return AnonymousAnswer.objects.filter(round=survey_round, token_digest=_digest(token)).first()


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _response(survey_round: SurveyRound, person: Person) -> SurveyResponse | None:
    rows = SurveyResponse.objects.filter(round=survey_round).select_related("person")
    if survey_round.answered_by == AnsweredBy.PARTNER:
        return rows.filter(partner=person.partner_id).first()
    return rows.filter(person=person).first()


def _expect_open(survey_round: SurveyRound, at: datetime) -> None:
    """Let one at a time write in a round, while it is open."""
    locked = (
        SurveyRound.objects.select_for_update(no_key=True, of=("self",))
        .select_related("survey")
        .get(pk=survey_round.pk)
    )
    if not locked.is_open_on(today(at=at, zone=Program.current().zone)):
        raise Refusal(_("This survey is not open any more. What was handed in counts."))
