"""Journeys with their versions and steps, and partners under way on them."""

from datetime import UTC, datetime
from typing import Any

import factory
import pgtrigger
from factory.django import DjangoModelFactory

from core.models import VersionState
from enablement.models import (
    Enrollment,
    Journey,
    JourneyStep,
    JourneyVersion,
    StepAnswers,
    StepKind,
    StepMeeting,
    StepProgress,
    StepProof,
    StepReminder,
)
from tests.factories.enablement import LONG_AGO
from tests.factories.partners import PartnerFactory


class JourneyFactory(DjangoModelFactory[Journey]):
    """A published journey for every partner; with `published_at=None` a draft. `JourneyStepFactory` gives it steps."""

    class Meta:
        model = Journey

    key = factory.Sequence(lambda number: f"journey-{number}")
    name = factory.Sequence(lambda number: f"Journey {number}")
    published_at = LONG_AGO


class JourneyVersionFactory(DjangoModelFactory[JourneyVersion]):
    """The version in force of a published journey, the draft of one that is not."""

    class Meta:
        model = JourneyVersion

    definition = factory.SubFactory(JourneyFactory)
    number = factory.LazyAttribute(lambda version: version.definition.versions.count() + 1)
    published_at = factory.SelfAttribute("definition.published_at")
    state = factory.LazyAttribute(
        lambda version: VersionState.PUBLISHED if version.published_at else VersionState.DRAFT
    )


def version_of(journey: Journey) -> JourneyVersion:
    """Return the version of a journey that a test means when it names none, made at first use."""
    return journey.versions.order_by("number").last() or JourneyVersionFactory(definition=journey)


class JourneyStepFactory(DjangoModelFactory[JourneyStep]):
    """A task, on the last version of its journey, be it published or not."""

    class Meta:
        model = JourneyStep

    class Params:
        journey = factory.SubFactory(JourneyFactory)

    journey_version = factory.LazyAttribute(lambda step: version_of(step.journey))
    position = factory.LazyAttribute(lambda step: step.journey_version.steps.count() + 1)
    kind = StepKind.TASK
    title = factory.Sequence(lambda number: f"Step {number}")

    @classmethod
    def _create(cls, model: type[JourneyStep], *args: Any, **kwargs: Any) -> JourneyStep:
        """Write a step as it was before its version was published."""
        with pgtrigger.ignore("enablement.JourneyStep:protect_published"):
            return super()._create(model, *args, **kwargs)


class EnrollmentFactory(DjangoModelFactory[Enrollment]):
    """A partner on a journey, on its last version."""

    class Meta:
        model = Enrollment

    journey = factory.SubFactory(JourneyFactory)
    journey_version = factory.LazyAttribute(lambda enrollment: version_of(enrollment.journey))
    partner = factory.SubFactory(PartnerFactory)
    started_at = LONG_AGO


class StepProgressFactory(DjangoModelFactory[StepProgress]):
    """A step done."""

    class Meta:
        model = StepProgress

    enrollment = factory.SubFactory(EnrollmentFactory)
    step = factory.SubFactory(JourneyStepFactory, journey=factory.SelfAttribute("..enrollment.journey"))
    completed_at = LONG_AGO


class StepReminderFactory(DjangoModelFactory):
    """That somebody was reminded of a step."""

    class Meta:
        model = StepReminder

    enrollment = factory.SubFactory(EnrollmentFactory)
    step = factory.SubFactory(JourneyStepFactory, journey=factory.SelfAttribute("..enrollment.journey"))
    reminded_at = LONG_AGO


class StepProofFactory(DjangoModelFactory):
    """Something handed in for a task; we have not looked yet."""

    class Meta:
        model = StepProof

    enrollment = factory.SubFactory(EnrollmentFactory)
    step = factory.SubFactory(
        JourneyStepFactory, journey=factory.SelfAttribute("..enrollment.journey"), confirmed_by="vendor"
    )
    text = "Done at a customer in Lyon."
    handed_in_at = LONG_AGO


class StepMeetingFactory(DjangoModelFactory):
    """A meeting for which one day is proposed."""

    class Meta:
        model = StepMeeting

    enrollment = factory.SubFactory(EnrollmentFactory)
    step = factory.SubFactory(
        JourneyStepFactory, journey=factory.SelfAttribute("..enrollment.journey"), kind=StepKind.MEETING
    )
    proposals = factory.LazyFunction(lambda: [datetime(2030, 3, 11, 9, 0, tzinfo=UTC)])


class StepAnswersFactory(DjangoModelFactory):
    """Answers to a form of one question."""

    class Meta:
        model = StepAnswers

    enrollment = factory.SubFactory(EnrollmentFactory)
    step = factory.SubFactory(
        JourneyStepFactory,
        journey=factory.SelfAttribute("..enrollment.journey"),
        kind=StepKind.FORM,
        questions=[{"key": "q1", "text": "Who sells?", "kind": "text", "choices": [], "is_required": True}],
    )
    answers = factory.LazyFunction(lambda: {"q1": "Pete"})
    answered_at = LONG_AGO
