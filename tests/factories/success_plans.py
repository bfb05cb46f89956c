"""Success plans, their templates and progress."""

from datetime import UTC, date, datetime
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from scorecards import models

START = date(2030, 1, 1)


class PlanTemplateFactory(DjangoModelFactory[models.PlanTemplate]):
    """A template without anything in it."""

    class Meta:
        model = models.PlanTemplate

    key = factory.Sequence(lambda number: f"template-{number}")
    name = factory.Sequence(lambda number: f"Template {number}")


class TemplateObjectiveFactory(DjangoModelFactory[models.TemplateObjective]):
    """A hundred employees."""

    class Meta:
        model = models.TemplateObjective

    template = factory.SubFactory(PlanTemplateFactory)
    name = factory.Sequence(lambda number: f"Template objective {number}")
    expression = factory.LazyFunction(lambda: {"field": "employees"})
    target = Decimal(100)


class TemplateMilestoneFactory(DjangoModelFactory[models.TemplateMilestone]):
    """Something after a month."""

    class Meta:
        model = models.TemplateMilestone

    template = factory.SubFactory(PlanTemplateFactory)
    name = factory.Sequence(lambda number: f"Template milestone {number}")
    after_days = 30


class TemplateTaskFactory(DjangoModelFactory[models.TemplateTask]):
    """Something for the partner to do in two weeks."""

    class Meta:
        model = models.TemplateTask

    template = factory.SubFactory(PlanTemplateFactory)
    title = factory.Sequence(lambda number: f"Template task {number}")
    side = "partner"
    after_days = 14


class SuccessPlanFactory(DjangoModelFactory[models.SuccessPlan]):
    """A plan of a year that was proposed, without a version."""

    class Meta:
        model = models.SuccessPlan

    partner = factory.SubFactory("tests.factories.partners.PartnerFactory")
    name = factory.Sequence(lambda number: f"Plan {number}")
    starts_on = START
    state = "proposed"


class PlanVersionFactory(DjangoModelFactory[models.PlanVersion]):
    """A draft."""

    class Meta:
        model = models.PlanVersion

    plan = factory.SubFactory(SuccessPlanFactory)
    number = 1
    ends_on = date(2030, 12, 31)


class PlanObjectiveFactory(DjangoModelFactory[models.PlanObjective]):
    """A hundred employees."""

    class Meta:
        model = models.PlanObjective

    plan_version = factory.SubFactory(PlanVersionFactory)
    key = factory.Sequence(lambda number: f"objective-{number}")
    name = factory.Sequence(lambda number: f"Objective {number}")
    expression = factory.LazyFunction(lambda: {"field": "employees"})


class ObjectiveTargetFactory(DjangoModelFactory[models.ObjectiveTarget]):
    """A target of the first quarter."""

    class Meta:
        model = models.ObjectiveTarget

    objective = factory.SubFactory(PlanObjectiveFactory)
    quarter_starts_on = START
    target = Decimal(100)


class PlanMilestoneFactory(DjangoModelFactory[models.PlanMilestone]):
    """A milestone."""

    class Meta:
        model = models.PlanMilestone

    plan_version = factory.SubFactory(PlanVersionFactory)
    key = factory.Sequence(lambda number: f"milestone-{number}")
    name = factory.Sequence(lambda number: f"Milestone {number}")
    due_on = date(2030, 6, 30)


class PlannedTaskFactory(DjangoModelFactory[models.PlannedTask]):
    """A task to be given when both have agreed."""

    class Meta:
        model = models.PlannedTask

    plan_version = factory.SubFactory(PlanVersionFactory)
    key = factory.Sequence(lambda number: f"task-{number}")
    title = factory.Sequence(lambda number: f"Planned task {number}")
    side = "partner"
    due_on = date(2030, 2, 28)


class ObjectiveFigureFactory(DjangoModelFactory[models.ObjectiveFigure]):
    """A figure of today."""

    class Meta:
        model = models.ObjectiveFigure

    plan = factory.SubFactory(SuccessPlanFactory)
    objective_key = factory.Sequence(lambda number: f"objective-{number}")
    day = date(2030, 3, 18)
    value = Decimal(50)
    measured_at = datetime(2030, 3, 18, 9, tzinfo=UTC)


class MilestoneReachedFactory(DjangoModelFactory[models.MilestoneReached]):
    """A milestone that was reached."""

    class Meta:
        model = models.MilestoneReached

    plan = factory.SubFactory(SuccessPlanFactory)
    milestone_key = factory.Sequence(lambda number: f"milestone-{number}")
    reached_at = datetime(2030, 3, 18, 9, tzinfo=UTC)


class QuarterlyReviewFactory(DjangoModelFactory[models.QuarterlyReview]):
    """Notes of the first quarter."""

    class Meta:
        model = models.QuarterlyReview

    plan = factory.SubFactory(SuccessPlanFactory)
    quarter_starts_on = START
