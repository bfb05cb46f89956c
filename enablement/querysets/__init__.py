"""Chainable filters of enablement. An audience is a segment; no audience means every partner."""

from enablement.querysets.assets import AssetQuerySet, PartQuerySet, WordQuerySet
from enablement.querysets.audiences import AudienceQuerySet, IsOneOf, fitting_people, meant_for, people_reached
from enablement.querysets.events import EventQuerySet, RegistrationQuerySet
from enablement.querysets.journeys import EnrollmentQuerySet, JourneyQuerySet, QuizQuerySet, StepWorkQuerySet
from enablement.querysets.news import NewsQuerySet
from enablement.querysets.people import HeldQuerySet, LessonQuerySet, PersonOwnedQuerySet, QuestionQuerySet
from enablement.querysets.skills import OfferedQuerySet
from enablement.querysets.statements import StatementQuerySet
from enablement.querysets.surveys import (
    SurveyActionQuerySet,
    SurveyQuerySet,
    SurveyResponseQuerySet,
    SurveyRoundQuerySet,
)

__all__ = [
    "AssetQuerySet",
    "AudienceQuerySet",
    "EnrollmentQuerySet",
    "EventQuerySet",
    "HeldQuerySet",
    "IsOneOf",
    "JourneyQuerySet",
    "LessonQuerySet",
    "NewsQuerySet",
    "OfferedQuerySet",
    "PartQuerySet",
    "PersonOwnedQuerySet",
    "QuestionQuerySet",
    "QuizQuerySet",
    "RegistrationQuerySet",
    "StatementQuerySet",
    "StepWorkQuerySet",
    "SurveyActionQuerySet",
    "SurveyQuerySet",
    "SurveyResponseQuerySet",
    "SurveyRoundQuerySet",
    "WordQuerySet",
    "fitting_people",
    "meant_for",
    "people_reached",
]
