"""Figures and findings: the least that is valid."""

from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory

from insight.models import (
    CategoryFlow,
    CategoryOverlap,
    CategoryQuarter,
    Finding,
    FindingKind,
    Matrix,
    MatrixCell,
    SegmentReading,
)
from tests.factories.partners import CategoryFactory


class CategoryQuarterFactory(DjangoModelFactory[CategoryQuarter]):
    """A quarter in which nothing happened."""

    class Meta:
        model = CategoryQuarter

    category = factory.SubFactory(CategoryFactory)
    starts_on = date(2030, 1, 1)
    ends_on = date(2030, 4, 1)
    members = 0
    came = 0
    went = 0
    sellers = 0
    deals_won = 0
    revenue = 0
    certified_people = 0
    worked_out_at = datetime(2030, 3, 18, tzinfo=UTC)


class CategoryOverlapFactory(DjangoModelFactory[CategoryOverlap]):
    """One partner in two categories."""

    class Meta:
        model = CategoryOverlap

    category = factory.SubFactory(CategoryFactory)
    other = factory.SubFactory(CategoryFactory)
    partners = 1


class CategoryFlowFactory(DjangoModelFactory[CategoryFlow]):
    """One partner that went from one category to another."""

    class Meta:
        model = CategoryFlow

    source = factory.SubFactory(CategoryFactory)
    target = factory.SubFactory(CategoryFactory)
    partners = 1


class FindingFactory(DjangoModelFactory[Finding]):
    """Nobody is in a category."""

    class Meta:
        model = Finding

    kind = FindingKind.NO_MEMBERS
    category = factory.SubFactory(CategoryFactory)
    numbers = factory.LazyFunction(lambda: {"days": 40})
    found_at = datetime(2030, 3, 1, tzinfo=UTC)


class MatrixFactory(DjangoModelFactory[Matrix]):
    """Employees against the year of foundation, in four cells that a test makes as it needs them; shared."""

    class Meta:
        model = Matrix

    key = factory.Sequence(lambda number: f"matrix-{number}")
    name = factory.Sequence(lambda number: f"Matrix {number}")
    is_shared = True
    x_key = "employees"
    y_key = "founded_year"
    x_low = 50
    y_low = 2000


class MatrixCellFactory(DjangoModelFactory[MatrixCell]):
    """The cell at the bottom left."""

    class Meta:
        model = MatrixCell

    matrix = factory.SubFactory(MatrixFactory)
    column = 0
    row = 0


class SegmentReadingFactory(DjangoModelFactory[SegmentReading]):
    """A segment of which nothing is known."""

    class Meta:
        model = SegmentReading

    segment = factory.SubFactory("tests.factories.segmentation.SegmentFactory")
    document = factory.LazyFunction(dict)
    worked_out_at = datetime(2030, 3, 18, tzinfo=UTC)
