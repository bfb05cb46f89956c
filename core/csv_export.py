"""CSV out: every cell quoted, and no text that a spreadsheet would take for a formula."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from django.http import StreamingHttpResponse

#: A text that begins with one of these, after white space, gets an apostrophe before it; imports take it off again.
STARTS = frozenset("=+-@|%＝＋－＠｜％")
CONTROLS = frozenset("\t\r\n\0")


def safe(cell: Any) -> Any:
    """Return a cell that starts nothing when a spreadsheet opens it. Numbers and dates stay."""
    if not isinstance(cell, str) or not cell:
        return cell
    shown = cell.lstrip()
    return f"'{cell}" if cell[0] in CONTROLS or shown[:1] in STARTS else cell


def lines(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Yield rows as lines of CSV."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    for row in rows:
        writer.writerow([safe(cell) for cell in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def download(rows: Iterable[Iterable[Any]], *, name: str) -> StreamingHttpResponse:
    """Answer with rows as a file; the first row names the columns."""
    response = StreamingHttpResponse(lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
