"""Content, journeys, certifications and activity."""

from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory

from enablement.models import (
    Activity,
    ActivityKind,
    Asset,
    Certification,
    Enrollment,
    HeldCertification,
    Journey,
    JourneyStep,
    StepKind,
    StepProgress,
)
from tests.factories.partners import PartnerFactory, PersonFactory

LONG_AGO = datetime(2030, 1, 7, 9, 0, tzinfo=UTC)


class AssetFactory(DjangoModelFactory[Asset]):
    """A published page for every partner."""

    class Meta:
        model = Asset

    title = factory.Sequence(lambda number: f"Asset {number}")
    body = "Some text."
    published_at = LONG_AGO


class CertificationFactory(DjangoModelFactory[Certification]):
    """A certification that never expires."""

    class Meta:
        model = Certification

    key = factory.Sequence(lambda number: f"certification-{number}")
    name = factory.Sequence(lambda number: f"Certification {number}")


class HeldCertificationFactory(DjangoModelFactory[HeldCertification]):
    """Somebody who holds a certification."""

    class Meta:
        model = HeldCertification

    person = factory.SubFactory(PersonFactory)
    certification = factory.SubFactory(CertificationFactory)
    earned_on = date(2030, 1, 7)


class JourneyFactory(DjangoModelFactory[Journey]):
    """A published journey for every partner."""

    class Meta:
        model = Journey

    key = factory.Sequence(lambda number: f"journey-{number}")
    name = factory.Sequence(lambda number: f"Journey {number}")
    published_at = LONG_AGO


class JourneyStepFactory(DjangoModelFactory[JourneyStep]):
    """A task."""

    class Meta:
        model = JourneyStep

    journey = factory.SubFactory(JourneyFactory)
    position = factory.LazyAttribute(lambda step: step.journey.steps.count() + 1)
    kind = StepKind.TASK
    title = factory.Sequence(lambda number: f"Step {number}")


class EnrollmentFactory(DjangoModelFactory[Enrollment]):
    """A partner on a journey."""

    class Meta:
        model = Enrollment

    journey = factory.SubFactory(JourneyFactory)
    partner = factory.SubFactory(PartnerFactory)
    started_at = LONG_AGO


class StepProgressFactory(DjangoModelFactory[StepProgress]):
    """A step done."""

    class Meta:
        model = StepProgress

    enrollment = factory.SubFactory(EnrollmentFactory)
    step = factory.SubFactory(JourneyStepFactory, journey=factory.SelfAttribute("..enrollment.journey"))
    completed_at = LONG_AGO


class ActivityFactory(DjangoModelFactory[Activity]):
    """Something somebody did on a day."""

    class Meta:
        model = Activity

    person = factory.SubFactory(PersonFactory)
    partner = factory.LazyAttribute(lambda activity: activity.person.partner)
    kind = ActivityKind.VIEW
    day = date(2030, 1, 7)
