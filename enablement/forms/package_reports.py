"""What a player tells, read strictly: it comes from a page that runs scripts of strangers beside it."""

import json
import math
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from core.refusals import Refusal
from enablement.models import Completion, Success
from enablement.models.packages import MAX_LOCATION_LENGTH, MAX_SUSPEND_LENGTH
from enablement.services.playing import Report

MAX_BYTES = 512 * 1024
MAX_DATA_BYTES = 256 * 1024
MOST = 2**53
KEYS = {
    *("attempt", "item", "writer", "base", "sequence", "completion", "success", "score", "seconds"),
    *("location", "suspend_data", "data"),
}


def read(body: bytes) -> tuple[UUID, Report]:
    """Return the attempt a report is about, and the report. Raises Refusal when it is not one."""
    try:
        told = json.loads(body)
        if not isinstance(told, dict) or set(told) != KEYS:
            raise ValueError
        data = told["data"]
        if not isinstance(data, dict) or len(json.dumps(data)) > MAX_DATA_BYTES:
            raise ValueError
        report = Report(
            item=_text(told["item"], 255),
            writer=_text(told["writer"], 40),
            base=_number(told["base"]),
            sequence=_number(told["sequence"]),
            completion=Completion(told["completion"]),
            success=Success(told["success"]),
            score=scaled(told["score"]),
            seconds=min(_number(told["seconds"]), 2**31 - 1),
            location=_text(told["location"], MAX_LOCATION_LENGTH),
            suspend_data=_text(told["suspend_data"], MAX_SUSPEND_LENGTH),
            data=data,
        )
        return UUID(told["attempt"]), report
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise Refusal(_("This is not what a player tells, or it is too long.")) from None


def scaled(score: Any) -> Decimal | None:
    """Return a score as a share. Where only points are told, they are compared with the least and most there are."""
    if not isinstance(score, dict):
        raise TypeError
    numbers = {name: _decimal(score.get(name)) for name in ("scaled", "raw", "min", "max")}
    share = numbers["scaled"]
    if share is None and (raw := numbers["raw"]) is not None:
        least = numbers["min"] or Decimal(0)
        most = numbers["max"] if numbers["max"] is not None else Decimal(100)
        share = (raw - least) / (most - least) if most > least else None
    return None if share is None else round(max(Decimal(-1), min(share, Decimal(1))), 4)


def _decimal(value: Any) -> Decimal | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not math.isfinite(float(value)) or abs(float(value)) > MOST:
        raise ValueError
    return Decimal(str(value))


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < MOST:
        raise ValueError
    return value


def _text(value: Any, most: int) -> str:
    if not isinstance(value, str) or len(value) > most or "\0" in value:
        raise ValueError
    return value
