"""Small files made at loading time: tables as CSV, and one-page PDFs without a library."""

from collections.abc import Sequence

PAGE_LINES = 46


def csv(rows: Sequence[Sequence[object]]) -> bytes:
    """Return a table as a spreadsheet opens it: with the mark that says UTF-8, fields quoted where needed."""
    lines = [",".join(_cell(str(value)) for value in row) for row in rows]
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()


def _cell(text: str) -> str:
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if any(mark in text for mark in ',"\n;') else text


def text(body: str) -> bytes:
    """Return a plain text."""
    return (body.strip() + "\n").encode()


def pdf(title: str, lines: Sequence[str]) -> bytes:
    """Return a PDF of one page: a title and lines of text."""
    if len(lines) > PAGE_LINES:
        raise ValueError(f"A page has {PAGE_LINES} lines.")
    draw = ["BT /F2 20 Tf 56 780 Td", f"({_escaped(title)}) Tj", "/F1 11 Tf 0 -34 Td 15 TL"]
    draw += [f"({_escaped(line)}) Tj T*" for line in lines] + ["ET"]
    stream = "\n".join(draw).encode("cp1252", "replace")
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /{} /Encoding /WinAnsiEncoding >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        font.format("Helvetica").encode(),
        font.format("Helvetica-Bold").encode(),
    ]
    return _assembled(objects)


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _assembled(objects: Sequence[bytes]) -> bytes:
    body, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return body + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, len(body))
    )
