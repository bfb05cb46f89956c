"""Goals and their parts."""

from datetime import UTC, date, datetime
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from scorecards import models

MOMENT = datetime(2030, 3, 18, 9, tzinfo=UTC)


class GoalFactory(DjangoModelFactory[models.Goal]):
    """Employees, all in all, in the year of the tests; partners know of it."""

    class Meta:
        model = models.Goal

    name = factory.Sequence(lambda number: f"Goal {number}")
    starts_on = date(2030, 1, 1)
    ends_on = date(2030, 12, 31)
    expression = factory.LazyFunction(lambda: {"field": "employees"})
    told_at = MOMENT


class GoalTargetFactory(DjangoModelFactory[models.GoalTarget]):
    """The whole program's part."""

    class Meta:
        model = models.GoalTarget

    goal = factory.SubFactory(GoalFactory)
    kind = "program"
    target = Decimal(1000)


class GoalFigureFactory(DjangoModelFactory[models.GoalFigure]):
    """What a partner brought."""

    class Meta:
        model = models.GoalFigure

    goal = factory.SubFactory(GoalFactory)
    partner = factory.SubFactory("tests.factories.partners.PartnerFactory")
    value = Decimal(10)
    measured_at = MOMENT


class GoalDayFactory(DjangoModelFactory[models.GoalDay]):
    """How far a part had come."""

    class Meta:
        model = models.GoalDay

    target = factory.SubFactory(GoalTargetFactory)
    day = date(2030, 3, 18)
    attained = Decimal(10)
