"""A segment stays while anything needs it: what is for its partners, branches of journeys, plays that run for it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Model

from accounts.models import User
from enablement.models import FOR_PARTNERS
from segmentation import uses
from segmentation.models import Segment
from segmentation.services import segments
from tests.factories.enablement import AssetFactory, EventFactory, NewsItemFactory, ProcessFactory
from tests.factories.journeys import JourneyFactory, JourneyStepFactory, JourneyVersionFactory
from tests.factories.learning import CourseFactory, QuizFactory
from tests.factories.plays import SegmentPlayFactory
from tests.factories.segmentation import SegmentFactory
from tests.factories.surveys import SurveyFactory

pytestmark = pytest.mark.django_db
Make = Callable[[Segment], Model]


def branch(segment: Segment) -> Any:
    version = JourneyVersionFactory(definition=JourneyFactory(name="Ready"))
    return JourneyStepFactory(journey_version=version, only_for=segment)


def entered(segment: Segment) -> Any:
    return JourneyVersionFactory(definition=JourneyFactory(name="Ready"), entry="segment", entry_segment=segment)


USES: dict[str, Make] = {
    "asset": lambda segment: AssetFactory(title="Ready", audience=segment),
    "course": lambda segment: CourseFactory(name="Ready", audience=segment),
    "event": lambda segment: EventFactory(title="Ready", audience=segment),
    "journey": lambda segment: JourneyFactory(name="Ready", audience=segment),
    "newsitem": lambda segment: NewsItemFactory(title="Ready", audience=segment),
    "quiz": lambda segment: QuizFactory(name="Ready", audience=segment),
    "survey": lambda segment: SurveyFactory(name="Ready", audience=segment),
    "branch": branch,
    "entered": entered,
    "process": lambda segment: ProcessFactory(name="Ready", rule=segment),
    "play": lambda segment: SegmentPlayFactory(name="Ready", segment=segment),
}


def test_every_model_with_an_audience_is_tried() -> None:
    assert {model._meta.model_name for model in FOR_PARTNERS} <= set(USES)


@pytest.mark.parametrize("use", USES)
def test_a_segment_that_something_needs_is_not_retired(use: str, victor: User, now: datetime) -> None:
    segment, other = SegmentFactory(name="Needed"), SegmentFactory(name="Free")
    USES[use](segment)

    with pytest.raises(ValidationError, match="Ready"):
        segments.retire(segment=segment, by=victor, at=now)

    assert uses.of_segment(segment, most=3) == ["Ready"]
    assert segments.retire(segment=other, by=victor, at=now)


@pytest.mark.parametrize("model", ["asset", "course", "journey", "newsitem", "quiz", "survey"])
def test_what_is_retired_needs_no_segment(model: str, victor: User, now: datetime) -> None:
    segment = SegmentFactory()
    made: Any = USES[model](segment)
    type(made).objects.filter(pk=made.pk).update(retired_at=now)

    assert segments.retire(segment=segment, by=victor, at=now)


def test_an_event_that_is_over_needs_no_segment(victor: User, now: datetime) -> None:
    segment = SegmentFactory()
    long_ago = now.replace(year=2020)
    EventFactory(audience=segment, starts_at=long_ago, ends_at=long_ago + timedelta(hours=1))

    assert segments.retire(segment=segment, by=victor, at=now)
