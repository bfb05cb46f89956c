"""JSON out: UTF-8, decimals as strings, instants in UTC with Z."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from rest_framework.renderers import BaseRenderer
from rest_framework.utils.encoders import JSONEncoder


def instant(value: datetime) -> str:
    """Return a moment as RFC 3339 in UTC with Z."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


class Encoder(JSONEncoder):
    """What JSON has no type for."""

    def default(self, obj: Any) -> Any:
        """Write instants with Z and decimals as plain strings; leave the rest to REST framework."""
        if isinstance(obj, datetime) and obj.tzinfo is not None:
            return instant(obj)
        if isinstance(obj, Decimal):
            return format(obj, "f")
        return super().default(obj)


class JsonRenderer(BaseRenderer):
    """Compact JSON in UTF-8."""

    media_type = "application/json"
    format = "json"
    charset = "utf-8"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        """Return the bytes of an answer; nothing for an answer without a body."""
        if data is None:
            return b""
        return json.dumps(data, cls=Encoder, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
