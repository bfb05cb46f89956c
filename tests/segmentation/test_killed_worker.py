"""A worker that is killed at any moment leaves nothing undone, nothing done twice, and nothing half done."""

import random
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from core.doorbell import ring
from core.models import OutboxMessage
from core.queues import Queue
from partners.models import Partner
from segmentation.models import Classification, FullRun, RuleTransition, RunState, StalePartner
from segmentation.services import recompute, segments
from tests.plugins.worker import LiveWorker

PARTNERS = 3000
KILLS = 3
PATIENCE_SECONDS = 90


def all_of(*rules: Any) -> dict[str, Any]:
    return {"combinator": "and", "not": False, "rules": list(rules)}


def sweep() -> None:
    """Do what the beat does every other second."""
    ring("segmentation.tasks.recompute_stale", queue=Queue.FRESH)
    ring("segmentation.tasks.continue_full_runs", queue=Queue.FULL)
    ring("core.tasks.deliver_outbox", queue=Queue.OUTBOX)


def soon(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds() and time.monotonic() < deadline:
        sweep()
        time.sleep(0.5)
    return holds()


def all_done() -> bool:
    return not (
        StalePartner.objects.exists()
        or FullRun.objects.exclude(state=RunState.DONE).exists()
        or OutboxMessage.objects.exists()
    )


def digest() -> Any:
    moves = RuleTransition.objects.order_by("partner_id", "kind", "rule_id", "id")
    return (
        list(Classification.objects.order_by("partner_id").values_list("partner_id", "segment_ids", "stage_id")),
        list(moves.values_list("partner_id", "kind", "rule_id", "entered")),
    )


@pytest.mark.parametrize("seed", [1])
def test_kills_in_the_middle_of_a_recompute_change_nothing(live_worker: LiveWorker, seed: int) -> None:
    moments = random.Random(seed)
    at = timezone.now()
    large = {"field": "employees", "operator": ">=", "value": 1500}
    segments.define(
        key="german",
        name="German",
        by=None,
        at=at,
        criteria=all_of({"field": "country", "operator": "equals", "value": "DE"}),
    )
    for number in range(30):
        nested = {"field": "segments", "operator": "any_of", "value": ["german"]}
        segments.define(key=f"large-{number}", name="Large", by=None, at=at, criteria=all_of(nested, large))
    Partner.objects.bulk_create(
        Partner(name=f"P{number}", country="DE" if number % 2 else "FR", employees=number) for number in range(PARTNERS)
    )

    for _ in range(KILLS):
        recompute.start_full_run(reason="killed")
        sweep()
        time.sleep(moments.uniform(0.0, 1.0))
        live_worker.kill()
        live_worker.start()

    assert soon(all_done)
    moves = list(RuleTransition.objects.values_list("partner_id", "rule_id", "entered"))
    assert len(moves) == len(set(moves)) == PARTNERS // 2 + 30 * (PARTNERS - 1500) // 2
    assert all(entered for *_, entered in moves)
    after = digest()
    recompute.everything(at=timezone.now())
    assert digest() == after
