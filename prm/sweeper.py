"""While the broker is away no bell reaches a worker: then the worker looks for work by itself.

What waits, waits in tables and is claimed there. So it does no harm when several workers look at once, or when the
broker comes back meanwhile.
"""

import threading
import time

import structlog
from celery import Celery
from celery.signals import worker_init
from django.db import connections

from core import doorbell

log = structlog.get_logger("prm")


def sweep_while_the_broker_is_away(app: Celery, *, every_seconds: float) -> None:
    """Let every worker of the app do what beat would ring for, in its own process, whenever the broker is silent."""

    def start(**_: object) -> None:
        threading.Thread(target=_look, args=(app, every_seconds), name="sweeper", daemon=True).start()

    worker_init.connect(start, weak=False, dispatch_uid="prm.sweeper")


def _look(app: Celery, every_seconds: float) -> None:
    while True:
        time.sleep(every_seconds)
        if not doorbell.answers():
            _sweep(app)


def _sweep(app: Celery) -> None:
    for name, entry in app.conf.beat_schedule.items():
        if name.startswith("sweep-"):
            try:
                app.tasks[entry["task"]]()
            except Exception as error:  # the next round tries again, as the next ring would
                log.warning("sweep.failed", task=entry["task"], exc_info=error)
    connections.close_all()
