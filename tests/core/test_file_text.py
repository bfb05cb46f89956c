"""The text of files, read in a process of its own; a hostile one takes nobody down."""

import contextlib
import io
import time
import zipfile

import pytest
from docx import Document
from openpyxl import Workbook
from pptx import Presentation

from core import file_text
from portal.seed import files

OFFICE = "application/vnd.openxmlformats-officedocument."
PDF = "application/pdf"


def document() -> bytes:
    made, buffer = Document(), io.BytesIO()
    made.add_paragraph("Ask three questions first")
    made.add_table(1, 1).cell(0, 0).text = "margin of fifteen"
    made.save(buffer)
    return buffer.getvalue()


def slides() -> bytes:
    made, buffer = Presentation(), io.BytesIO()
    slide = made.slides.add_slide(made.slide_layouts[5])
    slide.shapes.title.text = "Ask three questions first"
    slide.notes_slide.notes_text_frame.text = "margin of fifteen"
    made.save(buffer)
    return buffer.getvalue()


def sheet() -> bytes:
    made, buffer = Workbook(), io.BytesIO()
    made.active.append(["Ask three questions first", 12])
    made.active.append(["margin of fifteen"])
    made.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (files.pdf("Ask three questions first", ["margin of fifteen"]), PDF),
        (document(), OFFICE + "wordprocessingml.document"),
        (slides(), OFFICE + "presentationml.presentation"),
        (sheet(), OFFICE + "spreadsheetml.sheet"),
        (b"Ask three questions first\nmargin of fifteen", "text/plain; charset=utf-8"),
    ],
)
def test_the_text_of_a_file_is_read(data, content_type):
    text = file_text.read(io.BytesIO(data), content_type)

    assert "Ask three questions first" in text
    assert "margin of fifteen" in text


def test_a_file_that_is_none_is_unreadable():
    with pytest.raises(file_text.UnreadableError):
        file_text.read(io.BytesIO(b"%PDF-1.7 nonsense"), PDF)


def test_a_bomb_ends_its_own_process_only():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        with zipfile.ZipFile(io.BytesIO(document())) as honest:
            for name in honest.namelist():
                archive.writestr(name, honest.read(name))
        with archive.open("word/comments.xml", "w") as part:
            for _ in range(40):
                part.write(b" " * 1024**2)
    bomb = zipfile.ZipFile(buffer)
    assert bomb.getinfo("word/comments.xml").file_size > 30 * 1024**2

    with contextlib.suppress(file_text.UnreadableError):
        file_text.read(buffer, OFFICE + "wordprocessingml.document")


def test_a_slow_file_is_given_up_in_time(monkeypatch, tmp_path):
    slow = tmp_path / "slow.py"
    slow.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(file_text, "READER", slow)
    began = time.monotonic()

    with pytest.raises(file_text.UnreadableError, match="within"):
        file_text.read(io.BytesIO(b"x"), PDF, seconds=1)

    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    "greedy",
    [
        "held = []\nwhile True: held.append(bytearray(64 * 1024**2))\n",
        "import sys\nwhile True: sys.stdout.buffer.write(b'x' * 1024**2)\n",
        "import os, sys\nsys.exit(0 if not {*os.environ} - {'LC_CTYPE'} else 3)\nraise MemoryError\n",
    ],
)
def test_a_greedy_file_is_stopped_by_the_kernel(monkeypatch, tmp_path, greedy):
    reader = file_text.READER.read_text().partition('if __name__ == "__main__":')[0]
    script = tmp_path / "greedy.py"
    script.write_text(f"{reader}\nlimit()\n{greedy}")
    monkeypatch.setattr(file_text, "READER", script)

    if "environ" in greedy:
        assert file_text.read(io.BytesIO(b"x"), PDF) == ""
        return
    with pytest.raises(file_text.UnreadableError):
        file_text.read(io.BytesIO(b"x"), PDF)
