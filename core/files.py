"""Files people upload: what they really are, and under which name they lie in storage.

A file is taken by what its first bytes say, never by what the browser claims, and only when its name ends accordingly.
Nothing that a browser would run is on the list: no HTML, no SVG, no office files with macros, no archives.
"""

import os
import secrets
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from django.core.files.base import File
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

from core.refusals import Refusal

MAX_FILE_BYTES = 25 * 1024 * 1024
HEAD_BYTES = 4096
MAX_NAME_LENGTH = 200
MAX_DIRECTORY_BYTES = 1024 * 1024
ARCHIVE_END, ARCHIVE_64_LOCATOR, ARCHIVE_END_BYTES = b"PK\x05\x06", b"PK\x06\x07", 64 * 1024 + 22
OFFICE = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True, slots=True)
class FileType:
    """One kind of file we take: the endings of its name, what we call it when sending it, how to know it."""

    endings: tuple[str, ...]
    content_type: str
    is_it: Callable[[bytes, IO[bytes]], bool]
    is_video: bool = False


def _begins(*starts: bytes, offset: int = 0) -> Callable[[bytes, IO[bytes]], bool]:
    return lambda head, _file: head[offset:].startswith(starts)


def _office(folder: str) -> Callable[[bytes, IO[bytes]], bool]:
    def is_it(head: bytes, file: IO[bytes]) -> bool:
        names = _archive_names(file) if head.startswith(b"PK\x03\x04") else set()
        return (
            "[Content_Types].xml" in names
            and any(name.startswith(f"{folder}/") for name in names)
            and not any(name.casefold().endswith(("vbaproject.bin", ".exe", ".js", ".html")) for name in names)
        )

    return is_it


def _archive_names(file: IO[bytes]) -> set[str]:
    """Return the names listed in the archive's directory; nothing is unpacked, and no giant directory is read."""
    file.seek(0, os.SEEK_END)
    file.seek(max(0, file.tell() - ARCHIVE_END_BYTES))
    end = file.read()
    record = end.rpartition(ARCHIVE_END)[2]
    if ARCHIVE_64_LOCATOR in end or len(record) < 12 or int.from_bytes(record[8:12], "little") > MAX_DIRECTORY_BYTES:
        return set()
    try:
        with zipfile.ZipFile(file) as archive:
            return set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return set()


def _is_text(head: bytes, file: IO[bytes]) -> bool:
    file.seek(0)
    text = file.read()
    if b"\0" in text or head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return False
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


TYPES = (
    FileType((".pdf",), "application/pdf", _begins(b"%PDF-")),
    FileType((".png",), "image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    FileType((".jpg", ".jpeg"), "image/jpeg", _begins(b"\xff\xd8\xff")),
    FileType((".gif",), "image/gif", _begins(b"GIF87a", b"GIF89a")),
    FileType((".webp",), "image/webp", lambda head, _file: head[:4] == b"RIFF" and head[8:12] == b"WEBP"),
    FileType((".docx",), OFFICE + "wordprocessingml.document", _office("word")),
    FileType((".xlsx",), OFFICE + "spreadsheetml.sheet", _office("xl")),
    FileType((".pptx",), OFFICE + "presentationml.presentation", _office("ppt")),
    FileType((".mp3",), "audio/mpeg", _begins(b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
    FileType((".mp4", ".m4v"), "video/mp4", _begins(b"ftyp", offset=4), is_video=True),
    FileType((".webm",), "video/webm", _begins(b"\x1a\x45\xdf\xa3"), is_video=True),
    FileType((".txt", ".csv"), "text/plain; charset=utf-8", _is_text),
)
ENDINGS = tuple(ending for one in TYPES for ending in one.endings)
VIDEO_ENDINGS = tuple(ending for one in TYPES if one.is_video for ending in one.endings)


def recognise(file: "File[bytes]", *, video: bool = False) -> FileType:
    """Return what the file is. Raises Refusal with what to do when we do not take it."""
    if not file.size:
        raise Refusal(_("The file is empty."))
    if file.size > MAX_FILE_BYTES:
        raise Refusal(
            _("The file is larger than %(limit)d MB. Make it smaller, or link to it instead.")
            % {"limit": MAX_FILE_BYTES // 1024**2}
        )
    ending = PurePosixPath(shown_name(file.name or "")).suffix.casefold()
    found = next((one for one in TYPES if ending in one.endings and (one.is_video or not video)), None)
    if found is None:
        raise Refusal(
            _("Files of this kind are not taken. These are: %(endings)s.")
            % {"endings": ", ".join(VIDEO_ENDINGS if video else ENDINGS)}
        )
    file.seek(0)
    head = file.read(HEAD_BYTES)
    known = found.is_it(head, file)
    file.seek(0)
    if not known:
        raise Refusal(
            _("The file is not what its name says (%(ending)s). Save it anew and try again.") % {"ending": ending}
        )
    return found


def shown_name(name: str) -> str:
    """Return the name people see: the last part of a path, without characters that mislead."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(letter for letter in last if letter.isprintable()).strip(" .") or "file"
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[: MAX_NAME_LENGTH - len(ending) - 1]}{dot}{ending}" if dot else plain[:MAX_NAME_LENGTH]


def stored_name(kind: FileType) -> str:
    """Return a name nobody can guess, for the storage."""
    return get_valid_filename(f"{secrets.token_hex(20)}{kind.endings[0]}")
