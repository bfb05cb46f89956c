"""Segments, and what is known of partners: the least that is valid."""

from datetime import UTC, datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from core.models.base import VersionState
from segmentation import models
from tests.factories.accounts import VendorUserFactory
from tests.factories.partners import PartnerFactory

EARLIER = datetime(2026, 1, 1, tzinfo=UTC)


class SegmentFactory(DjangoModelFactory):
    class Meta:
        model = models.Segment

    key = factory.Sequence(lambda n: f"segment-{n}")
    name = factory.Sequence(lambda n: f"Segment {n}")


class SegmentVersionFactory(DjangoModelFactory):
    """A published version; give `state` and `published_at` for another."""

    class Meta:
        model = models.SegmentVersion

    definition = factory.SubFactory(SegmentFactory)
    number = 1
    state = VersionState.PUBLISHED
    published_at = EARLIER
    criteria = factory.LazyFunction(lambda: {"combinator": "and", "not": False, "rules": []})


class MeasureFactory(DjangoModelFactory):
    class Meta:
        model = models.Measure

    key = factory.Sequence(lambda n: f"measure_{n}")
    name = factory.Sequence(lambda n: f"Measure {n}")


class MeasureVersionFactory(DjangoModelFactory):
    """A published version; give `state` and `published_at` for another."""

    class Meta:
        model = models.MeasureVersion

    definition = factory.SubFactory(MeasureFactory)
    number = 1
    state = VersionState.PUBLISHED
    published_at = EARLIER
    criteria = factory.LazyFunction(lambda: {"field": "employees"})


class PeerStandingFactory(DjangoModelFactory):
    class Meta:
        model = models.PeerStanding

    partner = factory.SubFactory(PartnerFactory)
    measure = factory.SubFactory(MeasureFactory)
    value = 1
    rank = 1
    peers = 1
    taken_on = EARLIER.date()


class PeerRefreshFactory(DjangoModelFactory):
    class Meta:
        model = models.PeerRefresh

    measure = factory.SubFactory(MeasureFactory)
    number = 1
    taken_on = EARLIER.date()
    refreshed_at = EARLIER


class SegmentPinFactory(DjangoModelFactory):
    class Meta:
        model = models.SegmentPin

    segment = factory.SubFactory(SegmentFactory, kind=models.SegmentKind.MIXED)
    partner = factory.SubFactory(PartnerFactory)
    direction = models.PinDirection.IN


class ClassificationFactory(DjangoModelFactory):
    class Meta:
        model = models.Classification

    partner = factory.SubFactory(PartnerFactory)


class RuleTransitionFactory(DjangoModelFactory):
    class Meta:
        model = models.RuleTransition

    partner = factory.SubFactory(PartnerFactory)
    kind = models.RuleKind.SEGMENT
    rule_id = factory.LazyFunction(lambda: SegmentFactory().pk)
    entered = True
    at = EARLIER


class StalePartnerFactory(DjangoModelFactory):
    class Meta:
        model = models.StalePartner

    partner_id = factory.LazyFunction(lambda: PartnerFactory().pk)
    source = "profile"


class FullRunFactory(DjangoModelFactory):
    class Meta:
        model = models.FullRun

    reason = "A test"


class RunRangeFactory(DjangoModelFactory):
    class Meta:
        model = models.RunRange

    run = factory.SubFactory(FullRunFactory)
    first_id = 1
    end_id = 2


class RuleHealthFactory(DjangoModelFactory):
    class Meta:
        model = models.RuleHealth

    kind = models.RuleKind.SEGMENT
    rule_id = factory.LazyFunction(lambda: SegmentFactory().pk)
    failed_at = EARLIER
    error = "division by zero"


class SetAsidePartnerFactory(DjangoModelFactory):
    class Meta:
        model = models.SetAsidePartner

    partner = factory.SubFactory(PartnerFactory)
    failed_at = EARLIER
    retry_at = EARLIER
    error = "IntegrityError: a value is missing"


class PaceFactory(DjangoModelFactory):
    class Meta:
        model = models.Pace

    minute_at = factory.Sequence(lambda n: EARLIER + timedelta(minutes=n))


class AssignmentRuleFactory(DjangoModelFactory):
    class Meta:
        model = models.AssignmentRule

    segment = factory.SubFactory(SegmentFactory, is_audience=True)
    manager = factory.SubFactory(VendorUserFactory)
