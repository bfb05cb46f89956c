"""Records of the floor."""

from datetime import date
from decimal import Decimal

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from core.models import CurrencyRate, ExternalId, Heartbeat, IdempotencyKey, OutboxMessage, Program, Source


class SourceFactory(DjangoModelFactory[Source]):
    """A system that writes to us."""

    class Meta:
        model = Source

    key = factory.Sequence(lambda number: f"source-{number}")
    label = factory.LazyAttribute(lambda source: source.key.title())


class ProgramFactory(DjangoModelFactory[Program]):
    """The one program."""

    class Meta:
        model = Program
        django_get_or_create = ("id",)

    id = 1


class CurrencyRateFactory(DjangoModelFactory[CurrencyRate]):
    """What a currency is worth from a day on."""

    class Meta:
        model = CurrencyRate

    currency = "USD"
    starts_on = date(2020, 1, 1)
    rate = Decimal("0.9")


class ExternalIdFactory(DjangoModelFactory[ExternalId]):
    """A name that a source gives to a record."""

    class Meta:
        model = ExternalId

    resource_type = "partner"
    object_id = factory.Sequence(lambda number: number + 1)
    source = factory.SubFactory(SourceFactory)
    value = factory.Sequence(lambda number: f"A{number}")


class OutboxMessageFactory(DjangoModelFactory[OutboxMessage]):
    """A follow-up that waits."""

    class Meta:
        model = OutboxMessage

    topic = "tests.nothing"


class HeartbeatFactory(DjangoModelFactory[Heartbeat]):
    """A sign of life."""

    class Meta:
        model = Heartbeat

    name = factory.Sequence(lambda number: f"process-{number}")
    beat_at = factory.LazyFunction(timezone.now)


class IdempotencyKeyFactory(DjangoModelFactory[IdempotencyKey]):
    """A request that its caller named."""

    class Meta:
        model = IdempotencyKey

    caller = "integration:1"
    method = "POST"
    path = "/api/v1/deals"
    key = factory.Sequence(lambda number: f"key-{number}")
    fingerprint = "0" * 64
