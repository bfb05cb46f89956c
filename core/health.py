"""Answers to machines that ask how the portal is: balancers, container engines, whoever watches over it.

`/livez` says that this process answers, whatever else is broken: who restarts on its silence mends something. `/readyz`
says whether pages can be served: without the database they cannot; without the broker or a worker they can, only new
answers come later. Both stand before everything else, so that no host name, redirect, session or guard is in the way.
"""

from collections.abc import Callable

import structlog
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from core import doorbell
from core.services import heartbeats

log = structlog.get_logger("core")

ASK_SECONDS = 2


class HealthMiddleware:
    """Answers the two addresses and passes everything else on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep what comes next."""
        self.get_response = get_response
        self.answers = {"/livez": live, "/readyz": ready}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer for our health, or let the next in line answer."""
        answer = self.answers.get(request.path_info)
        if answer is None or request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        response = answer()
        response["Cache-Control"] = "no-store"
        return response


def live() -> JsonResponse:
    """Say that this process answers; asks nobody."""
    return JsonResponse({"status": "alive"})


def ready() -> JsonResponse:
    """Say whether pages can be served, and what runs less well."""
    try:
        is_worker_heard = _ask_database()
    except (DatabaseError, InterfaceError) as error:
        log.warning("health.not_ready", reason=str(error))
        return JsonResponse({"status": "not ready", "database": "away"}, status=503)
    parts = {
        "database": "ok",
        "broker": "ok" if doorbell.answers() else "away",
        "worker": "ok" if is_worker_heard else "silent",
    }
    return JsonResponse({"status": "ready" if set(parts.values()) == {"ok"} else "degraded", **parts})


def _ask_database() -> bool:
    """Ask the database when the worker was last heard. It must answer at once, or it counts as away."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{ASK_SECONDS}s'")
        return heartbeats.is_heard(name=heartbeats.WORKER, at=timezone.now())
