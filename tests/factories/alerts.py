"""Alerts, their policy, and what people decide about things to do."""

from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

from scorecards.models import ActionChoice, Alert, AlertKind, AlertPolicy, AlertRun, Quadrant


class AlertFactory(DjangoModelFactory[Alert]):
    """A partner that has been silent."""

    class Meta:
        model = Alert

    partner = factory.SubFactory("tests.factories.partners.PartnerFactory")
    kind = AlertKind.SILENT
    facts = factory.LazyFunction(lambda: {"since_on": "2030-01-01"})
    starts_at = datetime(2030, 3, 1, tzinfo=UTC)


class AlertPolicyFactory(DjangoModelFactory[AlertPolicy]):
    """The one policy."""

    class Meta:
        model = AlertPolicy
        django_get_or_create = ("id",)

    id = 1


class AlertRunFactory(DjangoModelFactory[AlertRun]):
    """A look at everybody."""

    class Meta:
        model = AlertRun

    reason = "A test"


class ActionChoiceFactory(DjangoModelFactory[ActionChoice]):
    """A place among somebody's priorities."""

    class Meta:
        model = ActionChoice

    user = factory.SubFactory("tests.factories.accounts.VendorUserFactory")
    partner = factory.SubFactory("tests.factories.partners.PartnerFactory")
    key = factory.Sequence(lambda number: f"task-{number}")
    title = "Call them"
    quadrant = Quadrant.NOW
