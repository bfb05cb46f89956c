"""The processes the portal consists of, each as the command that starts it. Used by `make run` and docker-compose."""

import os
import sys

QUEUES = "fresh,full,outbox,reports"
LASTING = ("web", "worker", "beat")
NAMES = ("migrate", *LASTING)


def command(name: str) -> list[str]:
    """Return the command of a process, with its sizes from the environment."""
    return {"migrate": _migrate, "web": _web, "worker": _worker, "beat": _beat}[name]()


def _migrate() -> list[str]:
    return [sys.executable, "manage.py", "migrate", "--no-input"]


def _web() -> list[str]:
    return [
        *(sys.executable, "-m", "gunicorn", "prm.wsgi:application"),
        *("--bind", f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"),
        *("--worker-class", "gthread", "--threads", os.environ.get("WEB_THREADS", "4")),
        *("--workers", os.environ.get("WEB_PROCESSES", "2")),
        # Loaded once and then forked: half the time to start, and memory that the processes share.
        *("--preload", "--graceful-timeout", "30", "--no-control-socket"),
    ]


def _worker() -> list[str]:
    return [
        *(sys.executable, "-m", "celery", "--app", "prm", "worker", "--pool", "prefork", "--queues", QUEUES),
        *("--concurrency", os.environ.get("WORKER_PROCESSES", "2"), "--loglevel", "info", "--without-mingle"),
    ]


def _beat() -> list[str]:
    return [
        *(sys.executable, "-m", "celery", "--app", "prm", "beat", "--scheduler", "prm.beat.LastingScheduler"),
        *("--pidfile", "", "--loglevel", "warning"),
    ]
