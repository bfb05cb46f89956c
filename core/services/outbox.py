"""Follow-ups: put in the transaction of their cause, delivered at least once, by handlers that may run twice."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction

from core.models import OutboxMessage

Handler = Callable[[Mapping[str, Any]], None]
MAX_ATTEMPTS = 8
log = structlog.get_logger("core")
_handlers: dict[str, Handler] = {}


def handler(topic: str) -> Callable[[Handler], Handler]:
    """Register the one function that handles a topic. It runs in a transaction of its own and must bear repeating."""

    def register(function: Handler) -> Handler:
        if _handlers.get(topic, function).__qualname__ != function.__qualname__:
            raise RuntimeError(f"The topic {topic} has a handler already.")
        _handlers[topic] = function
        return function

    return register


def topics() -> list[str]:
    """Return the topics that somebody handles."""
    return sorted(_handlers)


def put(*, topic: str, payload: Mapping[str, Any], due_at: datetime | None = None) -> None:
    """Write a follow-up into the current transaction. Ids in, never objects."""
    extra = {"due_at": due_at} if due_at else {}
    OutboxMessage.objects.create(topic=topic, payload=dict(payload), **extra)


def put_many(*, topic: str, payloads: Iterable[Mapping[str, Any]]) -> None:
    """Write several follow-ups of one kind into the current transaction, in one statement."""
    OutboxMessage.objects.bulk_create(OutboxMessage(topic=topic, payload=dict(payload)) for payload in payloads)


def deliver_one(*, at: datetime) -> bool:
    """Deliver the oldest message that is due and unclaimed. Returns whether there was one.

    The claim, the work and the removal are one transaction: killed at any moment, the message is found again. A message
    whose handler fails waits longer each time and is set aside after MAX_ATTEMPTS.
    """
    with transaction.atomic():
        message = (
            OutboxMessage.objects.select_for_update(skip_locked=True)
            .filter(failed_at__isnull=True, due_at__lte=at)
            .order_by("due_at", "id")
            .first()
        )
        if message is None:
            return False
        try:
            with transaction.atomic():
                _handlers[message.topic](message.payload)
        except Exception as error:
            _postpone(message, error=error, at=at)
        else:
            message.delete()
    return True


def _postpone(message: OutboxMessage, *, error: Exception, at: datetime) -> None:
    message.attempts += 1
    message.last_error = f"{type(error).__name__}: {error}"[:2000]
    if message.attempts >= MAX_ATTEMPTS:
        message.failed_at = at
    message.due_at = at + timedelta(seconds=2**message.attempts)
    message.save(update_fields=["attempts", "last_error", "failed_at", "due_at"])
    log.warning(
        "outbox.failed",
        topic=message.topic,
        message=message.pk,
        attempts=message.attempts,
        exc_info=error,
    )


def deliver_due(*, at: datetime, limit: int = 500) -> int:
    """Deliver what is due, up to a limit. Returns how many messages were tried."""
    done = 0
    while done < limit and deliver_one(at=at):
        done += 1
    return done


def retry_failed() -> int:
    """Give every message that was set aside another chance. Returns how many."""
    return OutboxMessage.objects.filter(failed_at__isnull=False).update(failed_at=None, attempts=0)
