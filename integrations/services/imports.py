"""The way of a file: uploaded, mapped, previewed, committed, written chunk by chunk, reported.

Nothing is written before the commit: a preview runs the very same code and rolls it back. The commit is bound to what
was previewed. Each chunk is one transaction together with the number of rows done, so that a killed worker neither
skips nor repeats a row.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import islice
from typing import Any

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.doorbell import ring_after_commit
from core.models import Source
from core.queues import Queue
from core.refusals import Refusal
from core.rows import Result
from integrations.models import ImportFile, ImportRow, ImportState
from integrations.services import mapping as mappings
from integrations.services import reading
from integrations.services.converting import Converter
from integrations.services.fields import Kind
from integrations.services.reading import RawRow, Table
from integrations.services.writing import RowReport, write

CHUNK_ROWS = 1000
PREVIEW_ROWS = 10_000
SHOWN_ROWS = 100
CONTINUE_TASK = "integrations.tasks.continue_imports"
log = structlog.get_logger("integrations")


class ImportChangedError(Refusal):
    """The file or its mapping is no longer what was previewed."""

    def __init__(self) -> None:
        super().__init__(
            _("The mapping was changed after this preview. Look at the new preview first."), code="changed"
        )


class ImportStateError(Refusal):
    """The import is past the point where this can be done."""

    def __init__(self) -> None:
        super().__init__(_("This import has been started already."), code="invalid_transition")


def upload(*, resource: str, source: Source, file_name: str, content: bytes, by: User, at: datetime) -> ImportFile:
    """Keep a file that can be read. Raises FileRefusedError with line and column where it cannot."""
    table = reading.read(content)
    total = reading.count_rows(table)
    guessed, options = mappings.guess(resource=resource, source=source, columns=table.columns)
    with audit.action("import.upload", by=by):
        return ImportFile.objects.create(
            resource=resource,
            source=source,
            file_name=file_name[:200],
            content=content,
            sha256=hashlib.sha256(content).hexdigest(),
            delimiter=table.delimiter,
            columns=table.columns,
            mapping=guessed,
            options=options | _readings(resource, table, guessed),
            rows_total=total,
            created_by=by,
        )


def _readings(resource: str, table: Table, mapping: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return how days and numbers are read in each column, by the evidence of its cells."""
    found: dict[str, dict[str, str]] = {"dates": {}, "decimals": {}}
    for column, (kind, evidence) in mappings.evidence(resource=resource, table=table, mapping=mapping).items():
        found["dates" if kind is Kind.DAY else "decimals"][column] = evidence.reading
    return found


def map_columns(
    *, file: ImportFile, mapping: Mapping[str, str], options: Mapping[str, Any], by: User, at: datetime
) -> None:
    """Say which column is which field, and how cells are read. Raises ValidationError when rows could not be written.

    A column of days or numbers for which `options` says nothing is read as its cells show.
    """
    mappings.check(resource=file.resource, columns=file.columns, mapping=mapping)
    shown = _readings(file.resource, table_of(file), mapping)
    chosen = {
        name: {**shown[name], **{column: how for column, how in options.get(name, {}).items() if column in shown[name]}}
        for name in shown
    }
    kept = {name: options.get(name, default) for name, default in mappings.DEFAULT_OPTIONS.items()}
    with audit.action("import.map", by=by):
        locked = _locked(file, ImportState.UPLOADED, ImportState.PREVIEWED)
        locked.mapping, locked.options, locked.state = dict(mapping), kept | chosen, ImportState.UPLOADED
        locked.save(update_fields=["mapping", "options", "state"])
    file.refresh_from_db()


def preview(*, file: ImportFile, by: User, at: datetime) -> None:
    """Try the file out: write it with the code of the commit, note what became of each row, and undo the writing."""
    mappings.check(resource=file.resource, columns=file.columns, mapping=file.mapping)
    reports = _tried(file, by=by, at=at)
    counts = Counter(report.result for report in reports)
    found = {result.value: counts[result] for result in Result} | {"checked": len(reports), "digest": digest(file)}
    kept = [report for at_row, report in enumerate(reports) if at_row < SHOWN_ROWS or report.result is Result.FAILED]
    with audit.action("import.preview", by=by):
        locked = _locked(file, ImportState.UPLOADED, ImportState.PREVIEWED)
        locked.rows.all().delete()
        _keep(locked, kept, with_values=True)
        locked.preview, locked.state = found, ImportState.PREVIEWED
        locked.save(update_fields=["preview", "state"])
    file.refresh_from_db()


class _Undo(Exception):  # noqa: N818 - no error: it ends the transaction of a preview
    """Ends the transaction of a preview."""


def _tried(file: ImportFile, *, by: User, at: datetime) -> list[RowReport]:
    reports: list[RowReport] = []
    rows = islice(table_of(file).rows(), PREVIEW_ROWS)
    converter = Converter(file)
    try:
        with transaction.atomic():
            while chunk := list(islice(rows, CHUNK_ROWS)):
                reports += write(converter, chunk, by=by, at=at)
            raise _Undo
    except _Undo:
        return reports


def digest(file: ImportFile) -> str:
    """Return what a commit is bound to: the file's content, its mapping and its options."""
    bound = json.dumps([file.sha256, file.mapping, file.options], sort_keys=True)
    return hashlib.sha256(bound.encode()).hexdigest()


def commit(*, file: ImportFile, previewed: str, by: User, at: datetime) -> None:
    """Start writing what was previewed. Committing the same preview twice starts it once."""
    with audit.action("import.commit", by=by):
        locked = ImportFile.objects.select_for_update().get(pk=file.pk)
        if locked.started_at and locked.preview.get("digest") == previewed:
            return
        if locked.state != ImportState.PREVIEWED:
            raise ImportStateError
        if previewed != digest(locked) or locked.preview.get("digest") != previewed:
            raise ImportChangedError
        locked.rows.all().delete()
        locked.state, locked.started_at = ImportState.RUNNING, at
        locked.save(update_fields=["state", "started_at"])
        ring_after_commit(CONTINUE_TASK, queue=Queue.REPORTS)
    file.refresh_from_db()


def stop(*, file: ImportFile, by: User, at: datetime) -> None:
    """Stop an import after the chunk being written, or forget one that was not started. What is written stays."""
    with audit.action("import.stop", by=by):
        locked = ImportFile.objects.select_for_update().get(pk=file.pk)
        if not locked.is_over:
            _end(locked, ImportState.ABORTED, at=at)
    file.refresh_from_db()


# --- the worker's part


def running() -> list[int]:
    """Return the imports that are to be written, the oldest first."""
    rows = ImportFile.objects.filter(state=ImportState.RUNNING).order_by("started_at", "pk")
    return list(rows.values_list("pk", flat=True))


class Run:
    """One worker's run over one file: keeps its place in the file between chunks."""

    def __init__(self, file_id: int) -> None:
        self.file_id = file_id
        self.rows: Iterator[RawRow] = iter(())
        self.place = -1
        self.converter: Converter | None = None

    def step(self, *, at: datetime) -> bool:
        """Write the next chunk. Returns False when the file is over, or another worker has it."""
        with transaction.atomic():
            files = ImportFile.objects.select_for_update(skip_locked=True, of=("self",)).select_related(
                "source", "created_by"
            )
            file = files.filter(pk=self.file_id, state=ImportState.RUNNING).first()
            if file is None:
                return False
            if file.rows_done != self.place or self.converter is None:
                self.rows = table_of(file).rows(skip=file.rows_done)
                self.converter = Converter(file)
            chunk = list(islice(self.rows, CHUNK_ROWS))
            self._write(file, self.converter, chunk, at=at)
            self.place = file.rows_done
            return file.state == ImportState.RUNNING

    @staticmethod
    def _write(file: ImportFile, converter: Converter, chunk: Sequence[RawRow], *, at: datetime) -> None:
        with audit.action("import.write", by=file.created_by, import_file=str(file.public_id)):
            reports = write(converter, chunk, by=file.created_by, at=at)
            _keep(file, reports, with_values=False)
            counts = Counter(report.result for report in reports)
            file.rows_done += len(chunk)
            for result in Result:
                name = f"rows_{result.value}"
                setattr(file, name, getattr(file, name) + counts[result])
            file.save(update_fields=["rows_done", *(f"rows_{result.value}" for result in Result)])
            if len(chunk) < CHUNK_ROWS:
                _end(file, ImportState.COMPLETED, at=at)


def fail(*, file_id: int, message: str, at: datetime) -> None:
    """End an import that cannot go on."""
    with audit.action("import.fail", by=None):
        file = ImportFile.objects.select_for_update().get(pk=file_id)
        if file.state == ImportState.RUNNING:
            file.error = message[:500]
            _end(file, ImportState.FAILED, at=at)


# --- common to all


def table_of(file: ImportFile) -> Table:
    """Return the file's rows; the content is read from the database each time."""
    content = bytes(ImportFile.objects.values_list("content", flat=True).get(pk=file.pk) or b"")
    return reading.read(content, delimiter=file.delimiter)


def _locked(file: ImportFile, *states: str) -> ImportFile:
    locked = ImportFile.objects.select_for_update().defer("content").get(pk=file.pk)
    if locked.state not in states:
        raise ImportStateError
    return locked


def _keep(file: ImportFile, reports: Sequence[RowReport], *, with_values: bool) -> None:
    ImportRow.objects.bulk_create(
        ImportRow(
            file=file,
            line=report.raw.line,
            result=report.result,
            object_id=None if with_values else report.object_id,
            faults=[asdict(fault) for fault in report.faults],
            values=report.raw.cells if with_values or report.result is Result.FAILED else [],
        )
        for report in reports
    )


def _end(file: ImportFile, state: str, *, at: datetime) -> None:
    """End an import; the file's text is not kept longer than needed."""
    file.state, file.ended_at, file.content = state, at, None
    file.save(update_fields=["state", "ended_at", "content", "error"])
    log.info("import.ended", file=file.pk, state=state, rows=file.rows_done)
