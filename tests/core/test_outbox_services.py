"""Follow-ups: delivered with their cause or not at all, again after a failure, set aside in the end."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from core import doorbell
from core.models import OutboxMessage
from core.services import outbox

pytestmark = pytest.mark.django_db
TOPIC = "tests.follow-up"


class Handler:
    """Remembers what it was given; fails as often as it is told."""

    def __init__(self) -> None:
        self.seen: list[Mapping[str, Any]] = []
        self.failures = 0

    def __call__(self, payload: Mapping[str, Any]) -> None:
        OutboxMessage.objects.create(topic="tests.side-effect", payload={}, failed_at="2030-01-01T00:00Z")
        if self.failures:
            self.failures -= 1
            raise RuntimeError("not today")
        self.seen.append(payload)


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> Iterator[Handler]:
    mine = Handler()
    monkeypatch.setitem(outbox._handlers, TOPIC, mine)
    return mine


def waiting() -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(topic=TOPIC))


def test_a_message_is_delivered_once_and_is_gone(handler: Handler, now: datetime) -> None:
    outbox.put(topic=TOPIC, payload={"ids": [1]})

    assert outbox.deliver_due(at=now) == 1
    assert outbox.deliver_due(at=now) == 0
    assert handler.seen == [{"ids": [1]}]


def test_a_cause_that_is_undone_has_no_follow_up(handler: Handler, now: datetime) -> None:
    with transaction.atomic():
        outbox.put(topic=TOPIC, payload={})
        transaction.set_rollback(True)

    assert waiting() == []


def test_a_failure_undoes_what_its_handler_wrote_and_is_tried_later(handler: Handler, now: datetime) -> None:
    handler.failures = 1
    outbox.put(topic=TOPIC, payload={})

    outbox.deliver_due(at=now)

    (message,) = waiting()
    assert (message.attempts, message.last_error) == (1, "RuntimeError: not today")
    assert not OutboxMessage.objects.filter(topic="tests.side-effect").exists()
    assert outbox.deliver_due(at=now) == 0
    assert outbox.deliver_due(at=now + timedelta(seconds=2)) == 1
    assert len(handler.seen) == 1


def test_a_message_that_never_succeeds_is_set_aside_and_may_be_retried(handler: Handler, now: datetime) -> None:
    handler.failures = outbox.MAX_ATTEMPTS
    outbox.put(topic=TOPIC, payload={})
    for hours in range(outbox.MAX_ATTEMPTS + 2):
        outbox.deliver_due(at=now + timedelta(hours=hours))
    assert waiting()[0].failed_at is not None

    assert outbox.retry_failed() >= 1
    outbox.deliver_due(at=now + timedelta(days=1))

    assert waiting() == []


def test_one_that_fails_does_not_hold_up_the_next(handler: Handler, now: datetime) -> None:
    outbox.put(topic="tests.nobody-listens", payload={})
    outbox.put(topic=TOPIC, payload={"ids": [2]})

    outbox.deliver_due(at=now)

    assert handler.seen == [{"ids": [2]}]


def test_a_bell_rings_once_per_transaction_and_never_for_one_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[str] = []
    monkeypatch.setattr(doorbell, "ring", lambda name, *, queue: rung.append(name))
    with transaction.atomic():
        connection.run_on_commit.clear()
        with transaction.atomic():
            doorbell.ring_after_commit("undone", queue="fresh")
            transaction.set_rollback(True)
        for _ in range(3):
            doorbell.ring_after_commit("once", queue="fresh")
        bells = [entry[1] for entry in connection.run_on_commit]
        connection.run_on_commit.clear()

    for bell in bells:
        bell()
    assert rung == ["once"]
