"""A corpus of hostile files, made here: each is refused with a kind word, or kept as something nobody runs."""

import io
import struct
import time
import tracemalloc
import zipfile
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from core import files
from core.refusals import Refusal

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
XML = b'<?xml version="1.0"?><x/>'
VIRUS = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>'


def picture(kind: str = "PNG", size: tuple[int, int] = (8, 8), **extra: object) -> bytes:
    buffer = io.BytesIO()
    Image.new("L", size).save(buffer, kind, **extra)
    return buffer.getvalue()


def wide_png(width: int, height: int) -> bytes:
    """A PNG that says it is huge, in a few bytes."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = b""
    for name, data in ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0")), (b"IEND", b"")):
        chunks += struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    return b"\x89PNG\r\n\x1a\n" + chunks


def office(folder: str = "word", method: int = zipfile.ZIP_DEFLATED, **parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("[Content_Types].xml", XML)
        archive.writestr(f"{folder}/document.xml", XML)
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def archive(name: str = "evil.js", data: bytes = b"alert(1)") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        made.writestr(name, data)
    return buffer.getvalue()


def with_link() -> bytes:
    buffer = io.BytesIO(office())
    with zipfile.ZipFile(buffer, "a") as made:
        link = zipfile.ZipInfo("word/link.xml")
        link.external_attr = 0o120777 << 16
        made.writestr(link, "/etc/passwd")
    return buffer.getvalue()


def locked() -> bytes:
    """An office file whose parts say that they are encrypted."""
    data = bytearray(office())
    start = 0
    while (start := data.find(b"PK\x01\x02", start)) >= 0:
        data[start + 8] |= 1
        start += 4
    return bytes(data)


def overlapping() -> bytes:
    """An archive in which many names share one packed part."""
    data = office(**{f"word/{n}.xml": b"a" for n in range(3)})
    first = data.index(b"PK\x01\x02")
    places = []
    start = first
    while (start := data.find(b"PK\x01\x02", start)) >= 0:
        places.append(start)
        start += 4
    changed = bytearray(data)
    for place in places[-2:]:
        changed[place + 42 : place + 46] = changed[places[-3] + 42 : places[-3] + 46]
    return bytes(changed)


REFUSED = {
    "HTML named .pdf": ("page.pdf", b"<html><script>alert(1)</script>"),
    "HTML named .png": ("page.png", b"<html><script>alert(1)</script>"),
    "HTML named .txt": ("page.txt", b"<html><script>alert(1)</script>"),
    "HTML inside a text": ("notes.txt", b"hello\n<script>alert(1)</script>"),
    "HTML inside a table": ("notes.csv", b"a;<iframe src=x>"),
    "PHP inside a text": ("notes.txt", b"hello <?php system($_GET[0]);"),
    "HTML file": ("page.html", b"<html>"),
    "SVG with script": ("picture.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    "SVG named .png": ("picture.png", b"<svg onload='alert(1)'/>"),
    "SVG named .txt": ("picture.txt", b"text <svg onload='alert(1)'/>"),
    "XML named .txt": ("feed.txt", ENTITIES),
    "program": ("tool.exe", b"MZ\x90"),
    "program named .pdf": ("tool.pdf", b"MZ\x90"),
    "double ending": ("deck.pdf.exe", PDF),
    "ending hidden by a turned name": ("deck\u202efdp.exe", PDF),
    "no ending": ("deck", PDF),
    "empty": ("deck.pdf", b""),
    "archive": ("all.zip", archive()),
    "PDF with an archive behind": ("deck.pdf", PDF + archive()),
    "picture with an archive behind": ("a.png", picture() + archive()),
    "GIF that is a script": ("a.gif", b"GIF89a/*\x00<script>*/=1;alert(1)"),
    "GIF that is no picture": ("a.gif", b"GIF89a" + b"x" * 40),
    "JPEG that is no picture": ("a.jpg", b"\xff\xd8\xff" + b"x" * 40),
    "JPEG with a script in its comment": ("a.jpg", picture("JPEG", comment=b"<script>alert(1)</script>")),
    "picture cut short": ("a.png", b"\x89PNG\r\n\x1a\n"),
    "flood of pixels": ("a.png", wide_png(60_000, 60_000)),
    "flood of pixels, one line": ("a.png", wide_png(2**31 - 1, 1)),
    "encrypted PDF": ("deck.pdf", PDF.replace(b"/Root", b"/Encrypt 2 0 R /Root")),
    "encrypted PDF, letters hidden": ("deck.pdf", PDF.replace(b"/Root", b"/Encr#79pt 2 0 R /Root")),
    "PDF with a script": ("deck.pdf", PDF.replace(b"/Catalog", b"/Catalog /OpenAction << /JS (app.alert(1)) >>")),
    "PDF with a script, letters hidden": ("deck.pdf", PDF.replace(b"/Catalog", b"/Catalog /J#61vaScript 3 0 R")),
    "PDF that starts programs": ("deck.pdf", PDF.replace(b"/Catalog", b"/Catalog /A << /S /Launch >>")),
    "PDF with files inside": ("deck.pdf", PDF.replace(b"/Catalog", b"/Catalog /Names << /EmbeddedFiles 4 0 R >>")),
    "PDF behind HTML": ("deck.pdf", b"%PDF-1.7 <html><script>alert(1)</script>"),
    "macro file": ("deck.docm", office()),
    "macros in a plain file": ("deck.docx", office(**{"word/vbaProject.bin": b"x"})),
    "old macros": ("book.xlsx", office("xl", **{"xl/macrosheets/sheet1.xml": XML})),
    "macros by declaration": (
        "deck.docx",
        archive("[Content_Types].xml", b"<Types>application/vnd.ms-word.document.macroEnabled</Types>"),
    ),
    "program inside": ("deck.pptx", office("ppt", **{"ppt/embeddings/tool.exe": b"MZ"})),
    "archive inside": ("deck.pptx", office("ppt", **{"ppt/media/more.zip": archive()})),
    "page inside": ("deck.docx", office(**{"word/afchunk.html": b"<script>"})),
    "picture with script inside": ("deck.docx", office(**{"word/media/a.svg": b"<svg onload=x>"})),
    "names that lead out": ("deck.docx", office(**{"word/../../../etc/cron.d/x.xml": XML})),
    "names from the root": ("deck.docx", office(**{"/etc/passwd.xml": XML})),
    "names of a drive": ("deck.docx", office(**{"C:\\x.xml": XML})),
    "link to elsewhere": ("deck.docx", with_link()),
    "bomb": ("deck.docx", office(**{"word/big.xml": b"\0" * (64 * 1024**2)})),
    "bomb of many parts": ("deck.docx", office(**{f"word/{n}.xml": b"" for n in range(3001)})),
    "bomb of one part read often": ("deck.docx", overlapping()),
    "locked office file": ("deck.docx", locked()),
    "entities in a document": ("deck.docx", office(**{"word/settings.xml": ENTITIES})),
    "entities in a sheet": ("book.xlsx", office("xl", **{"xl/sheet.xml": LAUGHS})),
    "office file of another kind": ("deck.pptx", office("word")),
    "office file without its list": ("deck.docx", archive("word/document.xml", XML)),
    "office file that is none": ("deck.docx", b"PK\x03\x04 nothing"),
    "test virus": ("notes.txt", VIRUS),
    "binary named .csv": ("data.csv", b"a,b\0c"),
    "other letters named .txt": ("notes.txt", b"\xff\xfe\xfa"),
    "film that is HTML": ("film.mp4", b"\0\0\0\x18ftyp<html><script>alert(1)</script>"),
    "sound that is HTML": ("sound.mp3", b"ID3<script>alert(1)</script>"),
}


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="application/pdf")


@pytest.mark.parametrize("what", REFUSED)
def test_a_hostile_file_is_refused_with_a_sentence(what):
    name, data = REFUSED[what]

    with pytest.raises(Refusal) as refusal:
        files.recognise(upload(name, data))

    said = str(refusal.value)
    assert said.endswith(".")
    assert said[0].isupper()


def test_no_file_takes_long_or_much_memory():
    made = {what: upload(*pair) for what, pair in REFUSED.items()}
    tracemalloc.start()

    for what, file in made.items():
        began = time.monotonic()
        with pytest.raises(Refusal):
            files.recognise(file)
        assert time.monotonic() - began < 2, what

    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 64 * 1024**2


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("deck.pdf", PDF),
        ("a.png", picture()),
        ("a.jpg", picture("JPEG")),
        ("a.gif", picture("GIF")),
        ("a.webp", picture("WEBP")),
        ("large.png", wide_png(7000, 7000)),
        ("deck.docx", office()),
        ("book.xlsx", office("xl", **{"xl/sheet.xml": XML * 5000})),
        ("notes.txt", "Größer < kleiner, a<b und 3 > 2\n".encode()),
        ("sound.m4a", b"\0\0\0\x18ftypM4A " + b"x" * 60),
    ],
)
def test_honest_files_pass(name, data):
    assert files.recognise(upload(name, data))


@pytest.mark.parametrize("name", ["../../etc/x.pdf", "..\\..\\x.pdf", "/etc/x.pdf", "a\0b.pdf", "a\r\nX: y.pdf"])
def test_a_path_in_a_name_is_never_a_path_in_storage(name):
    kind = files.recognise(SimpleUploadedFile("x.pdf", PDF))

    stored = files.stored_name(kind)

    assert "/" not in stored
    assert "\\" not in stored
    assert not {"/", "\\", "\0", "\r", "\n"} & set(files.shown_name(name))


def test_recordings_may_be_larger_than_papers(settings):
    settings.MAX_RECORDING_BYTES = 60 * 1024**2
    film = SimpleUploadedFile("film.mp4", b"\0\0\0\x18ftypmp42")
    film.size = 50 * 1024**2

    assert files.recognise(film, families=("video",))
    with pytest.raises(Refusal, match="larger than 25 MB"):
        files.recognise(film)


def test_a_request_beyond_every_limit_is_refused_unread(client, settings):
    class Never(io.BytesIO):
        def read(self, *_size: int) -> bytes:
            raise AssertionError("read")

    response = client.generic(
        "POST", "/vendor/assets/new/", CONTENT_LENGTH=str(10 * 1024**3), **{"wsgi.input": Never()}
    )

    assert response.status_code == 413
    assert "up to 500 MB" in response.text
