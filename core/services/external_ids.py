"""Names that other systems give to our records: looked up and attached for many rows at once.

A resource type is the plural of the API, such as `partners`. A value is unique per (resource type, source), and a
record has one value per source, both in the database.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from core.models import ExternalId, Source

MAX_VALUE_LENGTH = 255
SALESFORCE_SHORT_LENGTH = 15
SALESFORCE_SUFFIX_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def clean(source: Source | str, value: str) -> str:
    """Return the value as it is kept. Raises ValidationError when it cannot be an id.

    Salesforce writes its ids with 15 or 18 characters; the short form is widened to the long one.
    """
    if not 1 <= len(value) <= MAX_VALUE_LENGTH or not value.isprintable() or value != value.strip():
        raise ValidationError(_("An id has 1 to 255 printable characters."), code="invalid")
    key = source.key if isinstance(source, Source) else source
    if key.startswith("salesforce") and len(value) == SALESFORCE_SHORT_LENGTH and value.isascii() and value.isalnum():
        return value + _salesforce_suffix(value)
    return value


def _salesforce_suffix(value: str) -> str:
    thirds = (value[0:5], value[5:10], value[10:15])
    return "".join(
        SALESFORCE_SUFFIX_LETTERS[sum(1 << place for place, letter in enumerate(third) if "A" <= letter <= "Z")]
        for third in thirds
    )


def find(resource_type: str, source: Source | str, values: Iterable[str]) -> dict[str, int]:
    """Return the database ids of the records the source knows by these values; unknown values are left out."""
    rows = _of_source(resource_type, source).filter(value__in=list(values))
    return dict(rows.values_list("value", "object_id"))


def find_one(resource_type: str, source: Source | str, value: str) -> int | None:
    """Return the database id of the record the source knows by this value."""
    return find(resource_type, source, [value]).get(value)


def _of_source(resource_type: str, source: Source | str):  # type: ignore[no-untyped-def]
    wanted = {"source": source} if isinstance(source, Source) else {"source__key": source}
    return ExternalId.objects.filter(resource_type=resource_type, **wanted)


def of_objects(resource_type: str, object_ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """Return every record's values by the key of their source; not those of records merged into it."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    rows = ExternalId.objects.filter(resource_type=resource_type, object_id__in=list(object_ids), rank=0)
    for object_id, key, value in rows.order_by("source__key").values_list("object_id", "source__key", "value"):
        found[object_id][key] = value
    return dict(found)


def lock(resource_type: str, source: Source, values: Iterable[str]) -> None:
    """Let nobody else make or find these records by these values until the transaction ends.

    Held before looking a value up, this is what keeps two callers from both finding nothing. One value is locked by
    itself; several lock the whole source, which lets a large file through with one lock instead of thousands.
    """
    names = sorted(set(values))
    everything = f"{resource_type}/{source.pk}"
    with connection.cursor() as cursor:
        if len(names) > 1:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [everything])
        elif names:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 1))", [everything])
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))", [f"{everything}/{names[0]}"])


def attach(
    resource_type: str, source: Source, values: Mapping[int, str], *, source_updated_at: datetime | None = None
) -> None:
    """Give records (by database id) the values by which the source knows them, replacing older ones."""
    ExternalId.objects.bulk_create(
        [
            ExternalId(
                resource_type=resource_type,
                object_id=object_id,
                source=source,
                value=value,
                source_updated_at=source_updated_at,
            )
            for object_id, value in sorted(values.items(), key=lambda pair: pair[1])
        ],
        update_conflicts=True,
        unique_fields=["resource_type", "object_id", "source", "rank"],
        update_fields=["value"],
    )


def detach(resource_type: str, source: Source, object_id: int) -> None:
    """Forget the value by which the source knew a record."""
    ExternalId.objects.filter(resource_type=resource_type, source=source, object_id=object_id).delete()


def accept_moment(resource_type: str, source: Source, object_id: int, *, source_updated_at: datetime) -> bool:
    """Note the moment a source's write speaks of. Returns False when a newer one was accepted already.

    The comparison is part of the update, so that of two racing writes the older never comes last.
    """
    entry = ExternalId.objects.filter(resource_type=resource_type, source=source, object_id=object_id)
    older = entry.exclude(source_updated_at__gt=source_updated_at)
    return bool(older.update(source_updated_at=source_updated_at))
