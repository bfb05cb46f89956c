"""A task may run twice, one after the other or at once, and leaves the state of one run. Each task says how to try it.

In `tests/<app>/task_scenarios.py`, or another file whose name ends so:

    @scenario("deals.tasks.expire_protections")
    def one_protection_has_ended() -> Scenario:
        deal = DealFactory(…)
        return Scenario(kwargs={}, state=lambda: list(Deal.objects.values_list("name", "stage")))

The function arranges the rows; `state` returns what must be the same however often the task ran, without ids and
moments.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Scenario:
    """What a task is called with, and what to look at afterwards."""

    state: Callable[[], Any]
    kwargs: dict[str, Any] = field(default_factory=dict)


Arrange = Callable[[], Scenario]
SCENARIOS: dict[str, Arrange] = {}


def scenario(task: str) -> Callable[[Arrange], Arrange]:
    """Register how to try a task."""

    def register(arrange: Arrange) -> Arrange:
        SCENARIOS[task] = arrange
        return arrange

    return register


def load() -> dict[str, Arrange]:
    """Return every scenario there is."""
    for file in sorted(TESTS.glob("*/*_scenarios.py")):
        importlib.import_module(f"tests.{file.parent.name}.{file.stem}")
    return SCENARIOS
