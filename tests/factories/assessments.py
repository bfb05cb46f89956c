"""Scorecards in use, assessments, answers and their evidence."""

from datetime import date
from typing import Any

import factory
from django.core.files.base import ContentFile
from factory.django import DjangoModelFactory

from scorecards.models import (
    Answer,
    AnswerFile,
    Assessment,
    AssessmentRequest,
    Metric,
    PartnerScorecard,
    Scorecard,
)
from tests.conftest import NOW
from tests.factories.scorecards import ScorecardFactory, publish_metrics

ANCHORS = ["Nothing of it.", "A beginning.", "Half of it.", "Most of it.", "All of it, every time."]
#: The first day of the quarter in which the cast's clock stands.
QUARTER = date(2030, 1, 1)


def question(key: str = "story", asked_of: str = "both", **fields: Any) -> dict[str, Any]:
    """Return the fields of a metric that somebody answers."""
    words = key.replace("-", " ").capitalize()
    scale = {"expression": None, "anchors": ANCHORS, "floor": 1, "target": 5}
    return {"key": key, "name": words, "asked_of": asked_of, **scale, **fields}


def assessed_scorecard(*questions: dict[str, Any], **scorecard: Any) -> tuple[Scorecard, list[Metric]]:
    """Publish a scorecard of questions that is switched on for single partners."""
    made = ScorecardFactory(**{"reach": "switched_on", **scorecard})
    return made, publish_metrics(made, *(questions or (question(),)))


class PartnerScorecardFactory(DjangoModelFactory[PartnerScorecard]):
    """A scorecard that is on."""

    class Meta:
        model = PartnerScorecard

    partner = factory.SubFactory("tests.factories.partners.PartnerFactory")
    scorecard = factory.SubFactory(ScorecardFactory, reach="switched_on")
    starts_at = NOW


class AssessmentFactory(DjangoModelFactory[Assessment]):
    """An assessment by the channel manager, just begun, on a published version with one question."""

    class Meta:
        model = Assessment

    partner = factory.SubFactory("tests.factories.partners.PartnerFactory")
    scorecard_version = factory.LazyFunction(lambda: assessed_scorecard()[1][0].scorecard_version)
    side = "cam"
    period_starts_on = QUARTER
    started_at = NOW
    last_active_at = NOW


class AnswerFactory(DjangoModelFactory[Answer]):
    """The middle of five."""

    class Meta:
        model = Answer

    assessment = factory.SubFactory(AssessmentFactory)
    metric = factory.LazyAttribute(lambda answer: answer.assessment.scorecard_version.metrics.first())
    level = 3
    answered_at = NOW


class AnswerFileFactory(DjangoModelFactory[AnswerFile]):
    """A text file beside an answer."""

    class Meta:
        model = AnswerFile

    answer = factory.SubFactory(AnswerFactory)
    file = factory.LazyFunction(lambda: ContentFile(b"Seen on Monday.", name="seen.txt"))
    file_name = "seen.txt"
    file_type = "text/plain; charset=utf-8"
    file_bytes = 15
    added_at = NOW


class AssessmentRequestFactory(DjangoModelFactory[AssessmentRequest]):
    """A request that is due two weeks on."""

    class Meta:
        model = AssessmentRequest

    partner = factory.SubFactory("tests.factories.partners.PartnerFactory")
    scorecard = factory.LazyFunction(lambda: assessed_scorecard()[0])
    period_starts_on = QUARTER
    asked_at = NOW
    due_on = date(2030, 4, 1)
