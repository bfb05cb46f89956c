"""A worker with long work in hand hears no bell.

Its processes leave signs of life meanwhile, so that nobody takes it for deaf.
"""

import threading
import time

import structlog
from celery import Celery
from celery.signals import task_postrun, task_prerun, worker_process_init
from django.db import connections

log = structlog.get_logger("prm")

BEAT = "core.tasks.beat_heart"

_at_work = threading.Event()


def beat_while_working(app: Celery, *, every_seconds: float) -> None:
    """Let every process of a worker of the app beat the worker's heart for as long as it has a task in hand."""

    def begin(**_: object) -> None:
        threading.Thread(target=_beat_on, args=(app, every_seconds), name="heart", daemon=True).start()

    def work(**_: object) -> None:
        _at_work.set()

    def rest(**_: object) -> None:
        _at_work.clear()

    worker_process_init.connect(begin, weak=False, dispatch_uid="prm.heart.begin")
    task_prerun.connect(work, weak=False, dispatch_uid="prm.heart.work")
    task_postrun.connect(rest, weak=False, dispatch_uid="prm.heart.rest")


def _beat_on(app: Celery, every_seconds: float) -> None:
    while True:
        time.sleep(every_seconds)
        if _at_work.is_set():
            try:
                app.tasks[BEAT]()
            except Exception as error:  # the database may be away; the next beat tries again
                log.warning("heart.unheard", exc_info=error)
            connections.close_all()
