"""Every task, run twice in a row and twice at once, leaves the state of one run."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from celery import current_app
from django.db import close_old_connections, connections

from tests.architecture.test_queues import own_tasks
from tests.architecture.twice import Scenario, load
from tests.plugins.emptying import empty

SCENARIOS = load()
WAIT_SECONDS = 30


def test_every_task_has_a_scenario_and_every_scenario_a_task() -> None:
    missing = sorted(set(own_tasks()) - set(SCENARIOS))
    stale = sorted(set(SCENARIOS) - set(own_tasks()))

    assert not missing, f"Write @scenario(…) in tests/<app>/task_scenarios.py, as twice.py tells, for {missing}"
    assert not stale, f"These tasks are gone: {stale}"


def once(task: Any, made: Scenario) -> None:
    task(**made.kwargs)


def in_a_row(task: Any, made: Scenario) -> None:
    task(**made.kwargs)
    task(**made.kwargs)


def at_once(task: Any, made: Scenario) -> None:
    failures: list[BaseException] = []
    start = threading.Barrier(2)

    def work() -> None:
        try:
            start.wait(WAIT_SECONDS)
            task(**made.kwargs)
        except BaseException as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_SECONDS)
    assert not any(thread.is_alive() for thread in threads), "the two runs wait for each other"
    assert not failures, failures


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_twice_is_as_once(name: str, transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(current_app, "send_task", lambda *args, **kwargs: None)
    states = [_state_after(run, name) for run in (once, in_a_row, at_once)]

    assert states[1] == states[0], "run twice in a row it leaves another state"
    assert states[2] == states[0], "run twice at once it leaves another state"


def _state_after(run: Callable[[Any, Scenario], None], name: str) -> Any:
    empty()
    made = SCENARIOS[name]()
    run(own_tasks()[name], made)
    close_old_connections()
    return made.state()
