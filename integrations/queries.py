"""Reads of imports, shaped for their pages."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from integrations.models import ImportFile, ImportRow, ProgramImport, RowResult


def imports() -> QuerySet[ImportFile]:
    """Return every import without the text of its file, the newest first."""
    return ImportFile.objects.defer("content").select_related("source", "created_by").order_by("-created_at", "-pk")


def program_imports() -> QuerySet[ProgramImport]:
    """Return every document of a program that was looked at, the newest first."""
    return ProgramImport.objects.select_related("created_by", "applied_by").order_by("-created_at", "-pk")


def failed_rows(file: ImportFile) -> QuerySet[ImportRow]:
    """Return the rows that were refused, in the order of the file."""
    return file.rows.filter(result=RowResult.FAILED).order_by("line")


def errors(file: ImportFile, rows: Iterable[ImportRow]) -> Iterator[dict[str, Any]]:
    """Yield everything wrong with rows, one entry for each fault."""
    for row in rows:
        for fault in row.faults:
            number = fault["number"]
            yield {
                "line": row.line,
                "number": number or None,
                "column": file.columns[number - 1] if 0 < number <= len(file.columns) else "",
                "value": row.values[number - 1] if 0 < number <= len(row.values) else "",
                "code": fault["code"],
                "message": fault["message"],
            }


def errors_table(file: ImportFile) -> Iterator[list[Any]]:
    """Yield the errors as a table for download."""
    yield [_("Line"), _("Column"), _("Column name"), _("Value"), _("Code"), _("What is wrong")]
    for error in errors(file, failed_rows(file).iterator(chunk_size=1000)):
        yield [
            error[key] if error[key] is not None else ""
            for key in ("line", "number", "column", "value", "code", "message")
        ]


def failed_table(file: ImportFile) -> Iterator[list[Any]]:
    """Yield the refused rows as they were, with what is wrong behind them: mended, the file can be imported again."""
    yield [*file.columns, "_line", "_code", "_error"]
    width = len(file.columns)
    for row in failed_rows(file).iterator(chunk_size=1000):
        cells = [*row.values[:width], *[""] * (width - len(row.values))]
        codes = " ".join(fault["code"] for fault in row.faults)
        yield [*cells, row.line, codes, " ".join(fault["message"] for fault in row.faults)]
