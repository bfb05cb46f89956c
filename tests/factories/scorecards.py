"""Scorecards, metrics and scores."""

from datetime import date
from decimal import Decimal
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from core.models import VersionState
from core.services.versions import published_of
from partners.models import Partner
from scorecards.models import (
    Benchmark,
    Metric,
    PartnerTask,
    PeriodScore,
    Score,
    Scorecard,
    ScorecardSection,
    ScorecardVersion,
    ScoreRange,
    ScoreRun,
)
from tests.conftest import NOW


class ScorecardFactory(DjangoModelFactory[Scorecard]):
    """A scorecard without versions; partners see everything of it."""

    class Meta:
        model = Scorecard

    key = factory.Sequence(lambda number: f"scorecard-{number}")
    name = factory.LazyAttribute(lambda scorecard: scorecard.key.replace("-", " ").capitalize())
    sharing = "everything"


class ScorecardVersionFactory(DjangoModelFactory[ScorecardVersion]):
    """A draft for everybody, without sections."""

    class Meta:
        model = ScorecardVersion

    definition = factory.SubFactory(ScorecardFactory)
    number = factory.Sequence(lambda number: number + 1)


class ScorecardSectionFactory(DjangoModelFactory[ScorecardSection]):
    """A section of a draft."""

    class Meta:
        model = ScorecardSection

    scorecard_version = factory.SubFactory(ScorecardVersionFactory)
    key = factory.Sequence(lambda number: f"section-{number}")
    name = factory.LazyAttribute(lambda section: section.key.replace("-", " ").capitalize())
    position = factory.LazyAttribute(lambda section: section.scorecard_version.sections.count())


class MetricFactory(DjangoModelFactory[Metric]):
    """The number of employees, for which 100 earn everything, on a draft."""

    class Meta:
        model = Metric

    section = factory.SubFactory(ScorecardSectionFactory)
    scorecard_version = factory.LazyAttribute(lambda metric: metric.section.scorecard_version)
    key = factory.Sequence(lambda number: f"metric-{number}")
    name = factory.LazyAttribute(lambda metric: metric.key.replace("-", " ").capitalize())
    expression = factory.LazyFunction(lambda: {"field": "employees"})
    target = Decimal(100)
    position = factory.LazyAttribute(lambda metric: metric.section.metrics.count())


def publish(version: ScorecardVersion) -> ScorecardVersion:
    """Make a draft the published version of its scorecard, without anything following."""
    before = published_of(version.definition)
    if before is not None:
        ScorecardVersion.objects.filter(pk=before.pk).update(state=VersionState.SUPERSEDED)
    ScorecardVersion.objects.filter(pk=version.pk).update(state=VersionState.PUBLISHED, published_at=NOW)
    version.refresh_from_db()
    return version


def publish_metrics(scorecard: Scorecard, *metrics: dict[str, Any], **version: Any) -> list[Metric]:
    """Publish a version of a scorecard with one section with these metrics, and return them."""
    section = ScorecardSectionFactory(scorecard_version=ScorecardVersionFactory(definition=scorecard, **version))
    made = [MetricFactory(section=section, **fields) for fields in metrics]
    publish(section.scorecard_version)
    for metric in made:
        metric.refresh_from_db()
    return made


def stands(partner: Partner, scorecard: Scorecard, points: dict[Metric, int | None], **more: Any) -> PeriodScore:
    """Return how a partner stands with these points on the metrics of the published version."""
    version = published_of(scorecard)
    assert version is not None
    by_key = {metric.key: earned for metric, earned in points.items()}
    metrics = list(version.metrics.order_by("pk"))
    earned = [by_key.get(metric.key) for metric in metrics]
    weights = [metric.weight for metric, one in zip(metrics, earned, strict=True) if one is not None]
    total = sum(one * metric.weight for metric, one in zip(metrics, earned, strict=True) if one is not None)
    fields = {
        "exact": Decimal(total) / (sum(weights) or 1),
        "figures": [_figure(metric, one) for metric, one in zip(metrics, earned, strict=True)],
        "points": earned,
        "section_points": [None] * version.sections.count(),
        **more,
    }
    return PeriodScoreFactory(partner=partner, scorecard=scorecard, scorecard_version=version, **fields)


def _figure(metric: Metric, points: int | None) -> int | None:
    """Return a figure with these points: of an answer its level."""
    return 1 + points // 25 if metric.is_assessed and points is not None else points


class ScoreFactory(DjangoModelFactory[Score]):
    """A current score."""

    class Meta:
        model = Score

    partner = factory.SubFactory("tests.factories.partners.PartnerFactory")
    scorecard = factory.SubFactory(ScorecardFactory)
    day = date(2030, 3, 18)
    value = 50
    computed_at = factory.LazyFunction(timezone.now)


class PeriodScoreFactory(DjangoModelFactory[PeriodScore]):
    """Half of the points now, on a version without metrics."""

    class Meta:
        model = PeriodScore

    partner = factory.SubFactory("tests.factories.partners.PartnerFactory")
    scorecard = factory.LazyAttribute(lambda stands: stands.scorecard_version.definition)
    scorecard_version = factory.SubFactory(ScorecardVersionFactory)
    starts_on = date(2030, 1, 1)
    exact = Decimal(50)
    peer_group = "all"
    computed_at = factory.LazyFunction(timezone.now)


class BenchmarkFactory(DjangoModelFactory[Benchmark]):
    """The average of a scorecard among enough partners."""

    class Meta:
        model = Benchmark

    scorecard = factory.SubFactory(ScorecardFactory)
    peer_group = "all"
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
