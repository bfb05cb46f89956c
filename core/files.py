"""Files people upload: what they really are, and under which name they lie in storage.

A file is taken by what its first bytes say, never by what the browser claims, and only when its name ends accordingly.
Nothing that a browser would run is on the list: no HTML, no SVG, no office files with macros, no archives. What is of a
good kind is looked into as well (`file_dangers.py`).
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from django.conf import settings
from django.core.files.base import File
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

from core import file_dangers
from core.refusals import Refusal

MAX_FILE_BYTES = 25 * 1024 * 1024
MAX_CAPTIONS_BYTES = 1024 * 1024
HEAD_BYTES = 4096
MAX_NAME_LENGTH = 200
OFFICE = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True, slots=True)
class FileType:
    """One kind of file we take: how its name ends, what we call it when sending it, how to know it, its family."""

    endings: tuple[str, ...]
    content_type: str
    is_it: Callable[[bytes, IO[bytes]], bool]
    family: str = "document"


def _begins(*starts: bytes, offset: int = 0) -> Callable[[bytes, IO[bytes]], bool]:
    return lambda head, _file: head[offset:].startswith(starts)


def _office(folder: str) -> Callable[[bytes, IO[bytes]], bool]:
    def is_it(head: bytes, file: IO[bytes]) -> bool:
        names = file_dangers.archive_names(file) if head.startswith(b"PK\x03\x04") else set()
        return "[Content_Types].xml" in names and any(name.startswith(f"{folder}/") for name in names)

    return is_it


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
    FileType((".pdf",), "application/pdf", _begins(b"%PDF-"), "pdf"),
    FileType((".png",), "image/png", _begins(b"\x89PNG\r\n\x1a\n"), "picture"),
    FileType((".jpg", ".jpeg"), "image/jpeg", _begins(b"\xff\xd8\xff"), "picture"),
    FileType((".gif",), "image/gif", _begins(b"GIF87a", b"GIF89a"), "picture"),
    FileType((".webp",), "image/webp", lambda head, _file: head[:4] == b"RIFF" and head[8:12] == b"WEBP", "picture"),
    FileType((".docx",), OFFICE + "wordprocessingml.document", _office("word"), "office"),
    FileType((".xlsx",), OFFICE + "spreadsheetml.sheet", _office("xl"), "office"),
    FileType((".pptx",), OFFICE + "presentationml.presentation", _office("ppt"), "office"),
    FileType((".mp3",), "audio/mpeg", _begins(b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"), "audio"),
    FileType((".m4a",), "audio/mp4", _begins(b"ftyp", offset=4), "audio"),
    FileType((".mp4", ".m4v"), "video/mp4", _begins(b"ftyp", offset=4), "video"),
    FileType((".webm",), "video/webm", _begins(b"\x1a\x45\xdf\xa3"), "video"),
    FileType((".txt", ".csv"), "text/plain; charset=utf-8", _is_text, "text"),
)


def endings(*families: str) -> tuple[str, ...]:
    """Return how names of files of some families end, of all when none is named."""
    return tuple(ending for one in TYPES if not families or one.family in families for ending in one.endings)


#: How names of all files we take end.
ENDINGS = endings()


def limit_bytes(*families: str) -> int:
    """Return how large a file may be: recordings asked for as such may be larger than all others."""
    recordings = bool(families) and set(families) <= {"audio", "video"}
    return settings.MAX_RECORDING_BYTES if recordings else MAX_FILE_BYTES


def recognise(file: "File[bytes]", *, families: Sequence[str] = ()) -> FileType:
    """Return what the file is. Raises Refusal with what to do when we do not take it."""
    if not file.size:
        raise Refusal(_("The file is empty."))
    if file.size > limit_bytes(*families):
        raise Refusal(
            _("The file is larger than %(limit)d MB. Make it smaller, or link to it instead.")
            % {"limit": limit_bytes(*families) // 1024**2}
        )
    ending = PurePosixPath(shown_name(file.name or "")).suffix.casefold()
    found = next((one for one in TYPES if ending in one.endings and (not families or one.family in families)), None)
    if found is None:
        raise Refusal(
            _("Files of this kind are not taken. These are: %(endings)s.") % {"endings": ", ".join(endings(*families))}
        )
    file.seek(0)
    head = file.read(HEAD_BYTES)
    known = found.is_it(head, file)
    file.seek(0)
    if not known:
        raise Refusal(
            _("The file is not what its name says (%(ending)s). Save it anew and try again.") % {"ending": ending}
        )
    file_dangers.refuse(found.family, file)
    file.seek(0)
    return found


def recognise_captions(file: "File[bytes]") -> None:
    """Refuse what is no WebVTT file, with what to do."""
    if not str(file.name or "").casefold().endswith(".vtt") or (file.size or 0) > MAX_CAPTIONS_BYTES:
        raise Refusal(_("Captions are a WebVTT file (.vtt) of up to 1 MB. Most video programs can save one."))
    file.seek(0)
    text = file.read()
    file.seek(0)
    plain = text.removeprefix(b"\xef\xbb\xbf")
    if not plain.startswith(b"WEBVTT") or not _is_text(plain[:HEAD_BYTES], file) or b"<script" in plain.lower():
        raise Refusal(_("This is no WebVTT file: its first line must be WEBVTT, and it holds plain text in UTF-8."))
    file.seek(0)


def shown_name(name: str) -> str:
    """Return the name people see: the last part of a path, without characters that mislead."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(letter for letter in last if letter.isprintable()).strip(" .") or "file"
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[: MAX_NAME_LENGTH - len(ending) - 1]}{dot}{ending}" if dot else plain[:MAX_NAME_LENGTH]


def stored_name(kind: FileType) -> str:
    """Return a name nobody can guess, for the storage."""
    return random_name(kind.endings[0])


def random_name(ending: str) -> str:
    """Return a name nobody can guess, with an ending."""
    return get_valid_filename(f"{secrets.token_hex(20)}{ending}")
