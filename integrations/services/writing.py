"""Rows of a file, written by the services of the apps they belong to."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from django.db import Error, OperationalError, transaction
from django.utils.translation import gettext as _

from core.models import Source
from core.rows import Result, RowOutcome
from deals.services import deals
from enablement.models import Certification
from enablement.services import certifications
from integrations.models import ImportResource
from integrations.services.converting import Converted, Converter
from integrations.services.reading import Fault, RawRow
from integrations.services.references import cleaned_id
from partners.services import partners, people

log = structlog.get_logger("integrations")

Write = Callable[..., list[RowOutcome]]
WRITERS: dict[str, Write] = {
    ImportResource.PARTNERS: partners.upsert_many,
    ImportResource.PEOPLE: people.upsert_many,
    ImportResource.DEALS: deals.upsert_many,
    ImportResource.CERTIFICATIONS: certifications.upsert_many,
}


#: What makes two rows the same thing, where a service refuses a row as a whole for being another's.
SAME_BY: dict[str, str] = {ImportResource.PARTNERS: "domain", ImportResource.PEOPLE: "email"}


@dataclass(frozen=True, slots=True)
class RowReport:
    """What became of one row of a file."""

    raw: RawRow
    result: Result
    object_id: int | None = None
    faults: list[Fault] = field(default_factory=list)


def write(converter: Converter, raw: Sequence[RawRow], *, by: Any, at: datetime) -> list[RowReport]:
    """Write one chunk. A bad row fails alone. Returns what became of each row, in order."""
    reports: dict[int, RowReport] = {}
    for wave in _waves(converter, raw):
        for report in _write_wave(converter, wave, by=by, at=at):
            reports[report.raw.line] = report
    return [reports[row.line] for row in raw]


def _waves(converter: Converter, raw: Sequence[RawRow]) -> Iterator[list[RawRow]]:
    """Part the rows so that an organisation is written before those that stand below it."""
    own, above = (
        partial(_id_in, converter, converter.number_of.get(key)) for key in ("external_id", "parent.external_id")
    )
    waiting = list(raw)
    while waiting:
        missing = {own(row) for row in waiting} if "parent.external_id" in converter.number_of else set()
        ready = [row for row in waiting if not above(row) or above(row) not in missing] or waiting
        yield ready
        done = set(map(id, ready))
        waiting = [row for row in waiting if id(row) not in done]


def _id_in(converter: Converter, number: int | None, row: RawRow) -> str:
    cell = row.cells[number - 1].strip() if number and number <= len(row.cells) else ""
    return (cell and cleaned_id(converter.file.source, cell)) or ""


def _write_wave(converter: Converter, raw: Sequence[RawRow], *, by: Any, at: datetime) -> list[RowReport]:
    rows = converter.rows(raw)
    good = [row for row in rows if not row.faults]
    if converter.file.resource == ImportResource.CERTIFICATIONS and converter.options.get("create_certifications"):
        _define_certifications(good, by=by, at=at)
    outcomes = dict(zip(map(id, good), _outcomes(converter, good, by=by, at=at), strict=True))
    return [_report(converter, row, outcomes.get(id(row))) for row in rows]


def _outcomes(converter: Converter, rows: list[Converted], *, by: Any, at: datetime) -> list[RowOutcome]:
    """Write the rows together; if something unforeseen happens, one by one, so that only the cause fails."""
    save = WRITERS[converter.file.resource]
    source: Source = converter.file.source
    try:
        with transaction.atomic():
            return save(rows=[row.values for row in rows], source=source, by=by, at=at)
    except OperationalError:
        raise
    except (Error, ArithmeticError, LookupError, TypeError, ValueError) as error:
        log.warning("import.chunk_refused", file=converter.file.pk, rows=len(rows), exc_info=error)
        if len(rows) == 1:
            return [RowOutcome(0, Result.FAILED)]
        return [_outcomes(converter, [row], by=by, at=at)[0] for row in rows]


def _report(converter: Converter, row: Converted, outcome: RowOutcome | None) -> RowReport:
    if outcome is None:
        return RowReport(row.raw, Result.FAILED, faults=row.faults)
    if not outcome.failed:
        return RowReport(row.raw, outcome.result, outcome.object_id)
    faults = [
        Fault(converter.number(error.field or SAME_BY.get(converter.file.resource, "")), error.code, error.message)
        for error in outcome.errors
    ]
    unforeseen = Fault(0, "refused", _("This row could not be written."))
    return RowReport(row.raw, Result.FAILED, faults=faults or [unforeseen])


def _define_certifications(rows: Sequence[Converted], *, by: Any, at: datetime) -> None:
    """Define the certifications the rows name that nobody has defined yet."""
    names = {" ".join(str(row.values.get("certification") or "").split()) for row in rows} - {""}
    known = {name.casefold() for pair in Certification.objects.values_list("name", "key") for name in pair}
    for name in sorted(names):
        if name.casefold() not in known and len(name) <= 200:  # noqa: PLR2004 - longer ones fail with their row
            certifications.create(name=name, by=by, at=at)
