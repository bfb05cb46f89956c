"""What people of partners did, counted by day."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from core.models import Program
from core.periods import today
from enablement.models import Activity, ActivityKind, Asset
from partners.models import Person
from partners.services import partners
from partners.signals import announce_partners

COUNT_ONE_MORE = """
    INSERT INTO {table} AS known (partner_id, person_id, asset_id, kind, day, times)
    VALUES (%s, %s, %s, %s, %s, 1)
    ON CONFLICT (partner_id, person_id, asset_id, kind, day) DO UPDATE SET times = known.times + 1
"""
COUNT_MANY = """
    INSERT INTO {table} AS known (partner_id, person_id, asset_id, kind, day, times)
    SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::date[], %s::int[])
    ON CONFLICT (partner_id, person_id, asset_id, kind, day) DO UPDATE SET times = known.times + excluded.times
"""


def note(*, person: Person, kind: ActivityKind, at: datetime, asset: Asset | None = None) -> None:
    """Count one more of what a person did today. One statement: two clicks at once are both counted."""
    day = today(at=at, zone=Program.current().zone)
    with connection.cursor() as cursor:
        cursor.execute(
            COUNT_ONE_MORE.format(table=Activity._meta.db_table),
            [person.partner_id, person.pk, asset.pk if asset else None, kind, day],
        )
    known = person.partner.last_active_at
    if known is None or at - known > partners.ACTIVITY_GRAIN:
        partners.note_activity(partner_ids=[person.partner_id], at=at)
    announce_partners([person.partner_id])


@dataclass(frozen=True, slots=True)
class Noted:
    """How often a person did one kind of thing on a day."""

    person_id: int
    partner_id: int
    kind: ActivityKind
    day: date
    asset_id: int | None = None
    times: int = 1


def note_many(*, rows: Iterable[Noted], at: datetime) -> int:
    """Count what was done on past days, such as from another portal's records. Returns how many rows there were."""
    counted: Counter[tuple[int, int, int | None, str, date]] = Counter()
    for row in rows:
        counted[row.partner_id, row.person_id, row.asset_id, str(row.kind), row.day] += row.times
    columns = [list(column) for column in zip(*counted, strict=True)] if counted else [[], [], [], [], []]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(COUNT_MANY.format(table=Activity._meta.db_table), [*columns, list(counted.values())])
        announce_partners(key[0] for key in counted)
    return len(counted)
