"""The size of a segment over time, from who entered and left it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.utils.formats import date_format

from core.models import Program
from core.periods import add_months, today
from criteria.fields import RuleKind
from insight.queries.seen import whole
from segmentation.models import Segment

MONTHS, WEEKS = 12, 13
#: A segment younger than this is shown week by week.
YOUNG = timedelta(days=100)

_MOVES = """
SELECT width_bucket(move.at, %(starts)s::timestamptz[]), count(*) FILTER (WHERE move.entered),
  count(*) FILTER (WHERE NOT move.entered)
FROM segmentation_ruletransition move
WHERE move.kind = %(kind)s AND move.rule_id = %(segment)s AND move.at >= %(since)s AND move.at <= %(at)s AND {seen}
GROUP BY 1"""


@dataclass(frozen=True, slots=True)
class Period:
    """A month or a week: who came and went in it, and how many there were at its end; the last one is under way."""

    label: str
    came: int
    went: int
    size: int


def sizes(segment: Segment, count: int, *, visible: Any, at: datetime) -> list[Period]:
    """Return the size at the end of each period, oldest first, reckoned back from so many now."""
    starts = _starts(segment, at)
    program = Program.current()
    moments = [datetime.combine(day, time.min, tzinfo=program.zone) for day in starts]
    seen = whole(visible)
    sql = _MOVES.format(seen=seen.scope.condition("move.partner_id"))
    named: dict[str, Any] = {
        "kind": RuleKind.SEGMENT.value,
        "segment": segment.pk,
        "starts": moments,
        "since": moments[0],
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, {**seen.parameters, **named})
        moves = {part: (came, went) for part, came, went in cursor.fetchall()}
    found: list[Period] = []
    size = count
    for place in range(len(starts), 0, -1):
        came, went = moves.get(place, (0, 0))
        found.append(Period(_label(starts, place - 1), came, went, max(size, 0)))
        size -= came - went
    return found[::-1]


def _starts(segment: Segment, at: datetime) -> list[date]:
    """Return the first days of the periods that are shown, the running one last."""
    day = today(at=at, zone=Program.current().zone)
    if at - segment.created_at < YOUNG:
        monday = day - timedelta(days=day.weekday())
        return [monday - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    first = day.replace(day=1)
    return [add_months(first, -back) for back in range(MONTHS, -1, -1)]


def _label(starts: Sequence[date], place: int) -> str:
    is_weekly = (starts[1] - starts[0]).days == 7
    return date_format(starts[place], "j M" if is_weekly else "M Y")
