"""Rows of a file, written by the services of the apps they belong to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
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
from partners.services import partners, people

log = structlog.get_logger("integrations")

Write = Callable[..., list[RowOutcome]]
WRITERS: dict[str, Write] = {
    ImportResource.PARTNERS: partners.upsert_many,
    ImportResource.PEOPLE: people.upsert_many,
    ImportResource.DEALS: deals.upsert_many,
    ImportResource.CERTIFICATIONS: certifications.upsert_many,
}


@dataclass(frozen=True, slots=True)
class RowReport:
    """What became of one row of a file."""

    raw: RawRow
    result: Result
    object_id: int | None = None
    faults: list[Fault] = field(default_factory=list)


def write(converter: Converter, raw: Sequence[RawRow], *, by: Any, at: datetime) -> list[RowReport]:
    """Write one chunk. A bad row fails alone. Returns what became of each row, in order."""
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
    faults = [Fault(converter.number(error.field), error.code, error.message) for error in outcome.errors]
    unforeseen = Fault(0, "refused", _("This row could not be written."))
    return RowReport(row.raw, Result.FAILED, faults=faults or [unforeseen])


def _define_certifications(rows: Sequence[Converted], *, by: Any, at: datetime) -> None:
    """Define the certifications the rows name that nobody has defined yet."""
    names = {" ".join(str(row.values.get("certification") or "").split()) for row in rows} - {""}
    known = {name.casefold() for pair in Certification.objects.values_list("name", "key") for name in pair}
    for name in sorted(names):
        if name.casefold() not in known and len(name) <= 200:  # noqa: PLR2004 - longer ones fail with their row
            certifications.create(name=name, by=by, at=at)
