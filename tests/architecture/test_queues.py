"""Every task names its queue, and what runs by the clock is a task."""

from typing import Any

from celery import current_app

from core.queues import Queue


def own_tasks() -> dict[str, Any]:
    """Return the project's tasks by name."""
    current_app.loader.import_default_modules()
    return {name: task for name, task in current_app.tasks.items() if not name.startswith("celery.")}


def test_every_task_names_one_of_our_queues() -> None:
    queues = {queue.value for queue in Queue}
    wrong = [name for name, task in own_tasks().items() if getattr(task, "queue", None) not in queues]

    assert own_tasks()
    assert not wrong, f"Name a queue: @shared_task(queue=Queue.…) on {wrong}"


def test_what_runs_by_the_clock_is_a_task_in_its_own_queue() -> None:
    tasks = own_tasks()
    wrong = [
        key
        for key, entry in current_app.conf.beat_schedule.items()
        if entry["task"] not in tasks
        or entry["options"]["queue"] != tasks[entry["task"]].queue
        or "expires" not in entry["options"]
    ]

    assert not wrong, f"Wrong name, other queue or no expiry: {wrong}"


def test_tasks_take_nothing_but_keyword_arguments_of_plain_kinds() -> None:
    """A task is read back from the broker: ids and texts survive that, records do not."""
    plain = {"int", "str", "bool", "list[int]", "list[str]", "str | None", "int | None"}
    wrong = []
    for name, task in own_tasks().items():
        hints = {key: hint for key, hint in task.run.__annotations__.items() if key != "return"}
        wrong += [f"{name}({key}: {hint})" for key, hint in hints.items() if _name(hint) not in plain]

    assert not wrong


def _name(hint: Any) -> str:
    return getattr(hint, "__name__", None) if isinstance(hint, type) and "[" not in str(hint) else str(hint)
