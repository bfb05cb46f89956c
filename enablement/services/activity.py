"""What people of partners did, counted by day."""

from datetime import datetime

from django.db import connection

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


def note(*, person: Person, kind: ActivityKind, at: datetime, asset: Asset | None = None) -> None:
    """Count one more of what a person did today. One statement: two clicks at once are both counted."""
    day = today(at=at, zone=Program.current().zone)
    with connection.cursor() as cursor:
        cursor.execute(
            COUNT_ONE_MORE.format(table=Activity._meta.db_table),
            [person.partner_id, person.pk, asset.pk if asset else None, kind, day],
        )
    partners.note_activity(partner_ids=[person.partner_id], at=at)
    announce_partners([person.partner_id])
