"""Plays, and those given to partners."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from scorecards.models import Outcome, Play, Prescription, SegmentPlay, SegmentPlayFigure, SegmentPlayMember
from tests.conftest import NOW


class PlayFactory(DjangoModelFactory[Play]):
    """A published activity that moves a metric called "size"."""

    class Meta:
        model = Play

    name = factory.Sequence(lambda number: f"Play {number}")
    objective = "More people who can do it."
    partner_does = "Hire somebody."
    metric_keys = factory.LazyFunction(lambda: ["size"])
    published_at = NOW


class PrescriptionFactory(DjangoModelFactory[Prescription]):
    """A play in work at a partner."""

    class Meta:
        model = Prescription

    partner = factory.SubFactory("tests.factories.partners.PartnerFactory")
    play = factory.SubFactory(PlayFactory)
    state = "accepted"
    words = "Hire somebody."
    decided_at = NOW


class OutcomeFactory(DjangoModelFactory[Outcome]):
    """The figures of a play in work."""

    class Meta:
        model = Outcome

    prescription = factory.SubFactory(PrescriptionFactory)
    points_before = 20


class SegmentPlayFactory(DjangoModelFactory[SegmentPlay]):
    """A planned play of a segment, judged by the number of employees."""

    class Meta:
        model = SegmentPlay

    segment = factory.SubFactory("tests.factories.segmentation.SegmentFactory")
    name = factory.Sequence(lambda number: f"Segment play {number}")
    objective = "Partners who grow."
    field_key = "employees"


class SegmentPlayMemberFactory(DjangoModelFactory[SegmentPlayMember]):
    """A partner that was given it."""

    class Meta:
        model = SegmentPlayMember

    segment_play = factory.SubFactory(SegmentPlayFactory)
    partner = factory.SubFactory("tests.factories.partners.PartnerFactory")
    joined_at = NOW


class SegmentPlayFigureFactory(DjangoModelFactory[SegmentPlayFigure]):
    """A day's figures."""

    class Meta:
        model = SegmentPlayFigure

    segment_play = factory.SubFactory(SegmentPlayFactory)
    day = date(2030, 3, 18)
    inside = 1
    outside = 1
