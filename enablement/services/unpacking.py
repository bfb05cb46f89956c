"""Unpacks uploaded packages into the storage, file by file, under random names. Done by a worker, one at a time.

A version that waits is claimed by putting off its moment; a worker that dies leaves it to the next, who begins anew.
"""

import contextlib
import mimetypes
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import IO

import structlog
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils.translation import gettext as _

from core import file_dangers, files
from core.audit import action
from core.refusals import Refusal
from enablement.models import Package, PackageFile, PackageState, PackageVersion

MAX_TRIES = 3
CLAIM = timedelta(minutes=10)
BATCH = 200
IN_MEMORY_BYTES = 5 * 1024**2
#: What browsers are told of files, by ending; all else is bytes. Text keeps the encoding it names itself.
TYPES = {
    **{".html": "text/html", ".htm": "text/html", ".xhtml": "application/xhtml+xml", ".css": "text/css"},
    **{".js": "text/javascript", ".mjs": "text/javascript", ".json": "application/json", ".xml": "text/xml"},
    **{".svg": "image/svg+xml", ".woff": "font/woff", ".woff2": "font/woff2", ".ttf": "font/ttf", ".otf": "font/otf"},
    **{".txt": "text/plain", ".vtt": "text/vtt", ".pdf": "application/pdf", ".wasm": "application/wasm"},
    **{".xsd": "text/xml", ".dtd": "application/xml-dtd", ".webp": "image/webp", ".ico": "image/x-icon"},
    **{".m4a": "audio/mp4", ".m4v": "video/mp4", ".mp4": "video/mp4", ".webm": "video/webm", ".mp3": "audio/mpeg"},
}
log = structlog.get_logger("enablement")


def unpack_next(*, at: datetime) -> bool:
    """Unpack the version that has waited longest. Returns whether there was one."""
    version = _claim(at)
    if version is None:
        return False
    _clear(version)
    try:
        _unpack(version)
    except (Refusal, OSError, *file_dangers.UNREADABLE) as error:
        log.warning("package.not_unpacked", version=version.pk, tries=version.tries, why=type(error).__name__)
        if isinstance(error, Refusal) or version.tries >= MAX_TRIES:
            _clear(version)
            _refuse(version, error.messages[0] if isinstance(error, Refusal) else "")
        return True
    _finish(version)
    return True


def _claim(at: datetime) -> PackageVersion | None:
    with transaction.atomic():
        waiting = PackageVersion.objects.filter(state=PackageState.WAITING, due_at__lte=at)
        found = waiting.select_for_update(skip_locked=True, no_key=True, of=("self",)).order_by("due_at", "pk")
        version: PackageVersion | None = found.select_related("package").first()
        if version is not None:
            version.tries, version.due_at = version.tries + 1, at + CLAIM
            version.save(update_fields=["tries", "due_at"])
    return version


def _clear(version: PackageVersion) -> None:
    """Take away what an earlier try has left, of which a worker that died may have told nobody."""
    version.files.all().delete()
    storage, folder = version.file.storage, _folder(version)
    with contextlib.suppress(FileNotFoundError):
        for name in storage.listdir(folder)[1]:
            storage.delete(f"{folder}/{name}")


def _folder(version: PackageVersion) -> str:
    return f"packages/{version.public_id}"


def _unpack(version: PackageVersion) -> None:
    rows: list[PackageFile] = []
    with tempfile.TemporaryFile(prefix="hub-") as copy:
        with version.file.open("rb") as stored:
            shutil.copyfileobj(stored, copy)
        for path, content in _contents(copy):
            row = PackageFile(version=version, path=path, content_type=content_type(path))
            ending = PurePosixPath(path).suffix.casefold()[:10]
            row.file.save(f"{version.public_id}/{files.random_name(ending)}", content, save=False)
            rows.append(row)
            if len(rows) >= BATCH:
                PackageFile.objects.bulk_create(rows)
                rows = []
    PackageFile.objects.bulk_create(rows)


def _contents(copy: IO[bytes]) -> Iterator[tuple[str, "File[bytes]"]]:
    """Yield each file of the archive; no byte more than its directory says."""
    entries = file_dangers.web_archive(copy)
    with zipfile.ZipFile(copy) as archive:
        for entry in entries:
            with archive.open(entry) as part, tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES) as whole:
                shutil.copyfileobj(part, whole)
                whole.seek(0)
                if whole.read(len(file_dangers.TEST_VIRUS)) == file_dangers.TEST_VIRUS:
                    raise Refusal(_("The package holds the test file of virus scanners."))
                whole.seek(0)
                yield entry.filename.replace("\\", "/"), File(whole) if entry.file_size else ContentFile(b"")


def content_type(path: str) -> str:
    """Return what browsers are told of a file."""
    ending = PurePosixPath(path).suffix.casefold()
    guessed = mimetypes.types_map.get(ending, "")
    plain = guessed if guessed.startswith(("image/", "audio/", "video/", "font/")) else ""
    return TYPES.get(ending) or plain or "application/octet-stream"


def _finish(version: PackageVersion) -> None:
    with action("package.unpacked", by=None):
        rows = Package.objects.select_for_update(no_key=True, of=("self",)).select_related("current")
        package = rows.get(pk=version.package_id)
        version.state, version.due_at = PackageState.READY, None
        version.save(update_fields=["state", "due_at"])
        if package.current is None or package.current.number < version.number:
            package.current = version
            package.save(update_fields=["current"])


def _refuse(version: PackageVersion, why: str) -> None:
    told = why or _("It could not be unpacked. Export it anew and upload it again.")
    with action("package.refused", by=None):
        version.state, version.due_at, version.refusal = PackageState.REFUSED, None, told[:300]
        version.save(update_fields=["state", "due_at", "refusal"])
