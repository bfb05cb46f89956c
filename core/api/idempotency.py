"""Repeating a POST with the same Idempotency-Key gives the first answer again and does nothing twice."""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.problems import FieldError, Problem
from core.api.renderers import JsonRenderer
from core.models import IdempotencyKey

HEADER = "Idempotency-Key"
KEPT = timedelta(hours=72)
KEPT_HEADERS = ("Location", "ETag")
VISIBLE = re.compile(r"[\x21-\x7e]{1,255}")


def once(request: Request, work: Callable[[], Response], *, required: bool, at: datetime) -> Response:
    """Do the work of a POST once per key, or give the stored answer again.

    The key is claimed and finished in the transaction of the work: whatever makes the work fail leaves no key behind.
    """
    key = _key(request, required=required)
    body = request.data  # read before it is compared: a malformed body is told as such
    if key is None:
        with transaction.atomic():
            return work()
    name = {"caller": caller(request.user), "method": request.method, "path": request.path[:300], "key": key}
    fingerprint = _fingerprint(request, body)
    with transaction.atomic():
        _claim_lock(name)
        IdempotencyKey.objects.filter(**name, created_at__lt=at - KEPT).delete()
        known = IdempotencyKey.objects.filter(**name).first()
        if known:
            return _replay(known, fingerprint)
        response = work()
        IdempotencyKey.objects.create(
            **name, fingerprint=fingerprint, status=response.status_code, body=_stored(response), created_at=at
        )
    return response


def caller(user: Any) -> str:
    """Return whose key it is: two callers may use the same key."""
    return f"{type(user).__name__.lower()}:{user.pk}"


def _key(request: Request, *, required: bool) -> str | None:
    key = request.headers.get(HEADER)
    if key is None and not required:
        return None
    if key is None or not VISIBLE.fullmatch(key):
        detail = str(Problem("idempotency_key_required").detail)
        raise Problem("idempotency_key_required", errors=[FieldError("required", detail, header=HEADER)])
    return key


def _fingerprint(request: Request, body: Any) -> str:
    raw = getattr(request, "raw_body", b"")
    return hashlib.sha256(request.META.get("QUERY_STRING", "").encode() + b"\n" + raw).hexdigest()


def _claim_lock(name: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 3))", ["\n".join(name.values())])
        if not cursor.fetchone()[0]:
            raise Problem("idempotency_in_progress", headers={"Retry-After": "1"})


def _replay(known: IdempotencyKey, fingerprint: str) -> Response:
    if known.fingerprint != fingerprint:
        raise Problem("idempotency_key_reused")
    body: dict[str, Any] = known.body or {}
    headers = body["headers"] | {"Idempotency-Replayed": "true"}
    return Response(body["data"], status=known.status, headers=headers)


def _stored(response: Response) -> dict[str, Any]:
    return {
        "data": json.loads(JsonRenderer().render(response.data) or b"null"),
        "headers": {name: response[name] for name in KEPT_HEADERS if name in response},
    }


def forget_old(*, at: datetime) -> int:
    """Remove keys nobody may repeat any more. Returns how many."""
    return IdempotencyKey.objects.filter(created_at__lt=at - KEPT).delete()[0]
