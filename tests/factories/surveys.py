"""Surveys, their rounds, and answers."""

from datetime import date, timedelta
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from core.models import VersionState
from enablement.models import (
    AnonymousAnswer,
    Survey,
    SurveyAction,
    SurveyActionGuest,
    SurveyFeedback,
    SurveyResponse,
    SurveyRound,
    SurveyVersion,
)
from tests.factories.accounts import VendorUserFactory
from tests.factories.enablement import BEFORE_ALL
from tests.factories.partners import PartnerFactory, PersonFactory

#: One question of each kind but those of the same shape.
QUESTIONS: list[dict[str, Any]] = [
    {"key": "nps", "kind": "nps", "text": "Would you recommend us?", "help": "", "is_required": True,
     "low": "Not at all likely", "high": "Extremely likely"},
    {"key": "why", "kind": "text", "text": "Why?", "help": "", "is_required": False},
]  # fmt: skip


class SurveyFactory(DjangoModelFactory[Survey]):
    """A published survey for everybody, without a round."""

    class Meta:
        model = Survey

    key = factory.Sequence(lambda number: f"survey-{number}")
    name = factory.Sequence(lambda number: f"Survey {number}")
    published_at = BEFORE_ALL


class SurveyVersionFactory(DjangoModelFactory[SurveyVersion]):
    """What a survey asks in force."""

    class Meta:
        model = SurveyVersion

    definition = factory.SubFactory(SurveyFactory)
    number = factory.LazyAttribute(lambda version: version.definition.versions.count() + 1)
    questions = factory.LazyFunction(lambda: list(QUESTIONS))
    state = VersionState.PUBLISHED
    published_at = BEFORE_ALL


class SurveyRoundFactory(DjangoModelFactory[SurveyRound]):
    """A round that is open today, on the clock of the test."""

    class Meta:
        model = SurveyRound

    survey = factory.SubFactory(SurveyFactory)
    survey_version = factory.LazyAttribute(
        lambda one: (
            one.survey.versions.filter(state=VersionState.PUBLISHED).first()
            or SurveyVersionFactory(definition=one.survey)
        )
    )
    number = factory.LazyAttribute(lambda one: one.survey.rounds.count() + 1)
    opens_on = factory.LazyFunction(lambda: _today() - timedelta(days=2))
    last_day_on = factory.LazyFunction(lambda: _today() + timedelta(days=10))
    is_anonymous = factory.LazyAttribute(lambda one: one.survey.is_anonymous)
    answered_by = factory.LazyAttribute(lambda one: one.survey.answered_by)
    cut_by = factory.LazyAttribute(lambda one: one.survey.cut_by)


class SurveyResponseFactory(DjangoModelFactory[SurveyResponse]):
    """Somebody who answered."""

    class Meta:
        model = SurveyResponse

    round = factory.SubFactory(SurveyRoundFactory)
    person = factory.SubFactory(PersonFactory)
    partner = factory.LazyAttribute(lambda one: one.person.partner)
    handed_in_at = BEFORE_ALL


class AnonymousAnswerFactory(DjangoModelFactory[AnonymousAnswer]):
    """An answer without a name."""

    class Meta:
        model = AnonymousAnswer

    round = factory.SubFactory(SurveyRoundFactory, survey__is_anonymous=True)
    is_handed_in = True


class SurveyFeedbackFactory(DjangoModelFactory[SurveyFeedback]):
    """Something somebody said in person."""

    class Meta:
        model = SurveyFeedback

    survey = factory.SubFactory(SurveyFactory)
    partner = factory.SubFactory(PartnerFactory)
    text = "Quotes take too long."
    heard_by = factory.SubFactory(VendorUserFactory)
    heard_on = date(2030, 1, 7)


class SurveyActionFactory(DjangoModelFactory[SurveyAction]):
    """Something we decided to do."""

    class Meta:
        model = SurveyAction

    survey = factory.SubFactory(SurveyFactory)
    title = factory.Sequence(lambda number: f"Action {number}")
    heard = "Quotes take too long."
    owner = factory.SubFactory(VendorUserFactory)


class SurveyActionGuestFactory(DjangoModelFactory[SurveyActionGuest]):
    """A partner invited to work it out."""

    class Meta:
        model = SurveyActionGuest

    action = factory.SubFactory(SurveyActionFactory)
    partner = factory.SubFactory(PartnerFactory)


def _today() -> date:
    return timezone.now().date()
