"""Reads the text of one file and writes it to standard output: `file_reader.py KIND PATH`. Run by `file_text.py` only.

It imports nothing of the portal, limits itself first, and then opens what may be hostile.
"""

import itertools
import resource
import sys
from collections.abc import Iterable, Iterator

CPU_SECONDS = 20
MEMORY_BYTES = 768 * 1024**2
WRITTEN_BYTES = 2 * 1024**2
OPEN_FILES = 64
MAX_CHARACTERS = 400_000
MAX_PAGES = 1000
MAX_ROWS = 20_000


def limit() -> None:
    """Let the kernel end this process when it takes too much."""
    for what, most in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, WRITTEN_BYTES),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def of_pdf(path: str) -> Iterator[str]:
    """Yield the text of each page."""
    from pypdf import PdfReader  # noqa: PLC0415 - after the limits are set, and only for its kind

    for page in itertools.islice(PdfReader(path).pages, MAX_PAGES):
        yield page.extract_text()


def of_docx(path: str) -> Iterator[str]:
    """Yield paragraphs, then cells of tables."""
    from docx import Document  # noqa: PLC0415 - as above

    document = Document(path)
    for paragraph in document.paragraphs:
        yield paragraph.text
    for table in document.tables:
        for row in table.rows:
            yield " ".join(cell.text for cell in row.cells)


def of_pptx(path: str) -> Iterator[str]:
    """Yield the texts of each slide, its tables and notes."""
    from pptx import Presentation  # noqa: PLC0415 - as above

    for slide in itertools.islice(Presentation(path).slides, MAX_PAGES):
        for shape in slide.shapes:
            if shape.has_text_frame:
                yield shape.text_frame.text
            if getattr(shape, "has_table", False) and shape.has_table:
                for row in shape.table.rows:
                    yield " ".join(cell.text for cell in row.cells)
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            yield slide.notes_slide.notes_text_frame.text


def of_xlsx(path: str) -> Iterator[str]:
    """Yield the rows of each sheet; formulas are not worked out."""
    from openpyxl import load_workbook  # noqa: PLC0415 - as above

    with open(path, "rb") as file:  # by its name, which has no ending here, it would be refused
        for sheet in load_workbook(file, read_only=True, data_only=True).worksheets:
            for row in sheet.iter_rows(max_row=MAX_ROWS, values_only=True):
                yield " ".join(str(value) for value in row if value is not None)


def of_txt(path: str) -> Iterator[str]:
    """Yield lines."""
    with open(path, encoding="utf-8", errors="replace") as file:
        yield from file


READERS = {"pdf": of_pdf, "docx": of_docx, "pptx": of_pptx, "xlsx": of_xlsx, "txt": of_txt}


def shortened(pieces: Iterable[str]) -> str:
    """Return the pieces one below the other, as far as they go."""
    kept: list[str] = []
    length = 0
    for piece in pieces:
        kept.append(piece[: MAX_CHARACTERS - length])
        length += len(piece)
        if length >= MAX_CHARACTERS:
            break
    return "\n".join(line for line in kept if line.strip())


if __name__ == "__main__":
    limit()
    kind, name = sys.argv[1:]
    sys.stdout.buffer.write(shortened(READERS[kind](name)).encode("utf-8", "replace"))
