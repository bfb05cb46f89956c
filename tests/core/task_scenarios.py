"""How to try the tasks of the floor twice."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from core.models import Heartbeat, OutboxMessage
from core.services import heartbeats, outbox
from tests.architecture.twice import Scenario, scenario

TOPIC = "tests.twice"


@outbox.handler(TOPIC)
def note(payload: Mapping[str, Any]) -> None:
    """Leave a row for each time the message was delivered."""
    heartbeats.beat(name=f"delivered {payload['number']}", at=timezone.now())


@scenario("core.tasks.deliver_outbox")
def three_messages_of_which_one_is_not_due() -> Scenario:
    """Two messages are delivered, the third waits."""
    for number in (1, 2):
        outbox.put(topic=TOPIC, payload={"number": number})
    outbox.put(topic=TOPIC, payload={"number": 3}, due_at=timezone.now() + timedelta(hours=1))
    return Scenario(
        state=lambda: (
            sorted(Heartbeat.objects.values_list("name", flat=True)),
            list(OutboxMessage.objects.values_list("payload", "attempts")),
        )
    )


@scenario("core.tasks.beat_heart")
def nothing_yet() -> Scenario:
    """One row, however often the heart beats."""
    return Scenario(state=lambda: list(Heartbeat.objects.values_list("name", flat=True)))
