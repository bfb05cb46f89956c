"""Scorecards, metrics and scores."""

from datetime import date
from decimal import Decimal

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from scorecards.models import (
    Benchmark,
    Metric,
    MetricScore,
    PartnerTask,
    Score,
    Scorecard,
    ScoreRange,
    ScoreRun,
)


class ScorecardFactory(DjangoModelFactory[Scorecard]):
    """A scorecard without metrics."""

    class Meta:
        model = Scorecard

    key = factory.Sequence(lambda number: f"scorecard-{number}")
    name = factory.LazyAttribute(lambda scorecard: scorecard.key.replace("-", " ").capitalize())


class MetricFactory(DjangoModelFactory[Metric]):
    """The number of employees, for which 100 earn everything."""

    class Meta:
        model = Metric

    scorecard = factory.SubFactory(ScorecardFactory)
    key = factory.Sequence(lambda number: f"metric-{number}")
    name = factory.LazyAttribute(lambda metric: metric.key.replace("-", " ").capitalize())
    expression = factory.LazyFunction(lambda: {"field": "employees"})
    target = Decimal(100)


class ScoreFactory(DjangoModelFactory[Score]):
    """A current score."""

    class Meta:
        model = Score

    partner = factory.SubFactory("tests.factories.partners.PartnerFactory")
    scorecard = factory.SubFactory(ScorecardFactory)
    day = date(2030, 3, 18)
    value = 50
    computed_at = factory.LazyFunction(timezone.now)


class MetricScoreFactory(DjangoModelFactory[MetricScore]):
    """Half of the points."""

    class Meta:
        model = MetricScore

    partner = factory.SubFactory("tests.factories.partners.PartnerFactory")
    metric = factory.SubFactory(MetricFactory)
    value = Decimal(50)
    points = 50


class BenchmarkFactory(DjangoModelFactory[Benchmark]):
    """The average of a scorecard among enough partners."""

    class Meta:
        model = Benchmark

    scorecard = factory.SubFactory(ScorecardFactory)
    stage = factory.SubFactory("tests.factories.partners.LifeStageFactory")
    partners = 5
    points = Decimal(50)


class ScoreRunFactory(DjangoModelFactory[ScoreRun]):
    """A recompute of everybody."""

    class Meta:
        model = ScoreRun

    reason = "A test"


class ScoreRangeFactory(DjangoModelFactory[ScoreRange]):
    """A part of a run."""

    class Meta:
        model = ScoreRange

    run = factory.SubFactory(ScoreRunFactory)
    first_id = 1
    end_id = 2


class PartnerTaskFactory(DjangoModelFactory[PartnerTask]):
    """Something the partner is to do."""

    class Meta:
        model = PartnerTask

    partner = factory.SubFactory("tests.factories.partners.PartnerFactory")
    title = factory.Sequence(lambda number: f"Task {number}")
    side = "partner"
