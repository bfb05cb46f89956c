"""Pages by signed keyset cursors: no row twice, none missed if it was there throughout."""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.problems import Problem, bad_parameter

DEFAULT_LIMIT = 50
MAX_LIMIT = 200
CURSOR_SECONDS = 24 * 60 * 60
SALT = "core.api.cursor"
#: Orders rows that are otherwise equal, and is what an unsorted list is in: time of creation.
TIE = "public_id"


class SignedCursorPagination(BasePagination):
    """`?limit=` and `?cursor=`; the answer is {"data", "has_more", "next"}."""

    def paginate_queryset(self, queryset: QuerySet[Any], request: Request, view: Any = None) -> list[Any]:
        """Return one page in the order the view's `sort` asks for."""
        self.path = request.path
        self.parameters = {key: value for key, value in request.query_params.items() if key != "cursor"}
        limit = _limit(request.query_params.get("limit"))
        self.sort = (*view.sort_keys(), TIE)
        rows = queryset.order_by(*self.sort)
        if cursor := request.query_params.get("cursor"):
            rows = rows.filter(after(self.sort, self._keys(cursor, queryset.model)))
        page = list(rows[: limit + 1])
        self.has_more = len(page) > limit
        self.last = page[limit - 1] if self.has_more else None
        return page[:limit]

    def get_paginated_response(self, data: Any) -> Response:
        """Return the page with the address of the next one."""
        return Response({"data": data, "has_more": self.has_more, "next": self._next()})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe a page."""
        return {
            "type": "object",
            "required": ["data", "has_more", "next"],
            "properties": {
                "data": schema,
                "has_more": {"type": "boolean"},
                "next": {"type": "string", "nullable": True, "description": "Address of the next page."},
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Describe the two parameters."""
        return [
            {
                "name": "limit", "in": "query", "description": "Rows per page.",
                "schema": {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
            },
            {
                "name": "cursor", "in": "query", "description": "From `next` of the page before.",
                "schema": {"type": "string"},
            },
        ]  # fmt: skip

    def _next(self) -> str | None:
        if self.last is None:
            return None
        keys = [_written(_value(self.last, name.lstrip("-"))) for name in self.sort]
        cursor = signing.dumps({"list": self._fingerprint(), "after": keys}, salt=SALT, compress=True)
        return f"{self.path}?{urlencode(self.parameters | {'cursor': cursor})}"

    def _keys(self, cursor: str, model: type[Model]) -> list[Any]:
        try:
            content = signing.loads(cursor, salt=SALT, max_age=CURSOR_SECONDS)
        except signing.BadSignature as error:
            raise Problem("invalid_cursor") from error
        if content["list"] != self._fingerprint():
            raise Problem("invalid_cursor")
        return [_read(model, name.lstrip("-"), key) for name, key in zip(self.sort, content["after"], strict=True)]

    def _fingerprint(self) -> str:
        bound = {key: value for key, value in self.parameters.items() if key not in {"limit", "fields"}}
        return hashlib.sha256(json.dumps([self.path, self.sort, sorted(bound.items())]).encode()).hexdigest()[:20]


def _limit(text: str | None) -> int:
    if text is None:
        return DEFAULT_LIMIT
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= MAX_LIMIT and len(text) <= 6):
        raise bad_parameter("limit", _("A whole number from 1 to %(max)d.") % {"max": MAX_LIMIT})
    return int(text)


def after(sort: Sequence[str], keys: Sequence[Any]) -> Q:
    """Return the condition for rows behind the given keys; its first part lets an index on the first column serve."""
    condition = Q()
    for name, key in reversed(list(zip(sort, keys, strict=True))):
        column, strict = name.lstrip("-"), "lt" if name.startswith("-") else "gt"
        beyond = Q(**{f"{column}__{strict}": key})
        condition = Q(**{f"{column}__{strict}e": key}) & (beyond | condition) if condition else beyond
    return condition


def _value(row: Any, path: str) -> Any:
    for part in path.split("__"):
        row = getattr(row, part)
    return row


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return str(value) if isinstance(value, UUID | Decimal | date) else value


def _read(model: type[Model], path: str, key: Any) -> Any:
    field: Any = model._meta.get_field(path.split("__")[0])
    for part in path.split("__")[1:]:
        field = field.related_model._meta.get_field(part)
    return field.to_python(key)
