"""Rows by the thousand from a file or a source system: found by external id or by nature, created or merged.

Rows are read in chunks; each chunk is one transaction, one announcement and a handful of statements. A bad row fails
alone. When another writer takes a value in between, the chunk is done again row by row.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.utils.translation import gettext as _

from core import audit
from core.models import Source
from core.rows import Result, RowError, RowOutcome
from core.services import external_ids

CHUNK_ROWS = 1000

Row = Mapping[str, Any]


def errors_of(error: ValidationError) -> list[RowError]:
    """Return a ValidationError as the errors of a row, one for each field and message."""
    by_field = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
    return [
        RowError(name, one.code or "invalid", " ".join(one.messages)) for name, many in by_field.items() for one in many
    ]


class Writer(ABC):
    """What is particular to one kind of record. A new writer is made for every chunk."""

    resource: str
    model: type[models.Model]

    @abstractmethod
    def prepare(self, rows: Sequence[Row], known: Mapping[str, int]) -> None:
        """Read, and lock in id order, everything the rows may touch or refer to."""

    @abstractmethod
    def record(self, object_id: int) -> Any:
        """Return a record that was read in `prepare`."""

    @abstractmethod
    def alike(self, row: Row) -> Any | None:
        """Return the record that is the same thing by its nature, such as one with the same domain."""

    @abstractmethod
    def new(self, row: Row) -> Any:
        """Return an empty record for a row; raises ValidationError when the row lacks what a new one needs."""

    @abstractmethod
    def put(self, record: Any, row: Row) -> list[str]:
        """Set the row's values in memory. Returns what changed; a ValidationError leaves the record as it was."""

    @abstractmethod
    def announce(self, records: Iterable[Any]) -> None:
        """Tell the apps above which records were written."""


@dataclass
class _Chunk:
    """What is to be written for one chunk."""

    created: list[Any] = field(default_factory=list)
    changed: dict[int, Any] = field(default_factory=dict)
    columns: set[str] = field(default_factory=set)
    by_value: dict[str, Any] = field(default_factory=dict)
    attached: list[tuple[Any, str]] = field(default_factory=list)
    drafts: list[tuple[int, Result, Any, list[RowError]]] = field(default_factory=list)


def run(writer: type[Writer], *, rows: Iterable[Row], source: Source | None, by: Any, at: datetime) -> list[RowOutcome]:
    """Write every row. Returns what became of each, in order."""
    numbered = enumerate(rows)
    outcomes: list[RowOutcome] = []
    while chunk := list(islice(numbered, CHUNK_ROWS)):
        outcomes += _write_safely(writer, chunk, source=source, by=by)
    return outcomes


def _write_safely(
    writer: type[Writer], chunk: list[tuple[int, Row]], *, source: Source | None, by: Any
) -> list[RowOutcome]:
    try:
        with audit.action(f"{writer.resource}.upsert", by=by, source=source.key if source else ""):
            return _write(writer(), chunk, source)
    except IntegrityError:
        if len(chunk) == 1:
            taken = RowError("", "already_exists", _("Somebody else wrote the same record at the same moment."))
            return [RowOutcome(chunk[0][0], Result.FAILED, errors=[taken])]
        return [_write_safely(writer, [one], source=source, by=by)[0] for one in chunk]


def _write(writer: Writer, chunk: list[tuple[int, Row]], source: Source | None) -> list[RowOutcome]:
    values, refused = _external_ids(chunk, source)
    known = _known(writer.resource, source, values)
    writer.prepare([row for index, row in chunk if index not in refused], known)
    work = _Chunk(by_value={value: writer.record(object_id) for value, object_id in known.items()})
    for index, row in chunk:
        if index in refused:
            work.drafts.append((index, Result.FAILED, None, refused[index]))
        else:
            _plan(writer, work, index, row, values.get(index), source)
    _save(writer, work, source)
    return [
        RowOutcome(index, result, object_id=record.pk if record is not None else None, errors=errors)
        for index, result, record, errors in work.drafts
    ]


def _external_ids(
    chunk: list[tuple[int, Row]], source: Source | None
) -> tuple[dict[int, str], dict[int, list[RowError]]]:
    """Return each row's cleaned external id, and the errors of those that cannot be one."""
    values: dict[int, str] = {}
    refused: dict[int, list[RowError]] = {}
    for index, row in chunk:
        raw = row.get("external_id")
        if source is None or raw in (None, ""):
            continue
        try:
            values[index] = external_ids.clean(source, str(raw))
        except ValidationError as error:
            refused[index] = [RowError("external_id", "invalid", " ".join(error.messages))]
    return values, refused


def _known(resource: str, source: Source | None, values: Mapping[int, str]) -> dict[str, int]:
    if source is None or not values:
        return {}
    external_ids.lock(resource, source, values.values())
    return external_ids.find(resource, source, set(values.values()))


def _plan(writer: Writer, work: _Chunk, index: int, row: Row, value: str | None, source: Source | None) -> None:
    """Decide what becomes of one row, and set its values in memory."""
    record = work.by_value.get(value) if value else None
    adopted = False
    try:
        if record is None:
            record = writer.alike(row)
            if record is not None and value:
                _refuse_other_id(writer, work, record, source)
                adopted = True
        if record is None:
            record = writer.new(row)
            writer.put(record, row)
            work.created.append(record)
            result, adopted = Result.CREATED, bool(value)
        else:
            changed = writer.put(record, row)
            result = Result.UPDATED if changed or adopted else Result.UNCHANGED
            if changed and record.pk is not None:
                work.changed[record.pk] = record
                work.columns |= set(changed)
    except ValidationError as error:
        work.drafts.append((index, Result.FAILED, None, errors_of(error)))
        return
    if value and adopted:
        work.by_value[value] = record
        work.attached.append((record, value))
    work.drafts.append((index, result, record, []))


def _refuse_other_id(writer: Writer, work: _Chunk, record: Any, source: Source | None) -> None:
    """Refuse to give a second id of one source to a record: the source says that these are two."""
    key = source.key if source else ""
    has_one = record.pk is not None and key in external_ids.of_objects(writer.resource, [record.pk]).get(record.pk, {})
    if has_one or any(record is other for other, _value in work.attached):
        raise ValidationError(_("The same record is known to this source by another id."), code="already_exists")


def _save(writer: Writer, work: _Chunk, source: Source | None) -> None:
    manager = writer.model._default_manager
    if work.created:
        manager.bulk_create(work.created)
    if work.changed:
        # INSERT … ON CONFLICT (id) DO UPDATE: one statement, ten times faster than bulk_update's CASE for every column
        manager.bulk_create(
            [work.changed[key] for key in sorted(work.changed)],
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=sorted(work.columns),
        )
    if work.attached and source is not None:
        external_ids.attach(writer.resource, source, {record.pk: value for record, value in work.attached})
    writer.announce([*work.created, *work.changed.values()])
