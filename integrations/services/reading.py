"""CSV files as people have them: strict about structure, forgiving about delimiters, exact about where a fault is.

A file whose structure cannot be trusted is refused as a whole; a row that does not fit fails alone. Lines and columns
are counted from 1; line 1 is usually the header.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MAX_FILE_BYTES = 50 * 1024 * 1024
MAX_ROWS = 500_000
MAX_COLUMNS = 500
MAX_FIELD_CHARACTERS = 32_000
MAX_ROW_CHARACTERS = 400_000
DELIMITERS = (",", ";", "\t")
SAMPLE_RECORDS = 20
BOM = b"\xef\xbb\xbf"
#: How files begin that are no text, or text in another encoding.
FOREIGN_STARTS = {
    b"PK\x03\x04": "archive",
    b"\xd0\xcf\x11\xe0": "archive",
    b"\x1f\x8b": "archive",
    b"%PDF": "archive",
    b"\xff\xfe": "encoding",
    b"\xfe\xff": "encoding",
}
#: What a spreadsheet would take for a formula; exports put an apostrophe before such a text, imports take it off.
FORMULA = re.compile(r"'\s*[=+\-@|%\t\r\n\0＝＋－＠｜％]")

csv.field_size_limit(MAX_FILE_BYTES)


class FileRefusedError(Exception):
    """The file cannot be read at all. `line` and `column` say where it went wrong."""

    def __init__(self, code: str, message: str, *, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.code, self.message, self.line, self.column = code, message, line, column


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a row: in which column (its number, 0 for the row as a whole), a stable code, a sentence."""

    number: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as it stands in the file, with the line on which it begins."""

    line: int
    cells: list[str]
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A file that can be read: its text, its delimiter, its columns."""

    text: str = field(repr=False)
    delimiter: str
    columns: list[str]

    def rows(self, *, skip: int = 0) -> Iterator[RawRow]:
        """Read the rows after the header, leaving out blank lines; `skip` passes over the first ones."""
        width = len(self.columns)
        records = _records(self.text, self.delimiter)
        next(records)
        for number, (line, cells) in enumerate(records):
            if number >= skip:
                yield _row(line, cells, width)


def read(content: bytes, *, delimiter: str | None = None) -> Table:
    """Read a file's structure. Raises FileRefusedError with line and column."""
    text = _decode(content)
    delimiter = delimiter or detect_delimiter(text)
    first = next(_records(text, delimiter), None)
    if first is None:
        raise FileRefusedError("header_missing", _("The file is empty. Its first line must name the columns."))
    return Table(text, delimiter, _columns(*first))


def count_rows(table: Table) -> int:
    """Read the whole file once and count its rows. Raises FileRefusedError where its structure breaks."""
    count = sum(1 for _record in _records(table.text, table.delimiter)) - 1
    if count > MAX_ROWS:
        message = _("The file has %(count)d rows; %(max)d are accepted at once.")
        raise FileRefusedError("too_many_rows", message % {"count": count, "max": MAX_ROWS}, line=MAX_ROWS + 2)
    return count


# --- bytes to text


def _decode(content: bytes) -> str:
    if len(content) > MAX_FILE_BYTES:
        message = _("The file has more than %(max)d MiB.") % {"max": MAX_FILE_BYTES // 1024 // 1024}
        raise FileRefusedError("too_large", message)
    for start, kind in FOREIGN_STARTS.items():
        if content.startswith(start):
            raise FileRefusedError(*_foreign(kind))
    content = content.removeprefix(BOM)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        line, column = _place(before)
        message = _("This character is not UTF-8. Save the file as “CSV UTF-8” and upload it again.")
        raise FileRefusedError("encoding", message, line=line, column=column) from error
    if (nul := text.find("\x00")) >= 0:
        line, column = _place(text[:nul])
        raise FileRefusedError("nul", _("The file holds a NUL character, which no text has."), line=line, column=column)
    return text


def _foreign(kind: str) -> tuple[str, str]:
    if kind == "archive":
        return "not_csv", _("This is not a CSV file. In your spreadsheet, save as “CSV UTF-8” and upload that.")
    return "encoding", _("The file is in UTF-16. Save it as “CSV UTF-8” and upload it again.")


def _place(before: str) -> tuple[int, int]:
    """Return the line and the column of the character after a text."""
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return len(lines), len(lines[-1]) + 1


# --- text to records


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Read every record that is not blank with the line it begins on."""
    lines = io.StringIO(text, newline="")
    if _hint(text):
        lines.readline()
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    offset = 1 if _hint(text) else 0
    begins = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _broken(text, delimiter, begins + offset) from error
        if cells:
            yield begins + offset, cells
        begins = reader.line_num + 1


def _hint(text: str) -> str:
    """Return the delimiter that spreadsheets name in a first line `sep=;`."""
    return text[4] if re.match(r"sep=[,;\t]\r?\n", text) else ""


def _broken(text: str, delimiter: str, line: int) -> FileRefusedError:
    """Find out what is wrong with the quotes of the record that begins on a line, and where."""
    rest = text
    for _number in range(line - 1):
        rest = re.split(r"\r\n|\r|\n", rest, maxsplit=1)[1]
    at, field_starts, quoted, opened = 0, True, False, 0
    while at < len(rest):
        letter = rest[at]
        if quoted and letter == '"' and rest[at + 1 : at + 2] == '"':
            at += 1
        elif quoted and letter == '"':
            quoted = False
            follows = rest[at + 1 : at + 2]
            if follows and follows not in {delimiter, "\r", "\n"}:
                return _quote_fault(rest[: at + 1], line, "stray_quote")
        elif not quoted and letter == '"' and field_starts:
            quoted, opened = True, at
        field_starts = not quoted and letter in {delimiter, "\r", "\n"}
        at += 1
    return _quote_fault(rest[:opened], line, "unclosed_quote")


def _quote_fault(before: str, line: int, code: str) -> FileRefusedError:
    down, column = _place(before)
    message = {
        "stray_quote": _("After a closing quote the cell must end. Quotes inside a cell are doubled."),
        "unclosed_quote": _("A quote is opened here and never closed."),
    }[code]
    return FileRefusedError(code, message, line=line + down - 1, column=column)


def detect_delimiter(text: str) -> str:
    """Return the delimiter that parts the first records most evenly: comma, semicolon or tab."""
    if hint := _hint(text):
        return hint
    return max(DELIMITERS, key=lambda delimiter: _evenness(text, delimiter))


def _evenness(text: str, delimiter: str) -> tuple[int, int]:
    widths: list[int] = []
    try:
        for _line, cells in _records(text, delimiter):
            widths.append(len(cells))
            if len(widths) == SAMPLE_RECORDS:
                break
    except FileRefusedError:
        pass
    if not widths or widths[0] < 2:  # noqa: PLR2004 - one column is not parted at all
        return 0, 0
    return widths.count(widths[0]), widths[0]


def _columns(line: int, cells: list[str]) -> list[str]:
    names = [cell.strip() for cell in cells]
    if len(names) > MAX_COLUMNS:
        message = _("The header has %(count)d columns; %(max)d are accepted.")
        found = {"count": len(names), "max": MAX_COLUMNS}
        raise FileRefusedError("too_many_columns", message % found, line=line, column=MAX_COLUMNS + 1)
    seen: dict[str, int] = {}
    for number, name in enumerate(names, start=1):
        if not name:
            raise FileRefusedError("header_blank", _("This column has no name."), line=line, column=number)
        if len(name) > 200:  # noqa: PLR2004 - the length of a column name in the database
            raise FileRefusedError("header_too_long", _("This column's name is too long."), line=line, column=number)
        if name.casefold() in seen:
            message = _("The column “%(name)s” is there twice: it is also column %(first)d.")
            first = {"name": name, "first": seen[name.casefold()]}
            raise FileRefusedError("header_repeated", message % first, line=line, column=number)
        seen[name.casefold()] = number
    return names


def _row(line: int, cells: list[str], width: int) -> RawRow:
    fault = None
    if len(cells) != width:
        message = ngettext(
            "This row has %(count)d cell, the header %(width)d.",
            "This row has %(count)d cells, the header %(width)d.",
            len(cells),
        )
        found = {"count": len(cells), "width": width}
        fault = Fault(min(len(cells), width) + 1, "wrong_length", message % found)
    elif sum(map(len, cells)) > MAX_ROW_CHARACTERS:
        fault = Fault(0, "row_too_long", _("This row has more than %(max)d characters.") % {"max": MAX_ROW_CHARACTERS})
    else:
        for number, cell in enumerate(cells, start=1):
            if len(cell) > MAX_FIELD_CHARACTERS:
                message = _("This cell has more than %(max)d characters.") % {"max": MAX_FIELD_CHARACTERS}
                fault = Fault(number, "cell_too_long", message)
                break
    return RawRow(line, [_unescaped(cell) for cell in cells], fault)


def _unescaped(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and FORMULA.match(cell) else cell
