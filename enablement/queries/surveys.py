"""Surveys as pages list them: how rounds fare at the vendor, what is open to somebody at a partner."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from core.models import Program, VersionState
from core.periods import today
from core.services import versions
from enablement.models import AnsweredBy, Survey, SurveyAction, SurveyResponse, SurveyRound, SurveyVersion
from enablement.querysets import people_reached
from partners.models import Person

REPLIES_SHOWN = 5
HANDED_IN = Q(responses__handed_in_at__isnull=False)


def program_day(at: datetime) -> date:
    """Return the day it is for the program, by whose days rounds open and close."""
    return today(at=at, zone=Program.current().zone)


def catalogue() -> QuerySet[Survey]:
    """Return every survey with its last round and how many rounds there were, those under way first."""
    rounds = SurveyRound.objects.annotate(answered=Count("responses", filter=HANDED_IN)).order_by("-number")
    return (
        Survey.objects.annotate(rounds_total=Count("rounds", distinct=True))
        .annotate(drafts=Exists(SurveyVersion.objects.filter(definition=OuterRef("pk"), state=VersionState.DRAFT)))
        .select_related("audience", "owner")
        .prefetch_related(Prefetch("rounds", rounds, to_attr="newest_first"))
        .order_by("retired_at", "name", "pk")
    )


def rounds_of(survey: Survey) -> list[SurveyRound]:
    """Return the rounds of a survey, the newest first, with how many answered."""
    rounds = survey.rounds.select_related("survey_version", "cut_segment")
    return list(rounds.annotate(answered=Count("responses", filter=HANDED_IN)).order_by("-number"))


def reached(survey: Survey) -> int:
    """Return how many people at partners it is for."""
    return people_reached(survey).count()


def published_and_draft(survey: Survey) -> tuple[SurveyVersion | None, SurveyVersion | None]:
    """Return the version in force and the one being written, as far as they are there."""
    return versions.published_of(survey), versions.existing_draft_of(survey)


@dataclass(frozen=True, slots=True)
class SurveyToAnswer:
    """A survey with its round, as one person has it before them."""

    survey: Survey
    round: SurveyRound
    is_answered: bool
    is_begun: bool

    @property
    def asked(self) -> list[dict[str, Any]]:
        """The questions of the round."""
        questions: list[dict[str, Any]] = self.round.survey_version.questions
        return questions


def open_to(*, user: Any, person: Person, at: datetime) -> list[SurveyToAnswer]:
    """Return what somebody may answer now, what is open first and by the day it closes."""
    rounds = SurveyRound.objects.open_on(program_day(at)).filter(survey__in=Survey.objects.asked_of(user))
    found = list(rounds.select_related("survey", "survey_version").order_by("last_day_on", "pk"))
    responses = SurveyResponse.objects.filter(round__in=found, partner=person.partner_id)
    theirs: dict[int, list[SurveyResponse]] = {}
    for response in responses:
        theirs.setdefault(response.round_id, []).append(response)
    listed = [_to_answer(one, person, theirs.get(one.pk, [])) for one in found]
    return sorted(listed, key=lambda one: one.is_answered)


def round_to_show(survey: Survey, *, at: datetime) -> SurveyRound | None:
    """Return the round that is open, or the last one there was."""
    rounds = survey.rounds.select_related("survey", "survey_version", "cut_segment")
    opened: SurveyRound | None = rounds.open_on(program_day(at)).first()
    return opened or rounds.order_by("-number").first()


def answered_before(*, user: Any, person: Person, at: datetime) -> list[SurveyRound]:
    """Return closed rounds that somebody, or their company, answered, the newest first."""
    own = SurveyResponse.objects.handed_in().filter(round=OuterRef("pk"), partner=person.partner_id)
    own = own.filter(Q(is_per_partner=True) | Q(person=person))
    rounds = SurveyRound.objects.filter(Exists(own), survey__in=Survey.objects.visible_to(user))
    return list(
        rounds.exclude(pk__in=SurveyRound.objects.open_on(program_day(at)))
        .select_related("survey")
        .order_by("-last_day_on", "-pk")
    )


def replied_lately(*, user: Any) -> list[SurveyAction]:
    """Return the newest replies to surveys that somebody sees."""
    rows = SurveyAction.objects.filter(replied_at__isnull=False, survey__in=Survey.objects.visible_to(user))
    return list(rows.select_related("survey").order_by("-replied_at", "-pk")[:REPLIES_SHOWN])


def _to_answer(one: SurveyRound, person: Person, responses: list[SurveyResponse]) -> SurveyToAnswer:
    if one.answered_by != AnsweredBy.PARTNER:
        responses = [response for response in responses if response.person_id == person.pk]
    is_answered = any(response.handed_in_at for response in responses)
    return SurveyToAnswer(one.survey, one, is_answered, is_begun=bool(responses) and not is_answered)
