"""What there was of each journey becomes its version 1, and every walk so far a walk on that version.

Run again, it finds nothing left to do. The trail is told, too: there was one text, so its rows belong to that version.
"""

from django.db import migrations

BECOME_VERSIONS = """
    INSERT INTO enablement_journeyversion (definition_id, number, state, note, published_at)
    SELECT journey.id, 1, CASE WHEN journey.published_at IS NULL THEN 'draft' ELSE 'published' END, '', journey.published_at
    FROM enablement_journey journey
    WHERE NOT EXISTS (SELECT FROM enablement_journeyversion known WHERE known.definition_id = journey.id)
"""
POINT_AT_THEM = """
    UPDATE {table} pointing SET journey_version_id = found.id
    FROM enablement_journeyversion found
    WHERE found.definition_id = pointing.journey_id AND found.number = 1 AND pointing.journey_version_id IS NULL
"""
#: The trail only grows, so its guard is put aside for as long as this takes. A journey that is gone has no version.
TELL_THE_TRAIL = """
    ALTER TABLE {table} DISABLE TRIGGER USER;
    UPDATE {table} SET journey_version_id = COALESCE((SELECT found.id FROM enablement_journeyversion found
        WHERE found.definition_id = {table}.journey_id AND found.number = 1), 0)
    WHERE journey_version_id IS NULL;
    ALTER TABLE {table} ENABLE TRIGGER USER
"""


class Migration(migrations.Migration):

    dependencies = [
        ('enablement', '0003_journeys_have_versions'),
    ]

    operations = [
        migrations.RunSQL(BECOME_VERSIONS, migrations.RunSQL.noop),
        *(
            migrations.RunSQL(POINT_AT_THEM.format(table=table), migrations.RunSQL.noop)
            for table in ("enablement_journeystep", "enablement_enrollment")
        ),
        *(
            migrations.RunSQL(TELL_THE_TRAIL.format(table=table), migrations.RunSQL.noop)
            for table in ("enablement_journeystepevent", "enablement_enrollmentevent")
        ),
    ]
