"""What may hide in a file of a good kind: bombs, macros, scripts, a second file behind the first.

Nothing here unpacks, renders or runs anything: directories, headers and plain bytes are looked at, within limits.
"""

import os
import re
import stat
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterable
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from core.refusals import Refusal

MAX_DIRECTORY_BYTES = 1024 * 1024
ARCHIVE_END, ARCHIVE_64_LOCATOR, ARCHIVE_END_BYTES = b"PK\x05\x06", b"PK\x06\x07", 64 * 1024 + 22
MAX_ENTRIES = 3000
MAX_UNPACKED_BYTES = 300 * 1024**2
MAX_RATIO = 200
#: A sheet of repetitive cells packs well; below this size a high ratio does no harm.
RATIO_MATTERS_BYTES = 20 * 1024**2
MAX_PIXELS = 50_000_000
XML_HEAD_BYTES = 2048
ENCRYPTED = 0x1
#: What reading a broken archive may raise. NotImplementedError: it is packed in a way that `zipfile` does not know.
UNREADABLE = (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, zlib.error)
ACTIVE = (
    *("vbaproject.bin", ".exe", ".dll", ".com", ".scr", ".js", ".jse", ".vbs", ".ps1", ".bat", ".cmd", ".hta", ".lnk"),
    *(".html", ".htm", ".svg", ".jar", ".zip", ".7z", ".rar", ".gz"),
)
#: What no browser shows, and no web page needs: programs, and archives within archives.
PROGRAMS = (
    *(".exe", ".dll", ".com", ".scr", ".msi", ".vbs", ".ps1", ".bat", ".cmd", ".hta", ".lnk", ".sh", ".php", ".jsp"),
    *(".asp", ".aspx", ".jar", ".zip", ".7z", ".rar", ".gz", ".tar", ".bz2", ".xz", ".iso"),
)
MACRO_FOLDERS = ("xl/macrosheets/", "word/macros/")
#: What the test file of all virus scanners begins with.
TEST_VIRUS = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR"
MARKUP = re.compile(rb"<\s*(script|html|svg|iframe|\?php|!doctype\s+html)", re.IGNORECASE)
ESCAPED_LETTER = re.compile(rb"#([0-9a-fA-F]{2})")
PDF_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|RichMedia|XFA|EmbeddedFiles?)\b")


def refuse(family: str, file: IO[bytes]) -> None:
    """Raise Refusal when a file of a known family holds what it should not."""
    if family not in {"audio", "video", "office"} and _has_archive_behind(file):
        raise Refusal(_("Another file is hidden behind this one. Save it anew from the program it was made with."))
    LOOK.get(family, _no_look)(file)


def archive_names(file: IO[bytes]) -> set[str]:
    """Return the names listed in the archive's directory; nothing is unpacked, and no giant directory is read."""
    return {entry.filename for entry in _entries(file)}


def _entries(file: IO[bytes]) -> list[zipfile.ZipInfo]:
    end = _end_of(file)
    record = end.rpartition(ARCHIVE_END)[2]
    if ARCHIVE_64_LOCATOR in end or len(record) < 12 or int.from_bytes(record[8:12], "little") > MAX_DIRECTORY_BYTES:
        return []
    try:
        with zipfile.ZipFile(file) as archive:
            return archive.infolist()
    except UNREADABLE:
        return []


def _end_of(file: IO[bytes]) -> bytes:
    file.seek(0, os.SEEK_END)
    file.seek(max(0, file.tell() - ARCHIVE_END_BYTES))
    return file.read()


def _has_archive_behind(file: IO[bytes]) -> bool:
    return ARCHIVE_END in _end_of(file)


def _no_look(file: IO[bytes]) -> None:
    """Nothing more to look at."""


def _whole(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()


def _look_at_text(file: IO[bytes]) -> None:
    text = _whole(file)
    if TEST_VIRUS in text:
        raise Refusal(_("This is the test file of virus scanners. It is not kept."))
    if MARKUP.search(text):
        raise Refusal(_("The text holds HTML that a browser might run. Take the tags out, or make it a page."))


def _look_at_recording(file: IO[bytes]) -> None:
    file.seek(0)
    if MARKUP.search(file.read(XML_HEAD_BYTES * 2)):
        raise Refusal(_("The recording begins with HTML. Export it anew from the program it was made with."))


def _look_at_picture(file: IO[bytes]) -> None:
    data = _whole(file)
    if MARKUP.search(data):
        raise Refusal(_("The picture carries a script. Open it, save it anew and try again."))
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(file, formats=("PNG", "JPEG", "GIF", "WEBP")) as picture:
                width, height = picture.size
    except Image.DecompressionBombError:
        width = height = MAX_PIXELS
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise Refusal(_("The picture cannot be read. Save it anew and try again.")) from None
    if width * height > MAX_PIXELS:
        raise Refusal(
            _("The picture is too large to show: %(limit)d megapixels at most. Make it smaller.")
            % {"limit": MAX_PIXELS // 1_000_000}
        )


def _look_at_pdf(file: IO[bytes]) -> None:
    data = ESCAPED_LETTER.sub(lambda one: bytes([int(one[1], 16)]), _whole(file))
    if b"/Encrypt" in data:
        raise Refusal(
            _("The PDF is protected by a password or against copying, so nobody could find it by its text. Save it"
              " without protection and upload it again.")
        )  # fmt: skip
    if found := PDF_ACTIVE.search(data):
        raise Refusal(
            _("The PDF does more than show pages (%(what)s). Print it into a new PDF and upload that.")
            % {"what": found[1].decode()}
        )
    if MARKUP.search(data[:XML_HEAD_BYTES]):
        raise Refusal(_("The PDF begins with HTML. Print it into a new PDF and upload that."))


def _look_at_office(file: IO[bytes]) -> None:
    entries = _entries(file)
    _refuse_bombs(entries)
    for entry in entries:
        name = _harmless_name(entry)
        if name.endswith(ACTIVE) or name.startswith(MACRO_FOLDERS):
            raise Refusal(
                _("The file holds macros or programs (%(name)s). Save it as a file without macros.")
                % {"name": entry.filename.rsplit("/", 1)[-1][:60]}
            )
    _refuse_entities(file, [entry for entry in entries if entry.filename.endswith((".xml", ".rels"))])


def web_archive(file: IO[bytes]) -> list[zipfile.ZipInfo]:
    """Return the files in an archive of web pages. Raises Refusal when it is none, or holds what it should not."""
    entries = _entries(file)
    if not entries:
        raise Refusal(_("The file is no archive that can be read, or it lists far too many files. Export it anew."))
    _refuse_bombs(entries)
    names = [_harmless_name(entry) for entry in entries]
    if len(set(names)) < len(names):
        raise Refusal(_("The archive has the same file twice. Export it anew."))
    for name in names:
        if name.endswith(PROGRAMS):
            raise Refusal(
                _("The archive holds a program or another archive (%(name)s). Take it out, and pack it again.")
                % {"name": name.rsplit("/", 1)[-1][:60]}
            )
    return [entry for entry in entries if not entry.is_dir()]


def _harmless_name(entry: zipfile.ZipInfo) -> str:
    """Return the name of a file in an archive for comparison. Refuses names that lead elsewhere, links and secrets."""
    name = entry.filename.casefold().replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/") or ":" in name or stat.S_ISLNK(entry.external_attr >> 16):
        raise Refusal(_("The file has parts with names that lead elsewhere. Save it anew and try again."))
    if entry.flag_bits & ENCRYPTED:
        raise Refusal(_("The file is protected by a password. Save it without one and upload it again."))
    return name


def _refuse_bombs(entries: Iterable[zipfile.ZipInfo]) -> None:
    listed = list(entries)
    unpacked, packed = sum(one.file_size for one in listed), sum(one.compress_size for one in listed)
    bombs = unpacked > RATIO_MATTERS_BYTES and unpacked > MAX_RATIO * max(packed, 1)
    places = [one.header_offset for one in listed]
    if len(listed) > MAX_ENTRIES or unpacked > MAX_UNPACKED_BYTES or bombs or len(set(places)) < len(places):
        raise Refusal(_("Unpacked, the file would be far larger than it looks. Make it smaller, or split it."))


def _refuse_entities(file: IO[bytes], entries: Iterable[zipfile.ZipInfo]) -> None:
    """Refuse XML that defines entities: no office program writes any, and they can read files and fill memory."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            for entry in entries:
                with archive.open(entry) as part:
                    head = part.read(XML_HEAD_BYTES).replace(b"\0", b"").upper()
                if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                    raise Refusal(_("The file defines entities of its own; office programs never do. Save it anew."))
                if entry.filename == "[Content_Types].xml" and b"MACROENABLED" in head:
                    raise Refusal(_("The file holds macros. Save it as a file without macros."))
    except UNREADABLE:
        raise Refusal(_("The file is damaged. Save it anew and try again.")) from None


LOOK: dict[str, Callable[[IO[bytes]], None]] = {
    "text": _look_at_text,
    "picture": _look_at_picture,
    "pdf": _look_at_pdf,
    "office": _look_at_office,
    "audio": _look_at_recording,
    "video": _look_at_recording,
}
